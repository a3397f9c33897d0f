/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a guest sends: from its requests into the slots of a ring. */
#ifndef VIF_FROM_GUEST_H
#define VIF_FROM_GUEST_H

#include "batch.h"
#include "credit.h"
#include "filter.h"
#include "slots.h"

struct vif_from_guest {
	struct vif_ring ring;
	struct vif_batch *batch; /* lent by the caller */
	uint16_t domain;	 /* the guest */
	struct vif_credit credit;
	struct vif_filter *filter;
	uint32_t segments;    /* made of the next frame already */
	uint32_t segments_of; /* its bytes */
	uint64_t wait_ns;     /* until there is credit again; 0: it does not wait for any */
	const char *broken;   /* why nothing is read any more, or NULL */
	bool notify;	      /* the guest wants to be told */
	uint64_t packets, bytes, bad;
};

/*
 * Fills at most max slots from pos on, and answers what was taken. Returns the slot after the last
 * one. What was delivered is added to *got. When less than max was filled for want of requests, the
 * guest will tell of new ones. One caller at a time; nothing sleeps.
 */
uint32_t vif_from_guest(struct vif_from_guest *q, const struct vif_slots *to, uint32_t pos,
			uint32_t max, uint64_t now_ns, struct nm_rx_stats *got);

#endif
