/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the ways to deliver a batch share. */
#ifndef NM_DELIVER_H
#define NM_DELIVER_H

#include "forward.h"

/*
 * What one destination ring gets: the runs of its own queue and of the flood, in the order of the
 * sender.
 */
struct nm_order {
	const struct nm_work *work;
	uint16_t own; /* runs, NM_NO_RUN at the end */
	uint16_t flood;
	uint32_t slots;
	uint32_t packets;
};

/* Are there several runs, and no flood between them? */
static inline bool nm_order_scattered(const struct nm_order *o)
{
	return o->flood == NM_NO_RUN && o->own != NM_NO_RUN &&
	       o->work->runs[o->own].next != NM_NO_RUN;
}

/* The next run, or NULL; its first piece. */
static inline const struct nm_run *nm_order_next(struct nm_order *o, const struct nm_piece **first)
{
	const struct nm_run *run;
	uint16_t *from = &o->own;

	if (o->own == NM_NO_RUN || (o->flood != NM_NO_RUN && o->flood < o->own))
		from = &o->flood;
	if (*from == NM_NO_RUN)
		return NULL;
	run = &o->work->runs[*from];
	*first = &o->work->pieces[*from];
	*from = run->next;
	return run;
}

union nm_slot_result { /* length and flags in one store */
	uint32_t word;
	struct {
		uint16_t len;
		uint16_t flags;
	};
};

typedef uint32_t __attribute__((may_alias)) nm_slot_store;

/*
 * Only where it differs: the line of a slot that stays what it was stays in the caches of both, and
 * does not travel between their CPUs.
 */
static inline void nm_slot_write(struct netmap_slot *slot, uint16_t len, uint16_t flags)
{
	union nm_slot_result r = {.len = len, .flags = flags};
	volatile nm_slot_store *at = (nm_slot_store *)&slot->len;

	if (*at != r.word)
		*at = r.word;
}

/* A delivery in progress. */
struct nm_delivery {
	struct nm_ring *ring;
	uint32_t pos; /* next slot */
	struct nm_rx_stats done;
	bool packet_bad; /* some fragment of the packet that has begun could not be copied */
};

/* n pieces to as many slots from d->pos on, which do not wrap. */
void nm_fill(struct nm_delivery *d, const struct nm_work *w, const struct nm_piece *p, uint32_t n);

/* The first n packets of an order's own runs, plain ones, to a ring that uses no offsets. */
void nm_fill_runs(struct nm_delivery *d, struct nm_order *o, uint32_t n);

/* Soon it will be delivered to. */
static inline void nm_expect(const struct nm_members *members, const struct nm_queue *q)
{
	const struct nm_ring *ring = &members->ports[q->port]->rings[NM_RX][q->ring];

	os_prefetch(ring);
	os_prefetch_write(&ring->lock);
	os_prefetch_write(&ring->hwtail);
}

/* Packets that were not delivered because there was no room. */
void nm_count_full(struct nm_work *work, struct nm_ring *ring, uint32_t packets);
/* Will wake who waits for the ring's packets, at the end of the batch at the latest. */
void nm_announce(struct nm_work *work, struct nm_ring *ring);

/* The same at once, behind an os_mb() after what arrived. */
static inline void nm_tell(struct nm_ring *ring)
{
	/* Pairs with the release in nm_persistent_tie(). */
	const struct nm_port_ops *ops = os_load_acquire(&ring->port->ops);

	nm_port_rouse(ring->port, ring);
	if (unlikely(ops->delivered))
		ops->delivered(ring);
}

/* To a port with another header length: vnet.c. */
void nm_vnet_deliver(struct nm_ring *src, struct nm_ring *ring, struct nm_order *o);

#endif
