/* SPDX-License-Identifier: BSD-2-Clause */
#include "counter.h"

#include <math.h>

#define PROBE_ROUNDS	   50000
#define PROBE_INSTRUCTIONS (2 * PROBE_ROUNDS) /* a decrement and a jump each */
#define PROBES		   15
#define PROBES_NEEDED	   8 /* a timer's interrupt may fall into some */

#ifdef __x86_64__
uint64_t counter_read(void)
{
	return __builtin_ia32_rdtsc();
}

static uint64_t probe(void)
{
	uint64_t rounds = PROBE_ROUNDS, before = counter_read();

	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(rounds) : : "cc");
	return counter_read() - before;
}
#else
uint64_t counter_read(void)
{
	return 0;
}

static uint64_t probe(void)
{
	return 0;
}
#endif

int counter_check(double *per_instruction, struct vb_err *err)
{
	double best = 0, ratio;
	unsigned good = 0, i;

	for (i = 0; i < PROBES; i++) {
		ratio = (double)probe() / PROBE_INSTRUCTIONS;
		if (i == 0 || fabs(ratio - 1) < fabs(best - 1))
			best = ratio;
		good += fabs(ratio - 1) <= COUNTER_TOLERANCE;
	}
	*per_instruction = best;
	if (good >= PROBES_NEEDED)
		return 0;
	return vb_fail(
		err, VB_MISSING,
		"this machine's clock does not count instructions (%.3f ticks for each of a "
		"known loop); use PLATFORM=icount, or PLATFORM=native, where callgrind counts",
		best);
}
