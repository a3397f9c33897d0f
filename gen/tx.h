/* SPDX-License-Identifier: BSD-2-Clause */
/* Filling transmit slots with the frame of a worker. */
#ifndef PG_TX_H
#define PG_TX_H

#include <net/netmap.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

struct filler {
	struct worker *w;
	struct frame *frame;
	const struct sizes *sizes; /* NULL: frame->bytes, or random per burst */
	uint32_t size_position;
	struct rng rng;
	bool one_slot; /* a packet never takes more */
	bool macs;     /* as `same`, but for the MAC addresses */
	bool exchange; /* every slot gets another buffer */
	bool same;     /* every packet is one slot with the same bytes: the fast path */
	bool steps;    /* headers change from packet to packet */
	bool headers;  /* only headers differ from what a slot already holds */
	bool always;   /* write every slot as a whole */
	bool never;    /* write none */
	bool by_memcpy;
	uint16_t indirect;    /* NS_INDIRECT or 0 */
	uint32_t frags;	      /* wanted slots a packet */
	uint32_t fresh_bytes; /* of a frame, written into a buffer that does not hold it yet */
	uint32_t frag_limit;  /* bytes a slot may hold */
	uint32_t laid;	      /* slots, up to laid_to, with the addresses they get in every lap */
	uint32_t laid_to;
};

void filler_init(struct filler *f, struct worker *w);

/*
 * Puts up to `packets` packets into the ring from head on, in whole packets, and moves head and cur
 * (cur to tail if the ring could not take them all). Returns the packets; *slots and *bytes are
 * what they took.
 */
uint32_t filler_fill(struct filler *f, struct netmap_ring *ring, uint32_t packets, uint32_t *slots,
		     uint64_t *bytes);

/* Before a burst: draws the burst's length where -l gave two. */
void filler_new_burst(struct filler *f);

/* Copies in units of 64 bytes; both sides must have room for the last unit. */
void copy_units(void *dst, const void *src, uint32_t bytes);

/* Prints slots [from, from + n) of a ring in hexadecimal (-X). */
void dump_slots(FILE *out, const struct netmap_ring *ring, uint32_t from, uint32_t n);

#endif
