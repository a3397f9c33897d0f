/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reservation in a receive ring: senders take disjoint slots, and the oldest of them publishes for
 * those behind it.
 */
#include "ring.h"
#include "watch.h"

#define LEASE_PENDING 0xffffffffU

static uint32_t advance(uint32_t slot, uint32_t by, uint32_t n)
{
	slot += by;
	return slot >= n ? slot - n : slot;
}

bool nm_lease_take(struct nm_ring *ring, struct nm_lease *lease, uint32_t wanted,
		   uint32_t (*fit)(void *arg, uint32_t room), void *arg)
{
	uint32_t n = ring->slots, room;

	os_spin_lock(&ring->lock);
	room = n - 1 - nm_distance(ring->freed, ring->lease, n);
	if (unlikely(wanted > room)) {
		/* Pairs with the release in rxsync: the owner is done with the slots before. */
		ring->freed = os_load_acquire(&ring->hwcur);
		room = n - 1 - nm_distance(ring->freed, ring->lease, n);
	}
	if (unlikely(wanted > room))
		wanted = fit(arg, room);
	if (wanted) {
		lease->first = ring->lease;
		lease->slots = wanted;
		lease->record = ring->lease_next;
		ring->lease_ends[lease->record] = LEASE_PENDING;
		ring->lease_next = nm_next(ring->lease_next, n);
		ring->lease = advance(ring->lease, wanted, n);
	}
	os_spin_unlock(&ring->lock);
	return wanted;
}

/* Every lease has a slot at least, so there are never more leases than records. */
static uint32_t finished_up_to(struct nm_ring *ring)
{
	uint32_t tail = ring->hwtail;

	while (ring->lease_first != ring->lease_next) {
		uint32_t end = ring->lease_ends[ring->lease_first];

		if (end == LEASE_PENDING)
			break;
		tail = end;
		ring->lease_first = nm_next(ring->lease_first, ring->slots);
	}
	return tail;
}

bool nm_lease_finish(struct nm_ring *ring, const struct nm_lease *lease,
		     const struct nm_rx_stats *delivered)
{
	bool oldest;

	if (unlikely(OS_READ_ONCE(ring->taps)))
		nm_watch_arrival(ring, lease->first, lease->slots);
	os_spin_lock(&ring->lock);
	oldest = lease->record == ring->lease_first;
	ring->lease_ends[lease->record] = advance(lease->first, lease->slots, ring->slots);
	ring->rx_stats.packets += delivered->packets;
	ring->rx_stats.bytes += delivered->bytes;
	ring->rx_stats.bad_slot += delivered->bad_slot;
	ring->rx_stats.ring_full += delivered->ring_full;
	/*
	 * An older lease that is still being filled publishes this one too. Pairs with the acquire
	 * in the owner's sync.
	 */
	if (oldest)
		os_store_release(&ring->hwtail, finished_up_to(ring));
	os_spin_unlock(&ring->lock);
	return oldest;
}
