/* SPDX-License-Identifier: BSD-2-Clause */
/* netmap rings in this program's own memory, for backends whose other side is a file descriptor or
 * nothing. */
#ifndef PG_MEMRING_H
#define PG_MEMRING_H

#include <net/netmap.h>
#include <stdbool.h>
#include <stdint.h>

#define MEMRING_SLOTS	  1024
#define MEMRING_BUF_BYTES 2048
#define MEMRING_MAX_FRAME 65536

struct memring {
	struct netmap_ring *ring;
	uint32_t position; /* tx: first slot not yet taken; rx: next slot to fill */
	uint8_t *gather;   /* a frame of several slots in one piece */
};

/* A transmit ring starts full of free slots, a receive ring empty. slots 0: MEMRING_SLOTS. 0, or
 * -ENOMEM. */
int memring_init(struct memring *m, bool tx, uint32_t slots);
void memring_free(struct memring *m);

/*
 * The next whole frame before head, in one piece and valid until the next call; NULL when there is
 * none. Its slots are given back by memring_reclaim.
 */
const uint8_t *memring_next(struct memring *m, uint32_t *bytes);
void memring_reclaim(struct memring *m);

/* Appends a received frame, over several slots if it is longer than a buffer; false when there is
 * no room. */
bool memring_put(struct memring *m, const uint8_t *frame, uint32_t bytes);

/* Room, in slots, for memring_put. */
uint32_t memring_room(const struct memring *m);

#endif
