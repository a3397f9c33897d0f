/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking netmap rings: small steps that every function of the generator takes. */
#ifndef PG_RING_H
#define PG_RING_H

#include <net/netmap.h>
#include <stddef.h>
#include <stdint.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

static inline uint32_t ring_next(const struct netmap_ring *ring, uint32_t i)
{
	return unlikely(i + 1 == ring->num_slots) ? 0 : i + 1;
}

/* Slot n places after i; n is at most num_slots. */
static inline uint32_t ring_advance(const struct netmap_ring *ring, uint32_t i, uint32_t n)
{
	i += n;
	return i >= ring->num_slots ? i - ring->num_slots : i;
}

/* Slots from one up to another. */
static inline uint32_t ring_distance(const struct netmap_ring *ring, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + ring->num_slots - from;
}

/* Slots from head to tail, that is, those which the program owns. */
static inline uint32_t ring_space(const struct netmap_ring *ring)
{
	return ring_distance(ring, ring->head, ring->tail);
}

/* The same of a receive ring that others may be moving (NR_LIVE): what is in its slots is there,
 * too. */
static inline uint32_t ring_arrived(const struct netmap_ring *ring)
{
	return ring_distance(ring, ring->head, __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE));
}

/* A transmit ring is drained once all but the one unusable slot have come back. */
static inline int ring_tx_pending(const struct netmap_ring *ring)
{
	return ring_next(ring, ring->tail) != ring->head;
}

/* The slot's buffer, of nr_buf_size bytes. Valid as long as buf_idx is what the ring held. */
static inline uint8_t *ring_buf(const struct netmap_ring *ring, const struct netmap_slot *slot)
{
	return (uint8_t *)ring + ring->buf_ofs + (size_t)slot->buf_idx * ring->nr_buf_size +
	       (slot->ptr & ring->offset_mask);
}

#endif
