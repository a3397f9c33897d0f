/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool.h"

#include <stdlib.h>
#include <string.h>

static struct netmap_ring *any_ring(struct nmport_d *d)
{
	return NETMAP_RXRING(d->nifp, d->first_rx_ring);
}

/*
 * The first word of a buffer, where lists are linked; NULL if it lies outside the region: indices
 * in shared memory may be anything.
 */
static uint32_t *link_of(struct nmport_d *d, uint32_t index)
{
	char *buf = NETMAP_BUF(any_ring(d), index), *base = d->mem->mem;

	if (index < 2 || buf < base || buf > base + d->mem->size - any_ring(d)->nr_buf_size)
		return NULL;
	return (uint32_t *)buf;
}

static void set_free(struct pool *p, uint32_t i)
{
	p->node[i].next = p->free_head;
	p->free_head = i;
	p->n_free++;
}

int pool_init(struct pool *p, struct nmport_d *d)
{
	uint32_t index = d->nifp->ni_bufs_head, granted = d->reg.nr_extra_bufs;

	memset(p, 0, sizeof(*p));
	p->free_head = POOL_NONE;
	if (!granted)
		return 0;
	p->node = calloc(granted, sizeof(*p->node));
	if (!p->node)
		return -1;
	while (p->total < granted) {
		uint32_t *link = link_of(d, index);

		if (!link)
			break;
		p->node[p->total].slot.buf_idx = index;
		set_free(p, p->total++);
		index = *link;
	}
	d->nifp->ni_bufs_head = 0;
	return 0;
}

void pool_give_back(struct pool *p, struct nmport_d *d)
{
	uint32_t i, *link;

	for (i = 0; i < p->total; i++) {
		link = link_of(d, p->node[i].slot.buf_idx);
		if (!link)
			continue;
		*link = d->nifp->ni_bufs_head;
		d->nifp->ni_bufs_head = p->node[i].slot.buf_idx;
	}
	free(p->node);
	memset(p, 0, sizeof(*p));
}

void pool_queue_init(struct pool_queue *q)
{
	memset(q, 0, sizeof(*q));
	q->head = q->tail = POOL_NONE;
}

void pool_push(struct pool *p, struct pool_queue *q, struct netmap_slot *slot)
{
	uint32_t i = p->free_head, buffer = p->node[i].slot.buf_idx;

	p->free_head = p->node[i].next;
	p->n_free--;
	p->node[i].slot = *slot;
	p->node[i].next = POOL_NONE;
	if (q->tail == POOL_NONE)
		q->head = i;
	else
		p->node[q->tail].next = i;
	q->tail = i;
	q->slots++;
	q->packets += !(slot->flags & NS_MOREFRAG);
	slot->buf_idx = buffer;
	slot->flags |= NS_BUF_CHANGED;
}

/* Takes the oldest node off; the caller makes it free. */
static uint32_t take(struct pool *p, struct pool_queue *q)
{
	uint32_t i = q->head;

	q->head = p->node[i].next;
	if (q->head == POOL_NONE)
		q->tail = POOL_NONE;
	q->slots--;
	q->packets -= !(p->node[i].slot.flags & NS_MOREFRAG);
	return i;
}

void pool_pop(struct pool *p, struct pool_queue *q, struct netmap_slot *slot)
{
	uint32_t i = take(p, q), buffer = slot->buf_idx;

	*slot = p->node[i].slot;
	slot->flags = (slot->flags & NS_MOREFRAG) | NS_BUF_CHANGED;
	p->node[i].slot.buf_idx = buffer;
	set_free(p, i);
}

uint64_t pool_drop(struct pool *p, struct pool_queue *q)
{
	uint64_t bytes = 0;
	bool more = q->head != POOL_NONE;

	while (more) {
		uint32_t i = take(p, q);

		bytes += p->node[i].slot.len;
		more = p->node[i].slot.flags & NS_MOREFRAG && q->head != POOL_NONE;
		set_free(p, i);
	}
	return bytes;
}

uint32_t pool_first_slots(const struct pool *p, const struct pool_queue *q)
{
	uint32_t i = q->head, n = 0;

	while (i != POOL_NONE) {
		n++;
		if (!(p->node[i].slot.flags & NS_MOREFRAG))
			break;
		i = p->node[i].next;
	}
	return n;
}
