/* SPDX-License-Identifier: BSD-2-Clause */
/* Points whose result is searched for: NDR and PDR, RFC 2544 throughput, soak, back-to-back. */
#ifndef VB_RUN_SEARCH_H
#define VB_RUN_SEARCH_H

#include "run_state.h"

/* Is the point's result searched for, rather than the median of equal trials? */
bool run_search_wanted(const struct run *r, const struct plan_point *p);

/*
 * Searches as often as the point has trials, stores each trial with the bounds after it, and the
 * point's results as outcomes: the median of the searches with the outermost bounds. 0; 1 when a
 * trial failed and the point is given up; -1 when the run cannot go on.
 */
int run_search(struct run *r, struct plan_point *p, int64_t point, struct vb_err *err);

#endif
