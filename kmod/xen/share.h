/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Netmap mode, the switch's side: a guest has the buffers of a port, and rings of its own in which
 * it says how far it has got. Slot i of either ring means buffer i for as long as both live; what
 * the guest writes into its slots beside lengths does not count. Source: docs/xen-net.md.
 */
#ifndef VIF_SHARE_H
#define VIF_SHARE_H

#include "credit.h"
#include "slots.h"

#define VIF_SHARE_BUF_BYTES  2048
#define VIF_SHARE_PAGE_BYTES 4096

/* One of the two rings. */
struct vif_share_ring {
	struct netmap_ring *ring; /* the guest's, at its will */
	uint32_t *home;		  /* the buffer's index, of each slot */
	uint32_t n;
	uint32_t tail;	 /* as told to the guest */
	uint32_t oldest; /* of what it was sent, the first that it has not given back */
};

struct vif_share {
	struct vif_share_ring from, to;
	bool wants_news;    /* the guest wants to be told of what arrives */
	bool notify_from;   /* it is to be told that what it sent is under way */
	bool notify_to;	    /* that something arrived */
	const char *broken; /* why nothing moves any more, or NULL */
	struct vif_credit credit;
	uint64_t wait_ns; /* until there is credit again; 0: it does not wait for any */
	uint64_t from_packets, from_bytes, from_bad;
	uint64_t to_packets, to_bytes, to_dropped;
};

/* Before the guest looks: it sends into slots [head, tail), and finds what arrives from head on. */
void vif_share_begin_from(struct vif_share *s, uint32_t head, uint32_t tail);
void vif_share_begin_to(struct vif_share *s, uint32_t head);

/* Can it be where it says, if what it sent was taken up to pos? */
bool vif_share_possible(const struct vif_share *s, uint32_t pos);

/*
 * What the guest sent, into the same slots of the port, at most max from pos on and no more than it
 * has credit for. The slot after.
 */
uint32_t vif_share_fill(struct vif_share *s, const struct vif_slots *slots, uint32_t pos,
			uint32_t max, uint64_t now_ns, struct nm_rx_stats *got);
/* So many slots, from pos on, the guest sent and were not filled. */
uint32_t vif_share_waiting(const struct vif_share *s, uint32_t pos);
/* The guest may fill the slots before tail again. */
void vif_share_release(struct vif_share *s, uint32_t tail);

/* What is in the port's slots up to this one has arrived for the guest. */
void vif_share_send(struct vif_share *s, const struct vif_slots *slots, uint32_t to,
		    struct nm_tx_stats *sent);
/* The oldest slot that the guest has not given back. */
uint32_t vif_share_sent(struct vif_share *s);
/* The guest said that it has looked at what arrived. */
void vif_share_looked(struct vif_share *s);

#endif
