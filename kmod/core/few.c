/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "few.h"
#include "copy.h"

#define HELD_BYTES (64U << 10) /* that are copied while locks are held, if packets are alike */

/* Looks up where the packets go, so that it is near when they are copied. */
static inline void prepare(struct nm_few *f)
{
	const struct netmap_slot *slots = f->ring->shared->slot;
	const struct nm_pool bufs = *f->ring->bufs; /* a copy: no store can alias it */
	uint32_t pos = f->first, n = f->slots, of = f->ring->slots, i;

	for (i = 0; i < n; i++, pos = nm_next(pos, of)) {
		f->dst[i] = nm_buf_or_sink(&bufs, OS_READ_ONCE(slots[pos].buf_idx));
		os_prefetch_write(f->dst[i]);
	}
}

static inline void fill(struct nm_few *f, const struct nm_work *w)
{
	struct nm_delivery d = {.done.packets = f->slots};
	struct netmap_slot *slots = f->ring->shared->slot;
	uint32_t room = f->ring->bufs->objsize, pos = f->first, of = f->ring->slots;
	uint32_t n = f->slots, left = 0, run = f->run, i;
	const struct nm_piece *p = NULL;

	for (i = 0; i < n; i++, p++, left--, pos = nm_next(pos, of)) {
		if (!left) {
			p = &w->pieces[run];
			left = w->runs[run].slots;
			run = w->runs[run].next;
		}
		d.done.bytes += nm_put_plain(&d, &slots[pos], f->dst[i], p, room);
	}
	d.done.ring_full = f->packets - n;
	f->done = d.done;
}

static noinline void deliver_group(struct nm_work *w)
{
	struct nm_few *f, *end = &w->few[w->nfew];

	for (f = w->few; f < end; f++)
		prepare(f);
	for (f = w->few; f < end; f++)
		fill(f, w);
	for (f = w->few; f < end; f++) /* one lock after the other would wait for the stores */
		nm_lease_let_go(f->ring, f->slots, &f->done);
	for (f = w->few; f < end; f++)
		nm_announce(w, f->ring);
	w->nfew = 0;
}

static inline bool like_others(const struct nm_ring *src, const struct nm_port *port,
			       const struct nm_ring *ring)
{
	return os_load_acquire(&ring->open) && !ring->offset_mask && !port->ops->make_room &&
	       OS_READ_ONCE(port->hdr_bytes) == OS_READ_ONCE(src->port->hdr_bytes);
}

/* False, and nothing is done: the queue is not for here. */
static inline bool add(struct nm_ring *src, const struct nm_port *port, const struct nm_queue *q)
{
	struct nm_ring *ring = &port->rings[NM_RX][q->ring];
	struct nm_work *w = src->work;
	struct nm_few *f = &w->few[w->nfew];

	if (q->slots > NM_FEW || unlikely(!like_others(src, port, ring)))
		return false;
	f->slots = nm_lease_hold(ring, q->slots);
	if (unlikely(!f->slots))
		return false;
	f->first = ring->lease;
	os_prefetch(&ring->shared->slot[f->first]);
	os_prefetch(&ring->shared->slot[f->first + f->slots - 1]);
	f->ring = ring;
	f->run = q->head;
	f->packets = q->slots;
	w->nfew++;
	return true;
}

uint32_t nm_few_deliver(const struct nm_members *members, struct nm_ring *src)
{
	struct nm_work *w = src->work;
	const struct nm_queue *q = &w->queues[NM_QUEUE_FLOOD + 1], *end = &w->queues[w->nqueues];
	uint32_t most = (uint64_t)HELD_BYTES * w->npieces / (w->bytes + 1), held = 0;
	uint32_t later = 0, copies = 0;

	w->nfew = 0;
	for (; q < end; q++) {
		if (q + 1 < end)
			nm_expect(members, q + 1);
		if (unlikely(!add(src, members->ports[q->port], q))) {
			w->later[later++] = q - w->queues;
			continue;
		}
		copies += q->slots;
		held += q->slots;
		w->arrived = true;
		if (w->nfew == NM_GROUP || held >= most) {
			deliver_group(w);
			held = 0;
		}
	}
	if (w->nfew)
		deliver_group(w);
	src->tx_stats.copies += copies;
	return later;
}
