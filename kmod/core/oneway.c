/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "oneway.h"
#include "deliver.h"

#define HELD_BYTES 4096 /* so few are copied with the lock held: a second one costs more */

/* Have all packets these addresses, those of the first? Adds up their bytes. */
static inline bool all_alike(const struct nm_work *w, const struct nm_keys *keys, uint32_t *bytes)
{
	const struct nm_piece *p = w->pieces, *end = &p[w->npieces];
	uint32_t sum = p->len;

	for (p++; p != end; p++) {
		struct nm_keys k;

		if (unlikely(p->len < NM_ETHER_BYTES))
			return false;
		k = nm_keys_at(p->buf);
		if (k.dst != keys->dst || k.src != keys->src)
			return false;
		sum += p->len;
	}
	*bytes = sum;
	return true;
}

/* The owner looks there all the time. */
static inline void ask(const struct nm_ring *ring)
{
	os_prefetch_write(&ring->hwtail);
}

static inline void fill(struct nm_delivery *d, const struct nm_work *w, uint32_t slots)
{
	uint32_t to_end = d->ring->slots - d->pos, n = slots < to_end ? slots : to_end;

	nm_fill(d, w, w->pieces, n);
	if (n < slots) {
		d->pos = 0;
		nm_fill(d, w, &w->pieces[n], slots - n);
	}
	d->done.ring_full = w->npieces - slots;
}

static inline void tell(struct nm_ring *ring)
{
	os_mb(); /* pairs with the one of os_poll_wait() */
	nm_tell(ring);
}

/* With the ring's lock held throughout. False: others are at work there, or there is no room. */
static bool deliver_held(struct nm_work *w, struct nm_ring *ring)
{
	struct nm_delivery d = {.ring = ring};
	uint32_t slots = nm_lease_hold(ring, w->npieces);

	if (unlikely(!slots))
		return false;
	if (!w->asking.late)
		ask(ring);
	d.pos = ring->lease;
	fill(&d, w, slots);
	nm_asking_count(&w->asking, slots);
	nm_lease_let_go(ring, slots, &d.done);
	tell(ring);
	return true;
}

static void deliver(struct nm_work *w, struct nm_ring *ring, uint32_t bytes)
{
	struct nm_delivery d = {.ring = ring};
	struct nm_lease lease;

	w->arrived = bytes <= HELD_BYTES && deliver_held(w, ring);
	if (w->arrived)
		return;
	if (!nm_lease_take(ring, &lease, w->npieces, nm_lease_any, NULL)) {
		nm_count_full(w, ring, w->npieces);
		return;
	}
	w->arrived = true;
	ask(ring);
	d.pos = lease.first;
	fill(&d, w, lease.slots);
	if (nm_lease_finish(ring, &lease, &d.done))
		tell(ring);
}

bool nm_one_way(const struct nm_vale *vale, const struct nm_members *members, struct nm_ring *src)
{
	struct nm_work *w = src->work;
	struct nm_ring *ring;
	struct nm_keys keys;
	uint32_t bytes;

	if (w->pieces->len < NM_ETHER_BYTES)
		return false;
	keys = nm_keys_at(w->pieces->buf);
	ring = nm_one_way_ring(vale, members, src, &keys);
	if (!ring || !all_alike(w, &keys, &bytes))
		return false;
	src->tx_stats.packets += w->npieces;
	src->tx_stats.copies += w->npieces;
	src->tx_stats.bytes += bytes;
	w->stalled = false;
	deliver(w, ring, bytes);
	return true;
}
