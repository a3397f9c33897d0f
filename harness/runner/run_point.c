/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "instance.h"
#include "provenance.h"
#include "run_turn.h"
#include "trial.h"

#define RESTARTS_MAX	  1
#define FAILED_POINTS_MAX 3
#define MAXIMUM_METRIC	  "maximum_pps"

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static const struct plan_point *maximum_of(const struct run *r, const struct plan_point *p)
{
	const int last = sizeof(p->parents) / sizeof(p->parents[0]) - 1;

	return p->parents[last] < 0 ? NULL : &r->plan.points[p->parents[last]];
}

/* Parameters and the runner's own variables for the commands of a point. */
static int point_vars(const struct run *r, const struct plan_point *p, double duration_s,
		      struct params *vars, struct vb_err *err)
{
	const struct scenario_load *load = r->file.scenario->load;
	const struct plan_point *maximum = maximum_of(r, p);
	double percent, rate;
	char text[32];

	params_copy(vars, &p->params);
	snprintf(text, sizeof(text), "%g", duration_s);
	params_set(vars, "duration_s", text);
	if (!load || !maximum)
		return 0;
	percent = strtod(params_get(&p->params, load->parameter), NULL);
	rate = percent > 0 ? maximum->result * percent / 100 : load->idle_pps;
	if (rate < 1)
		return vb_fail(err, VB_FAILED,
			       "the highest rate could not be taken, so there is no share of it");
	snprintf(text, sizeof(text), "%.0f", rate);
	params_set(vars, "rate_pps", text);
	return 0;
}

static const char *rate_metric(const struct plan_point *p)
{
	if (p->kind == PLAN_MAXIMUM)
		return MAXIMUM_METRIC;
	return p->calibration ? p->calibration->metric : NULL;
}

static int run_once(struct run *r, const struct plan_point *p, double duration_s,
		    struct record *record, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;
	struct trial_spec spec = {
		.setup = p->calibration ? p->calibration->setup : NULL,
		.teardown = p->calibration ? p->calibration->teardown : NULL,
		.rate_metric = rate_metric(p),
		.measure = sc->measure,
		.flood = sc->delivery == DELIVERY_FLOOD,
		.duration_s = duration_s,
		.limits = sc->measure == MEASURE_INSTRUCTIONS ? &trial_limits_counting
							      : &trial_limits_usual,
		.live = progress_live,
		.ctx = &r->progress,
	};
	struct instances programs = {0};
	struct params vars = {0};
	struct vb_err why = {0};
	uint64_t started;
	int rc = 0;

	if (run_take_turn(r, err))
		return -1;
	started = vb_now_ms();
	provenance_now(record->started_at, sizeof(record->started_at));
	record->load_before = provenance_load();
	if (point_vars(r, p, duration_s, &vars, &why) ||
	    instances_build(&programs, p->programs, p->programs_n, &vars, r->cfg.cpus, &why)) {
		record_fail(record, "%s", why.text);
	} else {
		spec.programs = &programs;
		spec.vars = &vars;
		rc = trial_run(&r->session, &spec, record, err);
	}
	record->load_after = provenance_load();
	record->duration_s = (vb_now_ms() - started) / 1000.0;
	run_pass_turn(r);
	instances_free(&programs);
	params_free(&vars);
	return rc;
}

/* A figure without what the machine could do at best says little, so both are stored together. */
static void add_calibrations(const struct run *r, const struct plan_point *p, struct record *record)
{
	const struct plan_point *c;
	size_t i;

	for (i = 0; i < sizeof(p->parents) / sizeof(p->parents[0]); i++) {
		if (p->parents[i] < 0)
			continue;
		c = &r->plan.points[p->parents[i]];
		if (c->result > 0)
			record_metric(record, rate_metric(c), "pps", c->result);
	}
}

/* What the progress line says of a finished trial. */
static void describe(const struct plan_point *p, const struct record *record, char *text,
		     size_t bytes)
{
	const double *latency = record_metric_get(record, "latency_p50_ns");
	const double *instructions = record_metric_get(record, "instructions_per_packet");
	const double *memory = record_metric_get(record, "kernel_memory_mib");
	const double *rate = record_metric_get(record, rate_metric(p) ? rate_metric(p) : "rx_pps");
	char number[32];

	if (!record->ok)
		snprintf(text, bytes, "FAILED: %.160s", record->reason);
	else if (latency)
		snprintf(text, bytes, "latency p50 %.2f us", *latency / 1000);
	else if (instructions)
		snprintf(text, bytes, "%.1f instructions a packet", *instructions);
	else if (memory)
		snprintf(text, bytes, "%.2f MiB of kernel memory", *memory);
	else
		snprintf(text, bytes, "%spps",
			 progress_rate(rate ? *rate : 0, number, sizeof(number)));
}

static void note_failure(struct run *r, const struct plan_point *p, const struct record *record)
{
	r->failed_trials++;
	if (!r->first_failure[0])
		snprintf(r->first_failure, sizeof(r->first_failure), "%.80s: %.500s", p->label,
			 record->reason);
}

/* How long a user waits: from the start of the platform until traffic flows, in the run's first
 * trial that has any. */
static void tell_first_packet(struct run *r, struct record *record)
{
	if (r->first_packet_told || record->first_packet_ms <= r->started_ms)
		return;
	r->first_packet_told = true;
	record_metric(record, "first_packet_ms", "ms", record->first_packet_ms - r->started_ms);
}

/* One trial (idx 0 is the warm-up, which only leaves a row when it fails). 1: failed, the point is
 * given up. */
static int take(struct run *r, struct plan_point *p, int64_t point, unsigned idx, double *value,
		struct vb_err *err)
{
	struct record record = {0};
	const double *found;
	char text[200];
	int rc;

	progress_trial(&r->progress, p - r->plan.points + 1, p->label, idx, p->trials);
	rc = run_once(r, p, idx ? r->plan.duration_s : r->plan.warmup_s, &record, err);
	if (rc || (idx == 0 && record.ok))
		goto out;
	if (record.ok && p->kind == PLAN_MEASURE)
		add_calibrations(r, p, &record);
	if (record.ok)
		tell_first_packet(r, &record);
	if (!record.ok)
		note_failure(r, p, &record);
	rc = store_trial(&r->store, point, idx ? idx - 1 : 0, &record, err);
	describe(p, &record, text, sizeof(text));
	progress_done(&r->progress, text);
	found = record.ok && rate_metric(p) ? record_metric_get(&record, rate_metric(p)) : NULL;
	*value = found ? *found : 0;
	if (rc == 0 && !record.ok)
		rc = 1;
out:
	record_free(&record);
	return rc;
}

static int take_all(struct run *r, struct plan_point *p, int64_t point, struct vb_err *err)
{
	double *values = alloc_zero(p->trials, sizeof(*values)), value = 0;
	unsigned idx;
	int rc = 0;

	if (r->plan.warmup_s > 0 && r->file.scenario->measure != MEASURE_MEMORY)
		rc = take(r, p, point, 0, &value, err);
	for (idx = 1; rc == 0 && idx <= p->trials; idx++) {
		rc = take(r, p, point, idx, &value, err);
		values[idx - 1] = value;
	}
	if (rc == 0)
		p->result = median(values, p->trials);
	free(values);
	return rc;
}

/* A point that went wrong before its first trial, or after its last one. */
static int fail_point(struct run *r, const struct plan_point *p, int64_t point, unsigned idx,
		      const struct vb_err *why, struct vb_err *err)
{
	struct record record = {0};
	char text[200];
	int rc;

	if (why->code == VB_INTERRUPTED) {
		*err = *why;
		return -1;
	}
	progress_trial(&r->progress, p - r->plan.points + 1, p->label, idx, p->trials);
	provenance_now(record.started_at, sizeof(record.started_at));
	record_fail(&record, "%s", why->text);
	note_failure(r, p, &record);
	rc = store_trial(&r->store, point, idx, &record, err);
	describe(p, &record, text, sizeof(text));
	progress_done(&r->progress, text);
	record_free(&record);
	return rc ? rc : 1;
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
static int take_inside(struct run *r, struct plan_point *p, int64_t point, struct vb_err *err)
{
	struct vb_err why = {0};
	int rc = take_all(r, p, point, err);

	r->measured += p->kind == PLAN_MEASURE;
	if (rc < 0)
		return rc;
	if (run_point_leave(r, p, &why) && rc == 0)
		return fail_point(r, p, point, p->trials, &why, err);
	return rc;
}

/* A point whose devices or drivers are not there is no failure. */
static int take_point(struct run *r, struct plan_point *p, int64_t point, struct vb_err *err)
{
	struct vb_err why = {0}, ignored;

	if (run_point_enter(r, p, &why) == 0)
		return take_inside(r, p, point, err);
	run_point_leave(r, p, &ignored);
	if (why.code != VB_MISSING)
		return fail_point(r, p, point, 0, &why, err);
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

int run_point(struct run *r, size_t index, struct vb_err *err)
{
	struct plan_point *p = &r->plan.points[index];
	json_t *params = params_json(&p->params);
	int64_t point;
	int rc;

	rc = store_point(&r->store, r->id, index,
			 p->kind == PLAN_MEASURE ? "measure" : "calibration", p->label, params,
			 &point, err);
	json_decref(params);
	if (rc == 0)
		rc = take_point(r, p, point, err);
	if (rc < 0)
		return -1;
	/* Trials that were given up count as done, or the time left would be wrong. */
	r->trials_behind += p->trials;
	r->progress.done = r->trials_behind;
	if (rc == 0) {
		r->failed_in_row = 0;
		return 0;
	}
	if (++r->failed_in_row >= FAILED_POINTS_MAX && index + 1 < r->plan.n)
		return vb_fail(err, VB_FAILED, "%d points in a row failed; the run ends here",
			       FAILED_POINTS_MAX);
	return index + 1 < r->plan.n ? recover(r, err) : 0;
}
