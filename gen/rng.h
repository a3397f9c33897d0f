/* SPDX-License-Identifier: BSD-2-Clause */
/* xorshift64* (Vigna 2016): fast numbers for lengths, addresses and gaps; not for secrets. */
#ifndef PG_RNG_H
#define PG_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state; /* never 0 */
};

static inline void rng_seed(struct rng *r, uint64_t seed)
{
	r->state = seed * 0x9e3779b97f4a7c15ull | 1;
}

static inline uint64_t rng_next(struct rng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1dull;
}

/* Uniform in [0, n), n > 0 and far below 2^32. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)(((rng_next(r) >> 32) * n) >> 32);
}

/* Uniform in (0, 1]. */
static inline double rng_unit(struct rng *r)
{
	return (double)((rng_next(r) >> 11) + 1) * 0x1p-53;
}

#endif
