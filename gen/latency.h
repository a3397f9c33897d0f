/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Latency at load: one frame in N carries a mark in its payload with the time just before the sync
 * that published it; whoever sees it again in the same clock domain knows how long it took.
 */
#ifndef PG_LATENCY_H
#define PG_LATENCY_H

#include <net/netmap.h>
#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "hist.h"
#include "io.h"

#define MARK_BYTES	18
#define MARK_MAGIC	0x6b4d6256u
#define LATENCY_FLOWS	64
#define MARKS_PER_BATCH 4096

/* Host order: sender and receiver share a clock, therefore a machine. */
struct mark {
	uint32_t magic;
	uint32_t seq;
	uint64_t sent_ns;
	uint16_t flow; /* tells senders apart */
} __attribute__((packed));

/* --- The sending side --- */

/* Slots of one ring that carry an old mark, oldest first; they are rewritten before they are sent
 * again. */
struct marked_slots {
	uint32_t *slot; /* num_slots entries, used as a ring */
	uint32_t first, count, size;
};

struct marker {
	uint16_t flow;
	uint32_t seq; /* of the next mark, that is, how many were sent */
	uint32_t every;
	uint32_t countdown;   /* packets until the next mark */
	unsigned mark_offset; /* in the buffer */
	unsigned check_offset;
	struct marked_slots marked[IO_MAX_RINGS];
	unsigned n_rings;
	struct {
		struct netmap_ring *ring;
		uint32_t slot;
	} batch[MARKS_PER_BATCH]; /* chosen, not yet stamped */
	unsigned batch_count;
};

int marker_init(struct marker *m, const struct io *io, const struct frame *frame, uint32_t every,
		uint16_t flow, struct vb_err *err);
void marker_free(struct marker *m);

/* Before slots [from, from + slots) are filled: those with old marks are flagged NS_BUF_CHANGED, to
 * be rewritten. */
void marker_before_fill(struct marker *m, unsigned ring_index, struct netmap_ring *ring,
			uint32_t from, uint32_t slots);

/* After they were filled: chooses which of these packets carry a mark. */
void marker_after_fill(struct marker *m, unsigned ring_index, struct netmap_ring *ring,
		       uint32_t from, uint32_t slots);

/* Right before the sync: writes the marks. No clock is read when none was chosen. */
void marker_stamp(struct marker *m);

/* --- The receiving side --- */

struct latency_flow {
	uint16_t flow;
	bool used;
	uint32_t first, last;
	uint64_t received;
};

struct latency {
	struct hist hist; /* ns */
	struct latency_flow flows[LATENCY_FLOWS];
	unsigned vnet_bytes;
	int only_flow; /* marks of other senders are not ours; -1: all count */
};

void latency_init(struct latency *l, unsigned vnet_bytes, int only_flow);

/* Looks for a mark in a received frame (its first slot) that was seen at now_ns. */
void latency_observe(struct latency *l, const uint8_t *data, uint32_t bytes, uint64_t now_ns);

/* Marks that must have been sent, by their numbers, but did not arrive. Those after the last
 * arrival are unknown. */
uint64_t latency_lost(const struct latency *l);

#endif
