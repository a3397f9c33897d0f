/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "lease.h"
#include "watch.h"

uint32_t nm_lease_any(void *arg, uint32_t room)
{
	return room;
}

bool nm_lease_take(struct nm_ring *ring, struct nm_lease *lease, uint32_t wanted,
		   uint32_t (*fit)(void *arg, uint32_t room), void *arg)
{
	uint32_t room;

	os_spin_lock(&ring->lock);
	room = nm_lease_room_for(ring, wanted);
	if (unlikely(wanted > room))
		wanted = fit(arg, room);
	if (wanted)
		nm_lease_note(ring, lease, wanted);
	os_spin_unlock(&ring->lock);
	return wanted;
}

/*
 * The oldest lease is finished, and perhaps others behind it. Every lease has a slot at least, so
 * there are never more leases than records. What was published before is not looked at: the owner
 * has its line.
 */
static uint32_t finished_up_to(struct nm_ring *ring)
{
	uint32_t next = ring->lease_first, end = ring->lease_ends[next], tail;

	do {
		tail = end;
		next = nm_next(next, ring->slots);
		end = ring->lease_ends[next];
	} while (next != ring->lease_next && end != NM_LEASE_PENDING);
	ring->lease_first = next;
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
	ring->lease_ends[lease->record] = nm_lease_end(ring, lease->first, lease->slots);
	nm_lease_count(ring, delivered);
	/*
	 * An older lease that is still being filled publishes this one too. Pairs with the acquire
	 * in the owner's sync.
	 */
	if (oldest)
		nm_lease_publish(ring, finished_up_to(ring));
	/* Nobody is at work: the same few records again, which are near. */
	if (ring->lease_first == ring->lease_next)
		ring->lease_first = ring->lease_next = 0;
	os_spin_unlock(&ring->lock);
	return oldest;
}
