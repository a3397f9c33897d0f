/* SPDX-License-Identifier: BSD-2-Clause */
/* Netmap mode as a guest may speak it: the rings that the backend granted, at our will. */
#ifndef FRONTEND_SHARED_H
#define FRONTEND_SHARED_H

#include <net/netmap.h>

#include "frontend.h"
#include "grants.h"

struct shared {
	struct frontend *front;
	struct grants pages[2];
	struct netmap_ring *tx, *rx;
};

int shared_connect(struct shared *s, struct frontend *f, struct vb_err *err);
int shared_close(struct shared *s, struct vb_err *err);
/* Is a frame that we send now taken? Waits some seconds at most. */
bool shared_sends(struct shared *s);

#endif
