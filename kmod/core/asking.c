/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "asking.h"

static void trial_begin(struct nm_asking *a)
{
	a->least[false] = a->least[true] = ~0ULL;
	a->blocks = 2 * NM_ASKING_TRIES;
	a->left = NM_ASKING_BLOCK;
	a->late = false;
}

/* Where the clock stands still, both took no time. */
static void trial_end(struct nm_asking *a)
{
	uint64_t least = a->least[false];

	a->late = a->least[true] < least - least / NM_ASKING_CLEARLY;
	a->left = NM_ASKING_REST;
}

/* Who lost its CPU in a block took long for it: hence the shortest of several. */
static void block_end(struct nm_asking *a, uint64_t took)
{
	if (took < a->least[a->late])
		a->least[a->late] = took;
	a->blocks--;
	a->left = NM_ASKING_BLOCK;
	a->late = !a->late;
}

void nm_asking_next(struct nm_asking *a, uint64_t now)
{
	if (!a->blocks) {
		trial_begin(a);
	} else {
		block_end(a, now - a->since);
		if (!a->blocks)
			trial_end(a);
	}
	a->since = now;
}
