/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a guest receives: from the slots of a ring into pages that it offered. */
#ifndef VIF_TO_GUEST_H
#define VIF_TO_GUEST_H

#include "batch.h"
#include "filter.h"
#include "frontring.h"
#include "slots.h"

struct vif_to_guest {
	struct vif_ring ring;
	struct vif_batch *batch; /* lent by the caller */
	uint16_t domain;	 /* the guest */
	bool scatters;		 /* the guest takes frames of several pages */
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
