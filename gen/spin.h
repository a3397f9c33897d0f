/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a receiver that finds nothing looks again or waits. Waking up takes longer than the next
 * burst at full speed, so looking again pays there; where it did not pay it is tried ever less
 * often.
 */
#ifndef PG_SPIN_H
#define PG_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#define SPIN_NS	      20000 /* a burst of 512 small frames takes a third of that */
#define SPIN_MAX_SKIP 63

struct spin {
	bool spinning;
	uint64_t until_ns;
	unsigned skip;	  /* rests still to come without a spin */
	unsigned penalty; /* what skip becomes after the next spin in vain */
};

/* Nothing is there at now_ns; `had`: there was, since the last call. True: look again at once. */
static inline bool spin_again(struct spin *s, uint64_t now_ns, bool had)
{
	if (had) {
		if (s->spinning)
			s->penalty = 0;
		s->spinning = s->skip == 0;
		s->skip -= s->skip > 0;
		s->until_ns = now_ns + SPIN_NS;
	}
	if (!s->spinning)
		return false;
	if (now_ns < s->until_ns)
		return true;
	s->spinning = false;
	s->penalty = s->penalty * 2 + 1 < SPIN_MAX_SKIP ? s->penalty * 2 + 1 : SPIN_MAX_SKIP;
	s->skip = s->penalty;
	return false;
}

#endif
