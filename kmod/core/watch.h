/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How monitors see the traffic of a ring. Copy monitors get what is submitted (tx) and what arrives
 * (rx); zero-copy monitors get the buffers that the owner has done with. The owner never waits: a
 * monitor without room misses the oldest packets.
 */
#ifndef NM_WATCH_H
#define NM_WATCH_H

#include "ring.h"

struct nm_tap { /* a copy monitor at a ring */
	struct nm_tap *next;
	struct nm_ring *to; /* its receive ring */
};

/* A sync of the port, and what its monitors see of it. The result is the port's. */
int nm_watched_sync(struct nm_ring *ring);

/*
 * Slots of a receive ring were filled and are not visible to the owner yet: whoever fills them
 * without a lease says so, as nm_lease_finish() does.
 */
void nm_watch_arrival(struct nm_ring *ring, uint32_t first, uint32_t slots);

#endif
