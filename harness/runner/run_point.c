/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "median.h"
#include "provenance.h"
#include "run_search.h"
#include "run_trial.h"

#define RESTARTS_MAX	  1
#define FAILED_POINTS_MAX 3
#define RETAKES_MAX	  8

static const char *result_metric(const struct run *r, const struct plan_point *p)
{
	const char *metric = run_rate_metric(r, p);

	return metric ? metric : r->file.scenario->graph->y[0];
}

/* One in which a timed loop never had its core to itself says nothing, and is taken again. */
static int take_undisturbed(struct run *r, const struct plan_point *p,
			    const struct trial_order *order, struct record *record,
			    struct vb_err *err)
{
	unsigned retakes;
	int rc;

	for (retakes = 0;; retakes++) {
		rc = run_trial(r, p, order, record, err);
		if (rc || !record->ok || !disturbance_spoils(&r->disturbance, record) ||
		    retakes == RETAKES_MAX)
			return rc;
		progress_say(&r->progress,
			     "others had the core nearly all the time; this trial once more");
		record_free(record);
		*record = (struct record){0};
	}
}

/* One trial (idx 0 is the warm-up, which only leaves a row when it fails). 1: failed, the point is
 * given up. */
static int take(struct run *r, struct plan_point *p, int64_t point, unsigned idx, double *value,
		struct vb_err *err)
{
	struct trial_order order = {.duration_s = idx ? r->plan.duration_s : r->plan.warmup_s};
	struct record record = {0};
	const double *found;
	int rc;

	progress_trial(&r->progress, p - r->plan.points + 1, p->label, idx, p->trials);
	rc = take_undisturbed(r, p, &order, &record, err);
	if (rc == 0 && idx)
		disturbance_keep(&r->disturbance, &record);
	if (rc == 0 && (idx || !record.ok))
		rc = run_trial_keep(r, p, point, idx ? idx - 1 : 0, &record, NULL, err);
	found = rc == 0 ? record_metric_get(&record, result_metric(r, p)) : NULL;
	*value = found ? *found : 0;
	record_free(&record);
	return rc;
}

/* What a calibration is held against is taken in the same round; all else is a median. */
static void keep_result(const struct run *r, struct plan_point *p, double value)
{
	p->values[p->values_n++] = value;
	p->result = r->opt->interleaved && p->kind == PLAN_CALIBRATION
			    ? value
			    : median(p->values, p->values_n);
}

/* The trials of one visit to a point: all of them, or one of many rounds. */
struct visit {
	unsigned first, last; /* from 1 */
};

static int take_all(struct run *r, struct plan_point *p, int64_t point, const struct visit *visit,
		    struct vb_err *err)
{
	double value = 0;
	unsigned idx;
	int rc = 0;

	if (visit->first == 1 && r->plan.warmup_s > 0 &&
	    r->file.scenario->measure != MEASURE_MEMORY)
		rc = take(r, p, point, 0, &value, err);
	if (rc == 0 && run_search_wanted(r, p))
		return run_search(r, p, point, err);
	for (idx = visit->first; rc == 0 && idx <= visit->last; idx++) {
		rc = take(r, p, point, idx, &value, err);
		if (rc == 0)
			keep_result(r, p, value);
	}
	return rc;
}

/* A point that went wrong before its first trial, or after its last one. */
static int fail_point(struct run *r, const struct plan_point *p, int64_t point, unsigned idx,
		      const struct vb_err *why, struct vb_err *err)
{
	struct record record = {0};
	int rc;

	if (why->code == VB_INTERRUPTED) {
		*err = *why;
		return -1;
	}
	progress_trial(&r->progress, p - r->plan.points + 1, p->label, idx, p->trials);
	provenance_now(record.started_at, sizeof(record.started_at));
	record_fail(&record, "%s", why->text);
	rc = run_trial_keep(r, p, point, idx, &record, NULL, err);
	record_free(&record);
	return rc;
}

static void note_not_run(struct run *r, const struct plan_point *p, const struct vb_err *why)
{
	r->not_run++;
	if (!r->first_not_run[0])
		snprintf(r->first_not_run, sizeof(r->first_not_run), "%.80s: %.500s", p->label,
			 why->text);
	run_warn(r, "not run: %.120s: %.400s", p->label, why->text);
}

/* Between the scenario's commands for the point. 0; 1: a trial failed; -1: the run ends. */
static int take_inside(struct run *r, struct plan_point *p, int64_t point,
		       const struct visit *visit, struct vb_err *err)
{
	struct vb_err why = {0};
	int rc = take_all(r, p, point, visit, err);

	r->measured += p->kind == PLAN_MEASURE && visit->first == 1;
	if (rc < 0)
		return rc;
	if (run_point_leave(r, p, &why) && rc == 0)
		return fail_point(r, p, point, visit->last, &why, err);
	return rc;
}

/* A point whose devices or drivers are not there is no failure. */
static int take_point(struct run *r, struct plan_point *p, int64_t point, const struct visit *visit,
		      struct vb_err *err)
{
	struct vb_err why = {0}, ignored;

	if (run_point_enter(r, p, &why) == 0)
		return take_inside(r, p, point, visit, err);
	run_point_leave(r, p, &ignored);
	p->given_up = true;
	if (why.code != VB_MISSING)
		return fail_point(r, p, point, visit->first - 1, &why, err);
	note_not_run(r, p, &why);
	return 0;
}

/* After a fault nothing that this place says can be believed: one new start a run, then the run
 * ends. */
static int recover(struct run *r, struct vb_err *err)
{
	if (r->session.fault == SESSION_SOUND)
		return 0;
	session_stop(&r->session);
	if (r->restarts++ >= RESTARTS_MAX)
		return vb_fail(err, VB_FAILED,
			       "the platform failed again after a restart: %.300s; "
			       "the run ends here",
			       r->session.fault_text);
	run_warn(r, "the platform failed (%.300s); it is started anew for the next point, once",
		 r->session.fault_text);
	return run_boot(r, err);
}

int run_point_begin(struct run *r, size_t index, struct vb_err *err)
{
	struct plan_point *p = &r->plan.points[index];
	json_t *params = params_json(&p->params);
	int rc = store_point(&r->store, r->id, index,
			     p->kind == PLAN_MEASURE ? "measure" : "calibration", p->label, params,
			     &p->id, err);

	json_decref(params);
	return rc;
}

/* After a visit; rc 1: one of its trials failed. more: others follow. */
static int conclude(struct run *r, struct plan_point *p, int rc, bool more, struct vb_err *err)
{
	if (rc == 0) {
		r->failed_in_row = 0;
		return 0;
	}
	p->given_up = true;
	if (++r->failed_in_row >= FAILED_POINTS_MAX && more)
		return vb_fail(err, VB_FAILED, "%d points in a row failed; the run ends here",
			       FAILED_POINTS_MAX);
	return more ? recover(r, err) : 0;
}

int run_point(struct run *r, size_t index, struct vb_err *err)
{
	struct plan_point *p = &r->plan.points[index];
	const struct visit all = {1, p->trials};
	int rc = take_point(r, p, p->id, &all, err);

	if (rc < 0)
		return -1;
	/* Trials that were given up count as done, or the time left would be wrong. */
	r->trials_behind += p->expected;
	r->progress.done = r->trials_behind;
	return conclude(r, p, rc, index + 1 < r->plan.n, err);
}

int run_point_round(struct run *r, size_t index, unsigned trial, struct vb_err *err)
{
	struct plan_point *p = &r->plan.points[index];
	const struct visit one = {trial, trial};
	int rc;

	if (p->given_up || trial > p->trials)
		return 0;
	rc = take_point(r, p, p->id, &one, err);
	if (rc < 0)
		return -1;
	return conclude(r, p, rc, index + 1 < r->plan.n || trial < p->trials, err);
}
