/* SPDX-License-Identifier: BSD-2-Clause */
#include "search_class.h"

/* Sums of seconds are compared; none is measured to a part in a billion. */
#define SLACK 1e-9

/* Seconds of trials at one load. */
struct times {
	double full_good, full_bad, short_good, short_bad;
};

static bool is_full(const struct search_target *t, const struct search_trial *trial)
{
	return trial->duration_s >= t->trial_s * (1 - SLACK);
}

static struct times times_at(const struct search *s, const struct search_target *t, double load)
{
	const struct search_trial *trial;
	struct times sum = {0};
	bool good;

	for (trial = s->trials; trial < s->trials + s->trials_n; trial++) {
		if (trial->load_pps != load)
			continue;
		good = trial->loss_ratio <= t->loss_ratio;
		if (is_full(t, trial))
			*(good ? &sum.full_good : &sum.full_bad) += trial->duration_s;
		else
			*(good ? &sum.short_good : &sum.short_bad) += trial->duration_s;
	}
	return sum;
}

/*
 * Short trials are no proof of a low loss, but what short good ones cannot excuse of the short bad
 * ones is proof of a high loss. Time that was not spent yet is counted as bad for a lower bound,
 * and not at all for an upper bound.
 */
enum search_side search_side(const struct search *s, const struct search_target *t, double load_pps)
{
	struct times sum = times_at(s, t, load_pps);
	double excused = sum.short_good * t->exceed_ratio / (1 - t->exceed_ratio);
	double bad = sum.full_bad + (sum.short_bad > excused ? sum.short_bad - excused : 0);
	double whole = sum.full_good + bad, allowed;

	if (whole < t->sum_s)
		whole = t->sum_s;
	allowed = whole * t->exceed_ratio + SLACK;
	if (bad > allowed)
		return SIDE_UPPER;
	return whole - sum.full_good <= allowed ? SIDE_LOWER : SIDE_UNDECIDED;
}

struct search_bounds search_target_bounds(const struct search *s, const struct search_target *t)
{
	struct search_bounds b = {0};
	double load;
	size_t i;

	for (i = 0; i < s->trials_n; i++) {
		load = s->trials[i].load_pps;
		if ((!b.upper_pps || load < b.upper_pps) && search_side(s, t, load) == SIDE_UPPER)
			b.upper_pps = load;
	}
	for (i = 0; i < s->trials_n; i++) {
		load = s->trials[i].load_pps;
		if (load > b.lower_pps && (!b.upper_pps || load < b.upper_pps) &&
		    search_side(s, t, load) == SIDE_LOWER)
			b.lower_pps = load;
	}
	return b;
}

bool search_tried(const struct search *s, const struct search_target *t, double load_pps)
{
	size_t i;

	for (i = 0; i < s->trials_n; i++)
		if (s->trials[i].load_pps == load_pps && is_full(t, &s->trials[i]))
			return true;
	return false;
}

double search_beyond(const struct search *s, const struct search_target *t, enum search_side side,
		     double load_pps)
{
	double best = 0, load;
	bool up = side == SIDE_UPPER;
	size_t i;

	for (i = 0; i < s->trials_n; i++) {
		load = s->trials[i].load_pps;
		if (up ? load <= load_pps : load >= load_pps)
			continue;
		if (best && (up ? load >= best : load <= best))
			continue;
		if (search_side(s, t, load) == side)
			best = load;
	}
	return best;
}

double search_mean_loss(const struct search *s, double load_pps)
{
	double lost = 0, seconds = 0;
	size_t i;

	for (i = 0; i < s->trials_n; i++) {
		if (s->trials[i].load_pps != load_pps)
			continue;
		lost += s->trials[i].loss_ratio * s->trials[i].duration_s;
		seconds += s->trials[i].duration_s;
	}
	return seconds > 0 ? lost / seconds : 0;
}
