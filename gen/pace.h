/* SPDX-License-Identifier: BSD-2-Clause */
/* When the next batch is due: a fixed period, or exponential gaps with the same mean (Poisson
 * arrivals). */
#ifndef PG_PACE_H
#define PG_PACE_H

#include <stdint.h>

#include "rng.h"

enum pace_gap { GAP_CONSTANT, GAP_POISSON };

struct pace {
	uint64_t next_ns;   /* when the next batch is due */
	uint64_t period_ns; /* whole part of burst / rate */
	uint64_t remainder; /* what the whole part left over, in 1/rate of a ns */
	uint64_t carry;
	uint64_t rate_pps;
	enum pace_gap gap;
	double mean_ns;
	struct rng rng;
};

/* The batch that a rate allows: never more than wanted, about 300 batches a second, at least 1. */
unsigned pace_burst(uint64_t rate_pps, unsigned wanted);

/* Where a paced sender starts: two seconds from now, cut to a whole second, so that senders start
 * together. */
uint64_t pace_start(uint64_t now_ns);

void pace_init(struct pace *p, uint64_t rate_pps, unsigned burst, enum pace_gap gap,
	       uint64_t start_ns, uint64_t seed);

/* Returns when the coming batch is due, and moves on to the one after. Constant gaps never drift.
 */
uint64_t pace_next(struct pace *p);

#endif
