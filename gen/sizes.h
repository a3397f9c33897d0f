/* SPDX-License-Identifier: BSD-2-Clause */
/* Which length the next frame has: fixed, uniform in a range, or a repeated mix. */
#ifndef PG_SIZES_H
#define PG_SIZES_H

#include "err.h"
#include <stdbool.h>
#include <stdint.h>

#include "rng.h"

#define SIZES_MIN_BYTES	  16
#define SIZES_MAX_BYTES	  65536
#define SIZES_CYCLE_LIMIT 4096

struct sizes {
	uint32_t low;	 /* of all lengths, bytes without CRC */
	uint32_t high;	 /* inclusive */
	uint32_t *cycle; /* the mix, one turn of it; NULL for a range or a fixed length */
	uint32_t cycle_len;
};

/*
 * "60", "60-1514" (uniform, both ends included), "60,508,1514" (in turn), "60:7,590:4,1514:1"
 * (weighted, spread evenly), or "imix": 7:4:1 of 60, 590 and 1514 bytes, the "simple IMIX" of
 * traffic analysers (40, 576 and 1500 byte IP packets; RFC 6985 describes the practice). Returns 0,
 * or -1 with err.
 */
int sizes_parse(struct sizes *s, const char *text, struct vb_err *err);
void sizes_free(struct sizes *s);

static inline bool sizes_fixed(const struct sizes *s)
{
	return s->low == s->high;
}

/* The next length; *position is the caller's place in the mix and starts at any value. */
static inline uint32_t sizes_next(const struct sizes *s, uint32_t *position, struct rng *rng)
{
	if (!s->cycle)
		return s->low + rng_below(rng, s->high - s->low + 1);
	if (*position >= s->cycle_len)
		*position = 0;
	return s->cycle[(*position)++];
}

#endif
