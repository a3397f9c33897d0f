/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How a program walks the shared memory of a netmap binding. With NETMAP_WITH_LIBS defined before
 * the inclusion also the nm_open family, which opens a port by name, sends and receives. Everything
 * is static in the headers; C99 and later, and C++.
 */
#ifndef _NET_NETMAP_USER_H_
#define _NET_NETMAP_USER_H_

#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>
#include <net/if.h>

#include <net/netmap.h>

#define NM_AT(_type, _base, _offset) ((_type)(void *)((char *)(_base) + (_offset)))

#define NETMAP_IF(_base, _offset) NM_AT(struct netmap_if *, _base, _offset)

/* Only for rings that this descriptor has bound: the offset of any other is 0. */
#define NETMAP_TXRING(_nifp, _i) NM_AT(struct netmap_ring *, _nifp, (_nifp)->ring_ofs[_i])
#define NETMAP_RXRING(_nifp, _i)                                                                   \
	NETMAP_TXRING(_nifp, (_i) + (_nifp)->ni_tx_rings + (_nifp)->ni_host_tx_rings)

#define NETMAP_BUF(_ring, _idx)                                                                    \
	NM_AT(char *, _ring, (_ring)->buf_ofs + (ssize_t)((size_t)(_idx) * (_ring)->nr_buf_size))
#define NETMAP_BUF_IDX(_ring, _buf)                                                                \
	((size_t)(NM_AT(char *, _buf, 0) - NETMAP_BUF(_ring, 0)) / (_ring)->nr_buf_size)

#define NETMAP_ROFFSET(_ring, _slot) ((_slot)->ptr & (_ring)->offset_mask)
#define NETMAP_WOFFSET(_ring, _slot, _offset)                                                      \
	((_slot)->ptr = ((_slot)->ptr & ~(_ring)->offset_mask) |                                   \
			((uint64_t)(_offset) & (_ring)->offset_mask))
#define NETMAP_BUF_OFFSET(_ring, _slot)                                                            \
	(NETMAP_BUF(_ring, (_slot)->buf_idx) + NETMAP_ROFFSET(_ring, _slot))

static inline uint32_t nm_ring_next(const struct netmap_ring *ring, uint32_t i)
{
	return i + 1 == ring->num_slots ? 0 : i + 1;
}

static inline int nm_ring_empty(const struct netmap_ring *ring)
{
	return ring->head == ring->tail;
}

/* Slots that belong to the task. */
static inline uint32_t nm_ring_space(const struct netmap_ring *ring)
{
	uint32_t head = ring->head, tail = ring->tail;

	return tail >= head ? tail - head : tail + ring->num_slots - head;
}

/* Is anything that was given to the kernel still on its way? */
static inline int nm_tx_pending(const struct netmap_ring *ring)
{
	return nm_ring_next(ring, ring->tail) != ring->head;
}

#ifdef NETMAP_WITH_LIBS
#include <net/nm_open.h>
#endif

#endif
