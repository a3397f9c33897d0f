/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "learn.h"

/* The n-th place where an address may be. */
static inline uint64_t *nth(const struct nm_learn_place *at, uint32_t n)
{
	return &at->bucket[at->own ^ n];
}

/*
 * Where it is already; else in the first place that is free; else in its own, whoever was there.
 * When two CPUs put a station into two places at once, all find the same one first.
 */
void nm_learn_put(struct nm_learn *table, uint64_t key, uint32_t port)
{
	struct nm_learn_place at = nm_learn_place(table, key);
	uint64_t entry, now = key | NM_LEARN_VALID | port, *into = NULL;
	uint32_t n;

	for (n = 0; n < NM_LEARN_WAYS; n++) {
		entry = OS_READ_ONCE(*nth(&at, n));
		if (entry == now)
			return;
		if (nm_learn_is(entry, key)) {
			into = nth(&at, n);
			break;
		}
		if (!entry && !into)
			into = nth(&at, n);
	}
	OS_WRITE_ONCE(*(into ? into : nth(&at, 0)), now);
}

uint32_t nm_learn_seek(struct nm_learn *table, uint64_t key)
{
	struct nm_learn_place at = nm_learn_place(table, key);
	uint64_t entry;
	uint32_t n;

	if (nm_key_is_group(key))
		return NM_VALE_FLOOD;
	for (n = 0; n < NM_LEARN_WAYS; n++) {
		entry = OS_READ_ONCE(*nth(&at, n));
		if (nm_learn_is(entry, key))
			return entry & (NM_LEARN_VALID - 1);
	}
	return NM_VALE_FLOOD;
}

void nm_learn_forget(struct nm_learn *table, uint32_t port)
{
	uint64_t *entry = table->entry[0];
	unsigned i;

	for (i = 0; i < NM_LEARN_BUCKETS * NM_LEARN_WAYS; i++)
		if ((OS_READ_ONCE(entry[i]) & NM_LEARN_PORT_MASK) == (NM_LEARN_VALID | port))
			OS_WRITE_ONCE(entry[i], 0);
}

/* The form that modules may call; the forwarding loop calls nm_learn_route() without the detour. */
static uint32_t learn_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			     void *private_data)
{
	struct nm_macs macs;
	struct nm_keys keys;

	if (ft->ft_len < ft->ft_offset + NM_ETHER_BYTES || !nm_bdg_read(ft, 0, &macs, sizeof(macs)))
		return NM_VALE_NO_PORT;
	keys = nm_keys_at(&macs);
	if (!(ft->ft_flags & NS_NO_LEARN) && !nm_key_is_group(keys.src))
		nm_learn_station(src->vale->learn, keys.src, src->vale_idx);
	return nm_learn_find(src->vale->learn, keys.dst);
}

const struct nm_lookup_ops nm_learn_ops = {
	.lookup = learn_lookup,
	.name = "learning",
};
