/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop by the clock: many short spans, and beside each one bare copying of as long frames. */
#ifndef LOOP_TIMED_H
#define LOOP_TIMED_H

#include <stdio.h>

#include "loop.h"

struct loop_time {
	uint64_t packets, bytes, sent; /* as loop_count's */
	uint64_t spans, undisturbed;
	double ns, cycles;  /* a packet taken */
	double copy_cycles; /* a frame copied, by nobody's code but memcpy's */
	double core_hz;	    /* how fast the core was when nobody disturbed it */
	unsigned placement; /* which link of the program it was (placed.h) */
};

/*
 * Opens, warms up, takes spans for c->limit_s seconds or c->packets frames, closes. Where others
 * have the processor it goes on for up to TIMED_PATIENCE times as long, until enough spans were
 * undisturbed. 0, or -1 with err.
 */
int loop_time(const struct loop_config *c, const struct nmdev_ops *nmdev, struct loop_time *time,
	      struct vb_err *err);

#define TIMED_PATIENCE 4

/* The closing JSON line (docs/architecture.md). */
void loop_say_time(FILE *out, const struct loop_time *time);

#endif
