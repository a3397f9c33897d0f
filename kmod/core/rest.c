/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Buffers without memory, while nothing is in them. */
#include "mem.h"

void nm_region_doze(struct nm_region *r)
{
	os_spin_lock(&r->rest_lock);
	r->rest = NM_DROWSY;
	os_spin_unlock(&r->rest_lock);
}

/* All blocks of buffers but the first, where the sink is. */
static void blocks_free(struct nm_pool *p)
{
	uint32_t i;

	for (i = 1; i < p->nblocks; i++)
		if (p->blocks[i] && os_span_block_free_now(p->blocks[i], nm_block_bytes(p, i)))
			OS_WRITE_ONCE(p->blocks[i], NULL);
}

bool nm_region_sleep(struct nm_region *r)
{
	bool alone;

	os_spin_lock(&r->rest_lock);
	alone = r->rest == NM_DROWSY;
	if (alone)
		blocks_free(&r->pool[NM_POOL_BUF]);
	os_store_release(&r->rest, alone ? NM_ASLEEP : NM_AWAKE);
	os_spin_unlock(&r->rest_lock);
	return alone;
}

static bool blocks_again(struct nm_region *r, struct nm_pool *p)
{
	uint32_t i, block;
	void *mem;

	for (i = 0; i < p->objtotal; i++) {
		block = i >> p->shift;
		if (!nm_obj_is_used(p, i) || p->blocks[block])
			continue;
		mem = os_span_block_alloc_now(r->span, nm_block_offset(p, block),
					      nm_block_bytes(p, block));
		if (!mem)
			return false;
		os_store_release(&p->blocks[block], mem);
	}
	return true;
}

bool nm_region_wake(struct nm_region *r, bool *open)
{
	bool awake;

	os_spin_lock(&r->rest_lock);
	awake = r->rest != NM_ASLEEP || blocks_again(r, &r->pool[NM_POOL_BUF]);
	if (awake)
		os_store_release(&r->rest, NM_AWAKE);
	if (awake && open)
		os_store_release(open, true);
	os_spin_unlock(&r->rest_lock);
	return awake;
}
