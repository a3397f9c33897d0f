/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a guest receives: from the slots of a ring into pages that it offered. */
#ifndef VIF_TO_GUEST_H
#define VIF_TO_GUEST_H

#include "copies.h"
#include "filter.h"
#include "frontring.h"
#include "slots.h"

/* A response whose copies are under way. */
struct vif_delivery {
	uint16_t id;
	uint16_t flags;
	uint16_t bytes;
	uint16_t first, end; /* its copies */
};

struct vif_to_guest {
	struct vif_ring ring;
	struct vif_copies copies;
	struct vif_delivery batch[VIF_RING_ENTRIES];
	unsigned n;    /* in the batch */
	bool scatters; /* the guest takes frames of several pages */
	const struct vif_filter *filter;
	const char *broken; /* why nothing is delivered any more, or NULL */
	bool notify;	    /* the guest wants to be told */
	bool starved;	    /* frames wait for pages, of which the guest will tell if it can */
	uint64_t packets, bytes, dropped;
};

/*
 * Delivers the frames in slots [from, to), as far as the guest offers pages. Returns the slot after
 * the last frame that is done with. What was sent is added to *sent. One caller at a time; nothing
 * sleeps.
 */
uint32_t vif_to_guest(struct vif_to_guest *q, const struct vif_slots *s, uint32_t from, uint32_t to,
		      struct nm_tx_stats *sent);

#endif
