/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Our side of a ring that a frontend shares: requests are copied out of it once, responses go into
 * the places of requests that were taken.
 */
#ifndef VIF_FRONTRING_H
#define VIF_FRONTRING_H

#include "netif.h"

struct vif_ring {
	struct vif_shared *shared;
	uint32_t entry_bytes; /* a multiple of 4 */
	uint32_t req_cons;    /* the next request to be taken */
	uint32_t rsp_prod;    /* the next response to be written */
};

/*
 * The ring in this page of a frontend, which may have been used by a backend before. 0, or -EPROTO:
 * its indices make no sense.
 */
int vif_ring_init(struct vif_ring *ring, void *page, uint32_t entry_bytes);

/* *n requests wait. 0, or -EPROTO as above. */
int vif_ring_pending(const struct vif_ring *ring, uint32_t *n);

/* A copy of the request that is so many behind the next one. */
void vif_ring_look(const struct vif_ring *ring, uint32_t ahead, void *request);

/* The response to the oldest request without one, which was taken. */
void vif_ring_respond(struct vif_ring *ring, const void *response, uint32_t bytes);

/* Shows responses to the frontend. Does it want to be told? */
bool vif_ring_publish(struct vif_ring *ring);

/* We want to hear of it when so many requests wait. False: they do already. */
bool vif_ring_await(struct vif_ring *ring, uint32_t wanted);

#endif
