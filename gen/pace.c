/* SPDX-License-Identifier: BSD-2-Clause */
#include "pace.h"

#include <math.h>
#include <string.h>

#include "monotonic.h"

#define BATCHES_PER_S 300

unsigned pace_burst(uint64_t rate_pps, unsigned wanted)
{
	uint64_t allowed = rate_pps / BATCHES_PER_S;

	if (!rate_pps || allowed >= wanted)
		return wanted;
	return allowed ? (unsigned)allowed : 1;
}

uint64_t pace_start(uint64_t now_ns)
{
	uint64_t start = now_ns + 2 * NS_PER_S;

	return start - start % NS_PER_S;
}

void pace_init(struct pace *p, uint64_t rate_pps, unsigned burst, enum pace_gap gap,
	       uint64_t start_ns, uint64_t seed)
{
	uint64_t total = (uint64_t)burst * NS_PER_S;

	memset(p, 0, sizeof(*p));
	p->rate_pps = rate_pps;
	p->period_ns = total / rate_pps;
	p->remainder = total % rate_pps;
	p->mean_ns = (double)total / (double)rate_pps;
	p->gap = gap;
	p->next_ns = start_ns;
	rng_seed(&p->rng, seed);
}

uint64_t pace_next(struct pace *p)
{
	uint64_t due = p->next_ns;

	if (p->gap == GAP_POISSON) {
		p->next_ns += (uint64_t)llround(-log(rng_unit(&p->rng)) * p->mean_ns);
		return due;
	}
	p->next_ns += p->period_ns;
	p->carry += p->remainder;
	if (p->carry >= p->rate_pps) {
		p->carry -= p->rate_pps;
		p->next_ns++;
	}
	return due;
}
