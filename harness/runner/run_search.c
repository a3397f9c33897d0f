/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_search.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "bisect.h"
#include "quest.h"
#include "median.h"
#include "scenario_search.h"
#include "search.h"

/* What one search found of one goal; 0: there is no such bound. */
struct found {
	double lower, upper;
};

/* One way to search, and the results that it has. */
struct method {
	int (*run)(struct quest *h, struct found *found, struct vb_err *err);
	struct {
		const char *outcome, *unit;
	} goals[SEARCH_GOALS_MAX + 1];
};

bool run_search_wanted(const struct run *r, const struct plan_point *p)
{
	const struct scenario *sc = r->file.scenario;

	if (p->kind == PLAN_MAXIMUM)
		return sc->load->of == HIGHEST_PDR;
	return p->kind == PLAN_MEASURE && scenario_searches(sc->measure);
}

static size_t put_range(char *text, size_t bytes, const char *name, double lower, double upper)
{
	char from[32], to[32];

	if (!lower && !upper)
		return snprintf(text, bytes, "%s open", name);
	if (!lower)
		return snprintf(text, bytes, "%s below %spps", name,
				progress_rate(upper, to, sizeof(to)));
	if (!upper)
		return snprintf(text, bytes, "%s from %spps", name,
				progress_rate(lower, from, sizeof(from)));
	return snprintf(text, bytes, "%s %s.. %spps", name,
			progress_rate(lower, from, sizeof(from)),
			progress_rate(upper, to, sizeof(to)));
}

static void note_bounds(const struct search *s, struct record *record, char *text, size_t bytes)
{
	struct search_bounds b;
	size_t goal, used = 0;

	text[0] = '\0';
	for (goal = 0; goal < s->goals_n && used < bytes; goal++) {
		b = search_bounds(s, goal);
		record_step(record, s->goals[goal].name, b.lower_pps, b.upper_pps);
		if (used)
			used += snprintf(text + used, bytes - used, ", ");
		used += put_range(text + used, bytes - used, s->goals[goal].name, b.lower_pps,
				  b.upper_pps);
	}
}

/* The first trial of every search: what the senders can offer, and what becomes of it. */
static int open_search(struct quest *h, struct search *s, double duration_s,
		       const struct search_goal *goals, size_t n, struct vb_err *err)
{
	struct trial_order order = quest_at_full_speed(h, duration_s);
	struct record record;
	const double *offered;
	char text[200] = "";

	if (quest_try(h, &order, &record, err)) {
		record_free(&record);
		return -1;
	}
	offered = record_metric_get(&record, "offered_pps");
	if (record.ok && !offered)
		record_fail(&record, "everything was sent in one batch, which gives no rate; "
				     "measure longer");
	if (record.ok) {
		search_init(s, goals, n, *offered, h->how.min_pps);
		if (n)
			s->trials_max = h->how.trials_max;
		search_add(s, *offered, duration_s, quest_loss(&record));
		note_bounds(s, &record, text, sizeof(text));
	}
	return quest_keep(h, &order, &record, text, err);
}

static int search_all(struct quest *h, struct search *s, struct found *found, struct vb_err *err)
{
	double load_pps, duration_s;
	struct trial_order order;
	struct search_bounds b;
	struct record record;
	char text[200];
	size_t goal;
	int rc = 0;

	while (rc == 0 && search_next(s, &load_pps, &duration_s)) {
		order = quest_at_rate(h, load_pps, duration_s);
		rc = quest_try(h, &order, &record, err);
		if (rc == 0 && record.ok) {
			search_add(s, load_pps, duration_s, quest_loss(&record));
			note_bounds(s, &record, text, sizeof(text));
		}
		if (rc == 0)
			rc = quest_keep(h, &order, &record, text, err);
		else
			record_free(&record);
	}
	for (goal = 0; goal < s->goals_n; goal++) {
		b = search_bounds(s, goal);
		found[goal] = (struct found){b.lower_pps, b.upper_pps};
		if (rc == 0 && !search_met(s, goal))
			run_warn(h->r,
				 "%.80s: the %s was not narrowed down in %zu trials; its "
				 "bounds are wider than asked for",
				 h->p->label, s->goals[goal].name, s->trials_n);
	}
	return rc;
}

static int search_goals(struct quest *h, const struct search_goal *goals, size_t n,
			struct found *found, struct vb_err *err)
{
	struct search *s = alloc_zero(1, sizeof(*s));
	int rc = open_search(h, s, h->how.first_trial_s, goals, n, err);

	if (rc == 0)
		rc = search_all(h, s, found, err);
	free(s);
	return rc;
}

static struct search_goal goal_of(const struct quest *h, const char *name, double loss_ratio)
{
	return (struct search_goal){.name = name,
				    .loss_ratio = loss_ratio,
				    .exceed_ratio = h->how.exceed_ratio,
				    .width = h->how.width,
				    .trial_s = h->duration_s,
				    .sum_s = h->how.sum_s,
				    .first_trial_s = h->how.first_trial_s};
}

static int search_ndr_pdr(struct quest *h, struct found *found, struct vb_err *err)
{
	const struct search_goal goals[] = {goal_of(h, "ndr", 0),
					    goal_of(h, "pdr", h->how.loss_ratio)};

	return search_goals(h, goals, 2, found, err);
}

static int search_pdr(struct quest *h, struct found *found, struct vb_err *err)
{
	const struct search_goal goal = goal_of(h, "pdr", h->how.loss_ratio);

	return search_goals(h, &goal, 1, found, err);
}

static int search_soak(struct quest *h, struct found *found, struct vb_err *err)
{
	const struct search_goal goal = goal_of(h, "soak", h->how.loss_ratio);

	return search_goals(h, &goal, 1, found, err);
}

/* RFC 2544, section 26.1: raised when no frame was lost, lowered when one was. */
static int search_rfc2544(struct quest *h, struct found *found, struct vb_err *err)
{
	struct search *s = alloc_zero(1, sizeof(*s));
	const struct search_goal none = {.name = "rfc2544"};
	struct trial_order order;
	struct record record;
	struct bisect b;
	char text[100];
	double rate;
	int rc;

	rc = open_search(h, s, h->duration_s, &none, 0, err);
	bisect_init(&b, BISECT_LINEAR, 0, s->max_pps, h->how.width * s->max_pps);
	free(s);
	while (rc == 0 && bisect_next(&b, &rate)) {
		order = quest_at_rate(h, rate, h->duration_s);
		rc = quest_try(h, &order, &record, err);
		if (rc) {
			record_free(&record);
			break;
		}
		if (record.ok) {
			bisect_add(&b, rate, quest_loss(&record) <= 0);
			record_step(&record, none.name, b.lower, b.upper_bad ? b.upper : 0);
			put_range(text, sizeof(text), "throughput", b.lower,
				  b.upper_bad ? b.upper : 0);
		}
		rc = quest_keep(h, &order, &record, text, err);
	}
	*found = (struct found){b.lower, b.upper_bad ? b.upper : 0};
	return rc;
}

/* RFC 9004: the longest burst at full speed of which nothing is lost. */
static int search_burst(struct quest *h, struct found *found, struct vb_err *err)
{
	struct search *s = alloc_zero(1, sizeof(*s));
	struct trial_order order;
	struct record record;
	struct bisect b;
	char text[100];
	double packets;
	int rc;

	rc = open_search(h, s, h->duration_s, NULL, 0, err);
	bisect_init(&b, BISECT_GEOMETRIC, 1, fmax(2, floor(s->max_pps * h->how.longest_s)),
		    h->how.width);
	free(s);
	while (rc == 0 && bisect_next(&b, &packets)) {
		order = quest_burst(h, packets);
		rc = quest_try(h, &order, &record, err);
		if (rc) {
			record_free(&record);
			break;
		}
		if (record.ok) {
			bisect_add(&b, packets, quest_loss(&record) <= 0);
			record_metric(&record, "burst_packets", "packets", packets);
			snprintf(text, sizeof(text), "longest from %.0f%s", b.lower,
				 b.upper_bad ? "" : " on");
			if (b.upper_bad)
				snprintf(text, sizeof(text), "longest %.0f .. %.0f", b.lower,
					 b.upper);
		}
		rc = quest_keep(h, &order, &record, text, err);
	}
	*found = (struct found){b.lower, b.upper_bad ? b.upper : 0};
	return rc;
}

static const struct method methods[SCENARIO_MEASURES] = {
	[MEASURE_NDR_PDR] = {search_ndr_pdr, {{"ndr_pps", "pps"}, {"pdr_pps", "pps"}}},
	[MEASURE_RFC2544] = {search_rfc2544, {{"rfc2544_pps", "pps"}}},
	[MEASURE_SOAK] = {search_soak, {{"soak_pps", "pps"}}},
	[MEASURE_BACK_TO_BACK] = {search_burst, {{"back_to_back_packets", "packets"}}},
};
static const struct method maximum = {search_pdr, {{"pdr_pps", "pps"}}};

/* Of several searches the middle one, with bounds that hold all of them. */
static int keep_outcome(struct quest *h, const struct method *m, size_t goal,
			const struct found *found, size_t n, double *value, struct vb_err *err)
{
	double *lowers = alloc_zero(n, sizeof(*lowers)), upper = 0;
	struct store_outcome o = {.name = m->goals[goal].outcome, .unit = m->goals[goal].unit};
	bool open = false;
	size_t i;

	for (i = 0; i < n; i++) {
		lowers[i] = found[i * SEARCH_GOALS_MAX + goal].lower;
		upper = fmax(upper, found[i * SEARCH_GOALS_MAX + goal].upper);
		open = open || !found[i * SEARCH_GOALS_MAX + goal].upper;
	}
	*value = o.value = median(lowers, n);
	o.lower = lowers[0];
	o.upper = open ? NAN : upper;
	free(lowers);
	if (o.value > 0)
		return store_outcome(&h->r->store, h->point, &o, err);
	run_warn(h->r,
		 "%.80s: no %s was found: something was lost in every trial that was to find one",
		 h->p->label, o.name);
	return 0;
}

int run_search(struct run *r, struct plan_point *p, int64_t point, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;
	const struct method *m = p->kind == PLAN_MAXIMUM ? &maximum : &methods[sc->measure];
	struct quest h = {.r = r,
			  .p = p,
			  .point = point,
			  .how = scenario_search_scaled(sc, r->plan.duration_s),
			  .duration_s = r->plan.duration_s};
	struct found *found = alloc_zero(p->trials * SEARCH_GOALS_MAX, sizeof(*found));
	double value = 0;
	unsigned i;
	size_t goal;
	int rc = 0;

	for (i = 0; rc == 0 && i < p->trials; i++)
		rc = m->run(&h, &found[i * SEARCH_GOALS_MAX], err);
	for (goal = 0; rc == 0 && m->goals[goal].outcome; goal++)
		rc = keep_outcome(&h, m, goal, found, p->trials, &value, err);
	if (rc == 0)
		p->result = value;
	free(found);
	return rc;
}
