/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Short stretches of equal work, each between two yardsticks. On a shared machine the question is
 * not how far they scatter but which of them had the core for themselves: those are the ones whose
 * yardsticks were as fast as the fastest of all.
 */
#ifndef LOOP_SPAN_H
#define LOOP_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* A yardstick this much slower than the fastest was disturbed. */
#define SPAN_TOLERANCE 0.01

/* In ticks of any even clock. */
struct span {
	uint64_t before, work, between, copy, after; /* before, between, after: yardsticks */
};

struct span_cost {
	size_t spans, undisturbed;
	double work_ticks, work_cycles; /* of the work of one span */
	double copy_cycles;		/* of its copying */
	double cycles_per_tick;		/* by the fastest yardstick */
};

/* How many of the spans were undisturbed. */
size_t span_undisturbed(const struct span *spans, size_t n);

/*
 * What undisturbed work costs: the lower quartile of the undisturbed spans, since whatever else
 * disturbs a span makes it longer (Chen and Revels, Robust benchmarking in noisy environments,
 * 2016, take the minimum for that reason; a quartile does not hang on one span). Of all spans
 * where fewer than a handful were undisturbed. n is at least 1. -1: no memory.
 */
int span_cost(const struct span *spans, size_t n, struct span_cost *cost);

#endif
