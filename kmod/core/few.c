/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "few.h"
#include "copy.h"

/* Looks up where the packets go, so that it is near when they are copied. */
static inline void prepare(struct nm_few *f)
{
	const struct netmap_slot *slots = f->ring->shared->slot;
	const struct nm_pool bufs = *f->ring->bufs; /* a copy: no store can alias it */
	uint32_t pos = f->lease.first, n = f->lease.slots, of = f->ring->slots, i;

	for (i = 0; i < n; i++, pos = nm_next(pos, of)) {
		f->dst[i] = nm_buf_or_sink(&bufs, OS_READ_ONCE(slots[pos].buf_idx));
		os_prefetch_write(f->dst[i]);
	}
}

static inline void fill(struct nm_few *f, const struct nm_work *w)
{
	struct nm_delivery d = {.done.packets = f->lease.slots};
	struct netmap_slot *slots = f->ring->shared->slot;
	uint32_t room = f->ring->bufs->objsize, pos = f->lease.first, of = f->ring->slots;
	uint32_t n = f->lease.slots, left = 0, run = f->run, i;
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

void nm_few_deliver(struct nm_work *w)
{
	struct nm_few *f, *end = &w->few[w->nfew];

	for (f = w->few; f < end; f++)
		prepare(f);
	for (f = w->few; f < end; f++)
		fill(f, w);
	for (f = w->few; f < end; f++)
		if (nm_lease_finish(f->ring, &f->lease, &f->done))
			nm_announce(w, f->ring);
	w->nfew = 0;
}

static inline bool like_others(const struct nm_ring *src, const struct nm_port *port,
			       const struct nm_ring *ring)
{
	return os_load_acquire(&ring->open) && !ring->offset_mask && !port->ops->make_room &&
	       OS_READ_ONCE(port->hdr_bytes) == OS_READ_ONCE(src->port->hdr_bytes);
}

bool nm_few_add(struct nm_ring *src, struct nm_port *port, const struct nm_queue *q)
{
	struct nm_ring *ring = &port->rings[NM_RX][q->ring];
	struct nm_work *w = src->work;
	struct nm_few *f = &w->few[w->nfew];

	if (q->slots > NM_FEW || unlikely(!like_others(src, port, ring)))
		return false;
	src->tx_stats.copies += q->packets;
	if (unlikely(!nm_lease_take_all(ring, &f->lease, q->slots)) &&
	    !nm_lease_take(ring, &f->lease, q->slots, nm_lease_any, NULL)) {
		nm_count_full(w, ring, q->packets);
		return true;
	}
	w->arrived = true;
	os_prefetch(&ring->shared->slot[f->lease.first]);
	os_prefetch(&ring->shared->slot[f->lease.first + f->lease.slots - 1]);
	f->ring = ring;
	f->run = q->head;
	f->packets = q->packets;
	if (++w->nfew == NM_GROUP)
		nm_few_deliver(w);
	return true;
}
