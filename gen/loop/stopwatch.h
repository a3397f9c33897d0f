/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A clock that costs nothing to look at: the processor's counter of time where it has one. In User
 * Mode Linux the kernel's clock is a call of several microseconds, which differ.
 */
#ifndef LOOP_STOPWATCH_H
#define LOOP_STOPWATCH_H

#include <stdint.h>
#include <time.h>

static inline uint64_t stopwatch_clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Goes on evenly, at a pace that only stopwatch_ns_per_tick() knows. */
static inline uint64_t stopwatch_ticks(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	return stopwatch_clock_ns();
#endif
}

struct stopwatch {
	uint64_t ticks, ns;
};

static inline struct stopwatch stopwatch_start(void)
{
	return (struct stopwatch){stopwatch_ticks(), stopwatch_clock_ns()};
}

/* What a tick is, by what has passed since the start: a millisecond or more. */
static inline double stopwatch_ns_per_tick(const struct stopwatch *s)
{
	return (double)(stopwatch_clock_ns() - s->ns) / (stopwatch_ticks() - s->ticks);
}

#endif
