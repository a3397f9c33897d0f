/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Netmap mode, the guest's side: frames are copied between the slots of a port and buffers that the
 * switch lends. Source: docs/xen-net.md.
 */
#ifndef VIF_FRONT_RING_H
#define VIF_FRONT_RING_H

#include "share.h"

/* One of the two rings that the other side granted. */
struct vif_front_ring {
	struct netmap_ring *ring;
	void **page; /* of buffers, several to a page */
	uint32_t n;
	uint32_t cur;
	bool may_kick; /* the last kick was answered */
	bool kick;     /* one is due */
};

struct vif_front {
	struct vif_front_ring tx, rx;
	uint64_t tx_packets, tx_bytes, tx_dropped, rx_packets, rx_bytes;
};

/* The rings are in place; page arrays too. */
void vif_front_begin(struct vif_front *f);
/* Sends what is in slots [from, to), as far as there is room. The slot after the last one sent. */
uint32_t vif_front_send(struct vif_front *f, const struct vif_slots *slots, uint32_t from,
			uint32_t to, struct nm_tx_stats *sent);
/* The last kick was answered: what came meanwhile can be told of. */
void vif_front_answered(struct vif_front *f);
/* Nobody sends on: what was sent does not wait for an answer. */
void vif_front_finish(struct vif_front *f);
/* Takes over what arrived, into at most max slots from pos on. The slot after. */
uint32_t vif_front_receive(struct vif_front *f, const struct vif_slots *slots, uint32_t pos,
			   uint32_t max, struct nm_rx_stats *got);
/* Something arrived, and the other side says so no more until it is kicked. */
void vif_front_told(struct vif_front *f);
/* Forgets what arrived. */
void vif_front_flush(struct vif_front *f);

#endif
