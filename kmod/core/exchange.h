/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Between rings of one region whose tasks both say so (NR_EXCHANGE), a switch copies no data: the
 * sender's slot and the receiver's exchange their buffers.
 */
#ifndef NM_EXCHANGE_H
#define NM_EXCHANGE_H

#include "deliver.h"

/* Who looks on would see the buffers of the other side. */
static inline bool nm_exchange_watched(const struct nm_ring *ring)
{
	return OS_READ_ONCE(ring->taps) || OS_READ_ONCE(ring->zmon);
}

/* Does the sender of this batch agree, and is it such that every piece is one of its slots? */
static inline bool nm_exchange_wanted(const struct nm_ring *src, const struct nm_work *w)
{
	return unlikely(OS_READ_ONCE(src->shared->flags) & NR_EXCHANGE) && w->plain &&
	       !nm_exchange_watched(src);
}
/* Does the receiver, too? Only for packets that nobody else gets. */
bool nm_exchange_agreed(const struct nm_ring *src, const struct nm_ring *ring,
			const struct nm_order *o);
/* The first n packets of an order's own runs; the batch began in the sender's slot w->first. */
void nm_exchange(struct nm_delivery *d, struct nm_ring *src, struct nm_order *o, uint32_t n);

#endif
