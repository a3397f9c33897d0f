/* SPDX-License-Identifier: BSD-2-Clause */
/* Which side of a goal a load is on, by the trials at it (draft-ietf-bmwg-mlrsearch, "Load
 * classification"). */
#ifndef VB_SEARCH_CLASS_H
#define VB_SEARCH_CLASS_H

#include "search.h"

enum search_side { SIDE_UNDECIDED, SIDE_LOWER, SIDE_UPPER };

/* What one phase of a goal asks of a bound. */
struct search_target {
	double loss_ratio, exceed_ratio, width, trial_s, sum_s;
};

enum search_side search_side(const struct search *s, const struct search_target *t,
			     double load_pps);

/* The lowest upper bound and the highest lower bound below it; 0 none. */
struct search_bounds search_target_bounds(const struct search *s, const struct search_target *t);

/* Has a full trial been run at the load? */
bool search_tried(const struct search *s, const struct search_target *t, double load_pps);

/* The nearest load of the same side beyond a bound, away from the other side; 0 none. */
double search_beyond(const struct search *s, const struct search_target *t, enum search_side side,
		     double load_pps);

/* Mean loss ratio of the trials at a load, weighed by their length. */
double search_mean_loss(const struct search *s, double load_pps);

#endif
