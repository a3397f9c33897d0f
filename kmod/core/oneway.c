/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "oneway.h"
#include "deliver.h"

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

static void deliver(struct nm_work *w, struct nm_ring *ring)
{
	struct nm_delivery d = {.ring = ring};
	uint32_t to_end, n;
	struct nm_lease lease;

	if (!nm_lease_take(ring, &lease, w->npieces, nm_lease_any, NULL)) {
		nm_count_full(w, ring, w->npieces);
		return;
	}
	w->arrived = true;
	os_prefetch_write(&ring->hwtail); /* the owner looks there all the time */
	d.pos = lease.first;
	to_end = ring->slots - d.pos;
	n = lease.slots < to_end ? lease.slots : to_end;
	nm_fill(&d, w, w->pieces, n);
	if (n < lease.slots) {
		d.pos = 0;
		nm_fill(&d, w, &w->pieces[n], lease.slots - n);
	}
	d.done.ring_full = w->npieces - lease.slots;
	if (nm_lease_finish(ring, &lease, &d.done)) {
		os_mb(); /* pairs with the one of os_poll_wait() */
		nm_tell(ring);
	}
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
	w->arrived = false;
	w->stalled = false;
	deliver(w, ring);
	return true;
}
