/* SPDX-License-Identifier: BSD-2-Clause */
/* The data path of bridge: slots from a receive ring into a transmit ring. */
#ifndef GEN_BRIDGE_MOVE_H
#define GEN_BRIDGE_MOVE_H

#include <net/netmap.h>

#include "app.h"

struct bridge_move {
	const struct app *app; /* for log lines */
	uint32_t burst;	       /* packets a call */
	bool zero_copy;	       /* both rings' buffers are in one region */
	bool verbose;	       /* a log line for each slot */
	uint64_t bad; /* slots with an index or a length that cannot be; the first is logged */
};

/*
 * Moves about a burst of slots in whole packets, as many as fit, and releases them in rx and hands
 * them over in tx by head and cur; no sync. A packet that could never fit goes in pieces. Where
 * there is no room yet for the next packet, tx's cur asks for more. Returns the packets.
 */
uint64_t bridge_move(struct bridge_move *m, struct netmap_ring *rx, struct netmap_ring *tx);

#endif
