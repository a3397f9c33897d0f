/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What moving a batch of frames needs and nobody keeps: lent to a sync for as long as it takes.
 */
#ifndef VIF_BATCH_H
#define VIF_BATCH_H

#include "copies.h"
#include "packet.h"

#define VIF_BATCH 64 /* frames of a guest, of which the copies are done in one call */

/* A frame whose copies are under way. */
struct vif_arrival {
	struct vif_packet packet;
	uint16_t first, end; /* its copies */
	bool staged;	     /* in the staging buffer, for software to finish it */
	int16_t status;
};

/* A response whose copies are under way. */
struct vif_delivery {
	uint16_t id;
	uint16_t flags;
	uint16_t bytes;
	uint16_t first, end; /* its copies */
};

struct vif_batch {
	uint8_t staging[VIF_FRAME_MAX] __attribute__((aligned(VIF_PAGE_BYTES)));
	struct vif_copies copies;
	unsigned n; /* of the following are in use */
	union {
		struct vif_arrival arrival[VIF_BATCH];
		struct vif_delivery delivery[VIF_RING_ENTRIES];
	};
	struct vif_batch *next; /* that is not lent either */
};

/* batch.c: there are as many as can be in use at a time. 0 or -ENOMEM. May sleep. */
int vif_batches_begin(void);
void vif_batches_end(void);
/* NULL: look again soon. Any context that may take a spinlock. */
struct vif_batch *vif_batch_take(void);
void vif_batch_give(struct vif_batch *batch);

#endif
