/* SPDX-License-Identifier: BSD-2-Clause */
#include "bridge_rounds.h"

#include <stdlib.h>

void bridge_rounds_add(struct bridge_rounds *r, uint64_t ns, uint64_t packets)
{
	r->ns[r->count++ % BRIDGE_ROUNDS] = (double)ns / (double)packets;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bridge_rounds_middle(struct bridge_rounds *r)
{
	uint64_t kept = r->count < BRIDGE_ROUNDS ? r->count : BRIDGE_ROUNDS;

	if (!kept)
		return 0;
	qsort(r->ns, kept, sizeof(r->ns[0]), by_size);
	return r->ns[kept / 2];
}
