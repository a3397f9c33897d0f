/* SPDX-License-Identifier: BSD-2-Clause */
/* The standard protocol as a guest may speak it: rings whose indices and requests are at our will.
 */
#ifndef FRONTEND_STANDARD_H
#define FRONTEND_STANDARD_H

#include "frontend.h"
#include "grants.h"
#include "netif.h"

#define STANDARD_DATA_PAGES 4

struct standard {
	struct frontend *front;
	struct grants rings, data;
	struct vif_shared *tx, *rx;
	uint32_t tx_next;   /* the next request's place */
	uint32_t tx_seen;   /* responses that were looked at */
	unsigned good, bad; /* of them */
};

int standard_connect(struct standard *s, struct frontend *f, struct vb_err *err);
int standard_close(struct standard *s, struct vb_err *err);

/* Writes a request, or what stands in the place of one, that the other side does not see yet. */
void standard_put(struct standard *s, const void *request, size_t bytes);
void standard_show(struct standard *s);
/* A request for a whole frame, or part of one, in the first page of data. */
struct vif_tx_request standard_frame(const struct standard *s, uint16_t offset, uint16_t bytes,
				     uint16_t flags);
/* Are all requests answered? The answers are counted. Waits some seconds at most. */
bool standard_answered(struct standard *s);

#endif
