/* SPDX-License-Identifier: BSD-2-Clause */
/* The figures of a stored comparison, trial by trial. */
#ifndef VB_PAIR_VALUES_H
#define VB_PAIR_VALUES_H

#include <stddef.h>

#include "err.h"
#include "pair.h"

struct pair_values {
	double *side[SIDES]; /* value i of both was taken right after one another */
	size_t n;
};

/*
 * Appends those of one metric at the comparison's only measured point. -1: the store cannot be
 * read, or VB_FAILED when a trial failed or is missing.
 */
int pair_values_add(struct pair_values *v, const char *results, const char *comparison,
		    const char *metric, struct vb_err *err);
void pair_values_free(struct pair_values *v);

#endif
