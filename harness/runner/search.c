/* SPDX-License-Identifier: BSD-2-Clause */
#include "search.h"

#include <math.h>

#include "search_class.h"

/* Each goal is first looked for with short trials and wider bounds, then with full ones. */
#define PHASES	     2
#define COARSE_WIDTH 2
/* The longest step outwards: beyond it, little is known of where one is. */
#define STEP_MAX    0.5
#define STEP_GROWTH 6
/* Bounds that differ by no more than a rounding error of the width are narrow enough. */
#define WIDTH_SLACK 1e-9

void search_init(struct search *s, const struct search_goal *goals, size_t n, double max_pps,
		 double min_pps)
{
	size_t i;

	*s = (struct search){.goals_n = n,
			     .max_pps = max_pps,
			     .min_pps = fmin(min_pps, max_pps),
			     .trials_max = SEARCH_TRIALS_MAX};
	for (i = 0; i < n; i++)
		s->goals[i] = goals[i];
}

void search_add(struct search *s, double load_pps, double duration_s, double loss_ratio)
{
	if (s->trials_n < SEARCH_TRIALS_MAX)
		s->trials[s->trials_n++] = (struct search_trial){load_pps, duration_s, loss_ratio};
}

static struct search_target target_of(const struct search_goal *g, unsigned phase)
{
	struct search_target t = {g->loss_ratio, g->exceed_ratio, g->width, g->trial_s, g->sum_s};

	if (phase < PHASES - 1) {
		t.width *= COARSE_WIDTH;
		t.trial_s = t.sum_s = g->first_trial_s;
	}
	return t;
}

static bool narrow(const struct search_target *t, struct search_bounds b)
{
	return b.upper_pps - b.lower_pps <= b.upper_pps * t->width * (1 + WIDTH_SLACK);
}

static bool met(const struct search *s, const struct search_target *t, struct search_bounds b)
{
	if (b.lower_pps && b.upper_pps)
		return narrow(t, b);
	if (b.lower_pps)
		return b.lower_pps >= s->max_pps;
	return b.upper_pps && b.upper_pps <= s->min_pps;
}

/* A step outwards from a bound is longer than the one that led to it. */
static double step_from(double bound, double beyond, double width)
{
	double last = beyond ? fabs(beyond - bound) / fmax(beyond, bound) : 0;

	return fmin(fmax(width, STEP_GROWTH * last), STEP_MAX);
}

/* The load at which the goal would just be met if whatever was lost at `upper` were lost at any
 * load above it. */
static double guess(const struct search *s, const struct search_target *t, double upper)
{
	return upper * (1 - search_mean_loss(s, upper)) / (1 - t->loss_ratio);
}

/*
 * Below an upper bound: at the guess, unless that is too near or a chain of guesses leads nowhere;
 * then steps of growing length lead away, the first of them from where a guess had led.
 */
static double below(const struct search *s, const struct search_target *t, double upper)
{
	double beyond = search_beyond(s, t, SIDE_UPPER, upper);
	double load = guess(s, t, upper);

	if (load < upper * (1 - t->width))
		return beyond ? fmin(load, upper * (1 - step_from(upper, beyond, t->width))) : load;
	if (beyond && guess(s, t, beyond) < beyond * (1 - t->width) &&
	    fabs(guess(s, t, beyond) / upper - 1) <= t->width)
		beyond = 0;
	return upper * (1 - step_from(upper, beyond, t->width));
}

static double above(const struct search *s, const struct search_target *t, double lower)
{
	double beyond = search_beyond(s, t, SIDE_LOWER, lower);

	return lower / (1 - step_from(lower, beyond, t->width));
}

/*
 * Between two bounds: the middle, unless much was lost at the upper one. Then the guess is better,
 * or, once that has turned out to be a lower bound, steps away from it.
 */
static double between(const struct search *s, const struct search_target *t, struct search_bounds b)
{
	double middle = sqrt(b.lower_pps * b.upper_pps), load = guess(s, t, b.upper_pps);

	if (load <= b.lower_pps * (1 + t->width))
		return fmin(above(s, t, b.lower_pps), middle);
	return load < middle ? load : middle;
}

/* A load whose trials of this phase have begun but do not decide yet; 0 none. */
static double unfinished(const struct search *s, const struct search_target *t,
			 struct search_bounds b)
{
	double load;
	size_t i;

	for (i = s->trials_n; i-- > 0;) {
		load = s->trials[i].load_pps;
		if (load > b.lower_pps && (!b.upper_pps || load < b.upper_pps) &&
		    search_tried(s, t, load) && search_side(s, t, load) == SIDE_UNDECIDED)
			return load;
	}
	return 0;
}

/*
 * b: bounds of this phase. hint: those of the phase before, which are narrower where they are still
 * open. Halving the hint before confirming its ends saves one trial.
 */
static double choose(const struct search *s, const struct search_target *t, struct search_bounds b,
		     struct search_bounds hint)
{
	struct search_bounds in = b;

	if (hint.lower_pps > b.lower_pps && (!b.upper_pps || hint.lower_pps < b.upper_pps))
		in.lower_pps = hint.lower_pps;
	if (hint.upper_pps > in.lower_pps && (!b.upper_pps || hint.upper_pps < b.upper_pps))
		in.upper_pps = hint.upper_pps;
	if (!in.lower_pps && !in.upper_pps)
		return s->max_pps;
	if (!in.upper_pps)
		return in.lower_pps < s->max_pps ? above(s, t, in.lower_pps) : in.lower_pps;
	if (!in.lower_pps)
		return below(s, t, in.upper_pps);
	if (!narrow(t, in))
		return between(s, t, in);
	return in.lower_pps > b.lower_pps ? in.lower_pps : in.upper_pps;
}

static bool next_of(const struct search *s, const struct search_goal *g, double *load_pps,
		    double *duration_s)
{
	struct search_bounds hint = {0}, b;
	struct search_target t;
	unsigned phase;
	double load;

	for (phase = 0; phase < PHASES; phase++) {
		t = target_of(g, phase);
		b = search_target_bounds(s, &t);
		if (!met(s, &t, b)) {
			load = unfinished(s, &t, b);
			if (!load)
				load = choose(s, &t, b, hint);
			*load_pps = fmin(fmax(load, s->min_pps), s->max_pps);
			*duration_s = t.trial_s;
			return true;
		}
		hint = b;
	}
	return false;
}

bool search_next(const struct search *s, double *load_pps, double *duration_s)
{
	size_t i;

	for (i = 0; i < s->goals_n && s->trials_n < s->trials_max; i++)
		if (next_of(s, &s->goals[i], load_pps, duration_s))
			return true;
	return false;
}

struct search_bounds search_bounds(const struct search *s, size_t goal)
{
	struct search_target t = target_of(&s->goals[goal], PHASES - 1);

	return search_target_bounds(s, &t);
}

bool search_met(const struct search *s, size_t goal)
{
	struct search_target t = target_of(&s->goals[goal], PHASES - 1);

	return met(s, &t, search_target_bounds(s, &t));
}
