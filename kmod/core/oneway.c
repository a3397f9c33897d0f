/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "oneway.h"
#include "copy.h"

#define HELD_BYTES    4096 /* so few are copied with the lock held: a second one costs more */
#define AHEAD	      16   /* buffers that are fetched ahead of the copy, and slots */
#define SLOTS_OF_LINE 4
#define FEW	      8 /* for which preparing does not pay */

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

static inline uint32_t at_most(uint32_t n, uint32_t most)
{
	return n < most ? n : most;
}

/* Looks up the buffers of n slots, at most AHEAD, so that they are near when they are written. */
static inline void fetch(struct nm_window *window, const struct nm_pool *bufs,
			 const struct netmap_slot *slot, uint32_t n, void **dst)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		dst[i] = nm_window_buf(window, bufs, OS_READ_ONCE(slot[i].buf_idx));
		os_prefetch_write(dst[i]);
	}
}

static noinline void fetch_to_write(const struct netmap_slot *slot)
{
	uint32_t i;

	for (i = 0; i < AHEAD; i += SLOTS_OF_LINE)
		os_prefetch_write(&slot[i]);
}

/*
 * The slots behind are asked for. Those that hold what they are about to hold are not written, and
 * their lines stay in both caches, unless one of them asks for them alone.
 */
static inline void fetch_slots(const struct netmap_slot *slot, bool to_write)
{
	uint32_t i;

	if (unlikely(to_write)) {
		fetch_to_write(slot);
		return;
	}
	for (i = 0; i < AHEAD; i += SLOTS_OF_LINE)
		os_prefetch(&slot[i]);
}

/* The owner looks there all the time. */
static inline void ask(const struct nm_ring *ring)
{
	os_prefetch_write(&ring->hwtail);
}

/* n pieces to as many slots from d->pos on, which do not wrap. */
static noinline void fill_many(struct nm_delivery *d, const struct nm_piece *p, uint32_t n)
{
	const struct nm_pool *bufs = d->ring->bufs;
	struct netmap_slot *slot = &d->ring->shared->slot[d->pos], *end;
	uint32_t room = bufs->objsize, bytes = 0, ready, next;
	/* Between small batches it is good that an owner who waits for slots looks less often. */
	bool to_write = n <= AHEAD;
	struct nm_window window = {0};
	void *dst[2][AHEAD], **to;
	unsigned turn = 0;

	d->done.packets += n;
	ready = at_most(n, AHEAD);
	fetch(&window, bufs, slot, ready, dst[turn]);
	to_write |= OS_READ_ONCE(slot->len) != p->len;
	fetch_slots(&slot[AHEAD], to_write);
	for (; ready; ready = next, turn ^= 1) {
		n -= ready;
		next = at_most(n, AHEAD);
		if (next) {
			struct netmap_slot *then = &slot[ready];

			fetch(&window, bufs, then, next, dst[turn ^ 1]);
			to_write |= OS_READ_ONCE(then->len) != p[ready].len;
			fetch_slots(&then[AHEAD], to_write);
		} else {
			ask(d->ring); /* the owner may have it again */
		}
		to = dst[turn];
		for (end = slot + ready; slot != end; slot++)
			bytes += nm_put_plain(d, slot, *to++, p++, room);
	}
	d->done.bytes += bytes;
}

static inline void fill_some(struct nm_delivery *d, const struct nm_work *w, uint32_t first,
			     uint32_t n)
{
	if (n < FEW)
		nm_fill(d, w, &w->pieces[first], n);
	else
		fill_many(d, &w->pieces[first], n);
}

static inline void fill(struct nm_delivery *d, const struct nm_work *w, uint32_t slots)
{
	uint32_t n = at_most(slots, d->ring->slots - d->pos);

	fill_some(d, w, 0, n);
	if (n < slots) {
		d->pos = 0;
		fill_some(d, w, n, slots - n);
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
