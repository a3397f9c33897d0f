/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a guest sends: frames in pages that the backend may read, one to an id. The pages are
 * granted for as long as the connection lasts, and nothing else is ever in them.
 */
#ifndef VIF_TO_BACKEND_H
#define VIF_TO_BACKEND_H

#include "backring.h"

/* A frame that is to be sent; it fits into VIF_FRAME_MAX. */
struct vif_out_frame {
	uint32_t bytes;
	uint16_t flags; /* VIF_TX_CSUM_BLANK, VIF_TX_DATA_VALIDATED */
	uint16_t mss;	/* with gso */
	uint8_t gso;	/* VIF_GSO_*; 0: none */
};

enum vif_out_use { VIF_OUT_FREE, VIF_OUT_FRAME, VIF_OUT_COMMAND };

struct vif_to_backend {
	struct vif_backring ring;
	const uint32_t *gref; /* of each id's page */
	uint16_t free[VIF_RING_ENTRIES];
	uint8_t use[VIF_RING_ENTRIES];
	uint16_t nfree;
	uint16_t nulls;		 /* extras that were not answered yet */
	bool notify;		 /* the backend wants to be told */
	bool command_failed;	 /* one was answered with an error */
	const char *broken;	 /* why nothing is read any more, or NULL */
	uint64_t packets, bytes; /* sent */
	uint64_t errors;	 /* pages whose content the backend did not take */
};

/* page is the ring's; gref has VIF_RING_ENTRIES. */
void vif_to_backend_init(struct vif_to_backend *q, void *page, const uint32_t *gref);

static inline uint32_t vif_out_pages(const struct vif_out_frame *f)
{
	return (f->bytes + VIF_PAGE_BYTES - 1) / VIF_PAGE_BYTES;
}

/* Is there room for a frame, however large? */
bool vif_to_backend_room(const struct vif_to_backend *q);
/*
 * Puts a frame, for which there is room: id[i] is the page that has its bytes from i *
 * VIF_PAGE_BYTES on, and they are to be there before it is published. Returns how many pages.
 */
uint32_t vif_to_backend_put(struct vif_to_backend *q, const struct vif_out_frame *f,
			    uint16_t id[VIF_SLOTS_MAX]);
/* Asks the backend to deliver a multicast address or no more: VIF_EXTRA_MCAST_*. There is room. */
void vif_to_backend_command(struct vif_to_backend *q, uint8_t command, const uint8_t mac[6]);
void vif_to_backend_publish(struct vif_to_backend *q);

/* Takes answers: their pages can be used again. */
void vif_to_backend_reap(struct vif_to_backend *q);
/* We want to hear of it when all was answered. False: it is. */
bool vif_to_backend_await_all(struct vif_to_backend *q);
/* We want to hear of it when there is room again. False: there is. */
bool vif_to_backend_await(struct vif_to_backend *q);

#endif
