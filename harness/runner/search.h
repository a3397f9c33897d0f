/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multiple loss ratio search (draft-ietf-bmwg-mlrsearch): for each goal the load at which the loss
 * ratio passes the goal's, from few trials. Pure: it never runs a trial, it says which one to run
 * and learns how it went.
 *
 *	search_init(&s, goals, n, max_pps, min_pps);
 *	while (search_next(&s, &load_pps, &duration_s))
 *		search_add(&s, load_pps, duration_s, loss_ratio);
 *
 * A load is a lower bound of a goal once the trials at it stayed within the loss ratio for long
 * enough, an upper bound once they did not; short trials that lost too much count against it, short
 * ones that did not are outweighed by nothing but lossy ones. Between the lowest upper bound and
 * the highest lower bound below it lies the answer.
 */
#ifndef VB_SEARCH_H
#define VB_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#define SEARCH_GOALS_MAX  4
#define SEARCH_TRIALS_MAX 1000

struct search_goal {
	const char *name;
	double loss_ratio;    /* that a trial may reach, 0..1 */
	double exceed_ratio;  /* share of the time in which trials may pass it all the same, 0..1 */
	double width;	      /* final distance of the bounds, as a share of the upper one */
	double trial_s;	      /* length of a full trial */
	double sum_s;	      /* how long a bound must have been tried, in full trials */
	double first_trial_s; /* length of the trials that only look for the neighbourhood */
};

struct search_trial {
	double load_pps, duration_s, loss_ratio;
};

struct search {
	struct search_goal goals[SEARCH_GOALS_MAX];
	size_t goals_n;
	double max_pps, min_pps;
	size_t trials_max; /* SEARCH_TRIALS_MAX unless the caller wants fewer */
	struct search_trial trials[SEARCH_TRIALS_MAX];
	size_t trials_n;
};

/* Bounds of a goal in packets a second; 0: there is none (yet). */
struct search_bounds {
	double lower_pps, upper_pps;
};

/* max_pps: the highest load that can be offered; min_pps: no lower one is tried. */
void search_init(struct search *s, const struct search_goal *goals, size_t n, double max_pps,
		 double min_pps);

/* The next trial: at most max_pps, at least min_pps. False when all goals are met, or
 * trials_max trials did not do. */
bool search_next(const struct search *s, double *load_pps, double *duration_s);

/*
 * How a trial went. The load is the one that search_next() gave, or any other for what is known
 * beforehand. loss_ratio: 1 - received / (load * duration), so that what a generator failed to
 * send counts as well.
 */
void search_add(struct search *s, double load_pps, double duration_s, double loss_ratio);

/*
 * What the full trials of a goal have shown so far. Without an upper bound a lower one of max_pps
 * says that nothing slower than the generator was found; an upper bound at min_pps that every load
 * loses too much.
 */
struct search_bounds search_bounds(const struct search *s, size_t goal);

/* Does the goal have all that it asked for? */
bool search_met(const struct search *s, size_t goal);

#endif
