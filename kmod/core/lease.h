/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reservation in a receive ring: senders take disjoint slots, and the oldest of them publishes for
 * those behind it.
 */
#ifndef NM_LEASE_H
#define NM_LEASE_H

#include "ring.h"

#define NM_LEASE_PENDING 0xffffffffU

struct nm_lease {
	uint32_t first; /* slot */
	uint32_t slots;
	uint32_t record;
};

/*
 * fit(arg, room) says how many of the wanted slots hold whole packets that fit into room, when not
 * all do. Returns false when nothing fits; a lease that was taken must be finished.
 */
bool nm_lease_take(struct nm_ring *ring, struct nm_lease *lease, uint32_t wanted,
		   uint32_t (*fit)(void *arg, uint32_t room), void *arg);
/* A fit for packets of one slot each: whatever room there is. */
uint32_t nm_lease_any(void *arg, uint32_t room);
/*
 * Adds what was delivered to the counters. Returns true when slots became visible and sleepers
 * need a wake-up.
 */
bool nm_lease_finish(struct nm_ring *ring, const struct nm_lease *lease,
		     const struct nm_rx_stats *delivered);

/* Slots that may be leased, by what was last known of the owner. The lock is held. */
static inline uint32_t nm_lease_room(const struct nm_ring *ring)
{
	return ring->slots - 1 - nm_distance(ring->freed, ring->lease, ring->slots);
}

/* The slot behind so many from one of the ring on. */
static inline uint32_t nm_lease_end(const struct nm_ring *ring, uint32_t first, uint32_t slots)
{
	uint32_t end = first + slots;

	return end >= ring->slots ? end - ring->slots : end;
}

static inline void nm_lease_note(struct nm_ring *ring, struct nm_lease *lease, uint32_t slots)
{
	lease->first = ring->lease;
	lease->slots = slots;
	lease->record = ring->lease_next;
	ring->lease_ends[lease->record] = NM_LEASE_PENDING;
	ring->lease_next = nm_next(ring->lease_next, ring->slots);
	ring->lease = nm_lease_end(ring, ring->lease, slots);
}

/* The same, after a look at the owner unless there is room enough anyway. The lock is held. */
static inline uint32_t nm_lease_room_for(struct nm_ring *ring, uint32_t wanted)
{
	uint32_t room = nm_lease_room(ring);

	if (likely(wanted <= room))
		return room;
	/* Pairs with the release in rxsync: the owner is done with the slots before. */
	ring->freed = os_load_acquire(&ring->hwcur);
	return nm_lease_room(ring);
}

/* The lock is held. */
static inline void nm_lease_count(struct nm_ring *ring, const struct nm_rx_stats *delivered)
{
	ring->rx_stats.packets += delivered->packets;
	ring->rx_stats.bytes += delivered->bytes;
	ring->rx_stats.bad_slot += delivered->bad_slot;
	ring->rx_stats.ring_full += delivered->ring_full;
}

/* The lock is held. Pairs with the acquire in the owner's sync, and with that of a live ring's
 * task. */
static inline void nm_lease_publish(struct nm_ring *ring, uint32_t tail)
{
	os_store_release(&ring->hwtail, tail);
	if (unlikely(ring->shows))
		os_store_release(&ring->shared->tail, tail);
}

/*
 * Locks the ring for a lease that is short: how many of the wanted slots there are, from
 * ring->lease on, until nm_lease_let_go(). 0: it is not locked, since there is none, or others are
 * at work, or somebody looks on. Who holds one ring so may go on to others, but must not wait for a
 * lock.
 */
static inline uint32_t nm_lease_hold(struct nm_ring *ring, uint32_t wanted)
{
	uint32_t room;

	if (unlikely(!os_spin_trylock(&ring->lock)))
		return 0;
	room = nm_lease_room_for(ring, wanted);
	if (unlikely(ring->lease_first != ring->lease_next || OS_READ_ONCE(ring->taps)))
		room = 0;
	if (unlikely(!room))
		os_spin_unlock_tried(&ring->lock);
	return room < wanted ? room : wanted;
}

static inline void nm_lease_let_go(struct nm_ring *ring, uint32_t slots,
				   const struct nm_rx_stats *delivered)
{
	nm_lease_count(ring, delivered);
	ring->lease = nm_lease_end(ring, ring->lease, slots);
	nm_lease_publish(ring, ring->lease);
	os_spin_unlock_tried(&ring->lock);
}

/*
 * One slot that can be filled at once; the lock is held, and is kept until nm_lease_end_one().
 * NULL: there is no room, or senders before are still at work, or somebody looks on.
 */
static inline struct netmap_slot *nm_lease_one(const struct nm_ring *ring)
{
	uint32_t next = nm_next(ring->lease, ring->slots);

	if (likely(ring->lease_first == ring->lease_next && next != ring->freed &&
		   !OS_READ_ONCE(ring->taps)))
		return &ring->shared->slot[ring->lease];
	return NULL;
}

/* The lock is held. */
static inline void nm_lease_end_one(struct nm_ring *ring, uint32_t bytes)
{
	uint32_t next = nm_next(ring->lease, ring->slots);

	ring->rx_stats.packets++;
	ring->rx_stats.bytes += bytes;
	ring->lease = next;
	nm_lease_publish(ring, next);
}

#endif
