/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a guest receives: frames in pages that the backend may write, one to a place in the ring.
 * The pages stay granted, so what is in them is copied before it is believed.
 */
#ifndef VIF_FROM_BACKEND_H
#define VIF_FROM_BACKEND_H

#include "backring.h"
#include "packet.h"

struct vif_in_piece {
	uint16_t page;
	uint16_t offset; /* offset + bytes is within the page */
	uint16_t bytes;
};

struct vif_in_frame {
	uint32_t bytes; /* the sum of its pieces */
	uint16_t slots; /* responses and extras */
	uint16_t flags; /* VIF_RX_*, of the first response */
	uint16_t mss;	/* with gso */
	uint8_t gso;	/* VIF_GSO_*; 0: none */
	uint8_t npieces;
	struct vif_in_piece piece[VIF_SLOTS_MAX];
};

struct vif_from_backend {
	struct vif_backring ring;
	const uint32_t *gref; /* of each page */
	uint32_t wanted;      /* so many responses make the next frame, for all that is known */
	bool notify;	      /* the backend wants to be told */
	const char *broken;   /* why nothing is read any more, or NULL */
	uint64_t packets, bytes, errors;
};

/* page is the ring's; gref has VIF_RING_ENTRIES. All pages are offered, but not yet published. */
void vif_from_backend_init(struct vif_from_backend *q, void *page, const uint32_t *gref);

/* Reads the next frame without taking it. Of good and bad ones f->slots holds. */
enum vif_verdict vif_from_backend_read(struct vif_from_backend *q, struct vif_in_frame *f);
/* Takes it: its pages are offered again. */
void vif_from_backend_take(struct vif_from_backend *q, const struct vif_in_frame *f);
void vif_from_backend_publish(struct vif_from_backend *q);
/* We want to hear of the next frame. False: there is one. */
bool vif_from_backend_await(struct vif_from_backend *q);

#endif
