/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Who is inside the switch, and how to wait until they are out. A sender goes in and out without a
 * lock: it writes a word of its own ring, and nobody else's. Who takes something away from senders
 * hides it first, then waits until every sender that was inside meanwhile has left; those who come
 * later do not see it, and need not be waited for.
 */
#ifndef NM_GATE_H
#define NM_GATE_H

#include "ring.h"

/* By the owner of the ring's busy flag. */
static inline void nm_gate_enter(struct nm_ring *ring)
{
	OS_WRITE_ONCE(ring->passage, ring->passage + 1);
	/* Pairs with the one of who waits: it sees us inside, or we see what it did before. */
	os_mb();
}

static inline void nm_gate_leave(struct nm_ring *ring)
{
	os_store_release(&ring->passage, ring->passage + 1);
}

/*
 * Until whoever is inside for this transmit ring has left. Call os_mb() first. May sleep; senders
 * inside never wait for anything but their CPU, and when that takes long, the log says whom we wait
 * for.
 */
void nm_gate_wait(const struct nm_ring *ring);

#endif
