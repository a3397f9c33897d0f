/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop that is counted: one thread sends a burst, which the switch forwards within the sender's
 * own sync, and takes it at every receiver before it sends the next. Nothing waits for anything, so
 * the number of instructions does not depend on how busy the machine is.
 */
#ifndef LOOP_WINDOW_H
#define LOOP_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "io.h"

#define LOOP_RECEIVERS_MAX 64

struct polled { /* see polled.h */
	const struct nmdev_ops *nmdev;
	struct nmdev_wait set[2];
	const struct io_ops *tx_before, *rx_before;
	struct io_ops tx, rx;
};

struct live { /* see live.h */
	const struct io_ops *before;
	struct io_ops rx;
	uint32_t given; /* the slots before it were given back */
};

struct refused {		       /* see refused.h */
	const struct nmdev_ops *nmdev; /* NULL: not begun */
	void *handle;
	const struct io_ops *tx_before, *rx_before;
	struct io_ops tx, rx;
};

struct loop {
	struct io tx;
	struct io rx[LOOP_RECEIVERS_MAX];
	unsigned n_rx;	 /* ports that are open */
	unsigned takers; /* the first so many get frames */
	unsigned shares; /* each of them gets one frame of so many */
	uint32_t burst;	 /* at most this many frames between two syncs */
	uint16_t frame_bytes;
	uint64_t sent, taken, bytes; /* since the start */
	struct polled polled;
	struct live live;
	struct refused refused;
};

/* Of its first receiver. */
static inline struct loop *loop_of(struct io *receiver)
{
	return (struct loop *)((char *)receiver - offsetof(struct loop, rx));
}

/* Writes the frame into every buffer of the sender's rings; header is its first 14 bytes. */
void loop_prefill(struct loop *l, const uint8_t header[14]);

/*
 * Sends `packets` frames and takes what every taker gets of them. 0; -ETIMEDOUT when frames of a
 * burst did not arrive; -EBADMSG when more arrived than were sent, or other bytes; -errno of a
 * sync. Never inlined: a profiler counts what happens between its entry and its return.
 */
int loop_window(struct loop *l, uint64_t packets);
/* The same, under a name that nobody counts. */
int loop_warm(struct loop *l, uint64_t packets);

#endif
