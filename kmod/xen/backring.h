/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Our side of a ring that we share with a backend: requests are put into it, responses are copied
 * out of it once. What the backend does to the page cannot be helped: of ours only what was shown
 * last is read back from there, and all that it decides is whether the backend is told.
 */
#ifndef VIF_BACKRING_H
#define VIF_BACKRING_H

#include "netif.h"

struct vif_backring {
	struct vif_shared *shared;
	uint32_t entry_bytes; /* a multiple of 4 */
	uint32_t req_prod;    /* the next request to be written */
	uint32_t rsp_cons;    /* the next response to be taken */
};

/* A new ring in this page of ours. */
void vif_backring_init(struct vif_backring *ring, void *page, uint32_t entry_bytes);

/* So many requests can be put. */
uint32_t vif_backring_room(const struct vif_backring *ring);
/* A request of entry_bytes, for which there is room. Its place is the value before of req_prod. */
void vif_backring_put(struct vif_backring *ring, const void *request);
/* Shows requests to the backend. Does it want to be told? */
bool vif_backring_publish(struct vif_backring *ring);

/* *n responses wait. 0, or -EPROTO: more than there were requests. */
int vif_backring_pending(const struct vif_backring *ring, uint32_t *n);
/* A copy of the entry that is so many behind the next response. */
void vif_backring_look(const struct vif_backring *ring, uint32_t ahead, void *response);
/* We want to hear of it when so many responses wait. False: they do already, or never will. */
bool vif_backring_await(struct vif_backring *ring, uint32_t wanted);

#endif
