/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "instance.h"
#include "provenance.h"
#include "run_turn.h"
#include "trial.h"

#define MAXIMUM_METRIC "maximum_pps"
#define PDR_METRIC     "pdr_pps"

static const struct plan_point *maximum_of(const struct run *r, const struct plan_point *p)
{
	const int last = sizeof(p->parents) / sizeof(p->parents[0]) - 1;

	return p->parents[last] < 0 ? NULL : &r->plan.points[p->parents[last]];
}

static void set_number(struct params *vars, const char *name, const char *format, double value)
{
	char text[32];

	snprintf(text, sizeof(text), format, value);
	params_set(vars, name, text);
}

/* The rate of a point that is a share of a maximum. */
static int share_of_maximum(const struct run *r, const struct plan_point *p, double *rate,
			    struct vb_err *err)
{
	const struct scenario_load *load = r->file.scenario->load;
	const struct plan_point *maximum = maximum_of(r, p);
	double percent;

	if (!load || !maximum)
		return 0;
	percent = strtod(params_get(&p->params, load->parameter), NULL);
	*rate = percent > 0 ? maximum->result * percent / 100 : load->idle_pps;
	if (*rate >= 1)
		return 0;
	return vb_fail(err, VB_FAILED,
		       "the highest rate could not be taken, so there is no share of it");
}

/* Parameters and the runner's own variables for the commands of a point. Rate and packets are
 * shared out over the senders. */
static void point_vars(const struct plan_point *p, const struct trial_order *order, double rate_pps,
		       unsigned senders, struct params *vars)
{
	params_copy(vars, &p->params);
	set_number(vars, "duration_s", "%g", order->duration_s);
	set_number(vars, "rate_pps", "%.0f", ceil(rate_pps / senders));
	set_number(vars, "trial_packets", "%.0f", ceil(order->packets / senders));
}

/* The programs of a trial; the rate is known once the senders are counted. */
static int build(struct run *r, const struct plan_point *p, const struct trial_order *order,
		 struct params *vars, struct instances *programs, struct vb_err *err)
{
	double rate = order->rate_pps;
	unsigned senders = 1;

	if (!order->searching && share_of_maximum(r, p, &rate, err))
		return -1;
	if (rate > 0 || order->packets > 0) {
		point_vars(p, order, rate, 1, vars);
		if (instances_build(programs, p->programs, p->programs_n, vars, r->cfg.cpus, err))
			return -1;
		senders = instances_senders(programs);
		instances_free(programs);
		params_free(vars);
	}
	point_vars(p, order, rate, senders ? senders : 1, vars);
	return instances_build(programs, p->programs, p->programs_n, vars, r->cfg.cpus, err);
}

const char *run_rate_metric(const struct run *r, const struct plan_point *p)
{
	if (p->kind == PLAN_MAXIMUM)
		return r->file.scenario->load->of == HIGHEST_PDR ? PDR_METRIC : MAXIMUM_METRIC;
	return p->calibration ? p->calibration->metric : NULL;
}

/* Guests may have to be started, or instructions to be emulated. */
static bool takes_its_time(enum scenario_measure measure)
{
	return measure == MEASURE_INSTRUCTIONS || measure == MEASURE_BOOT ||
	       measure == MEASURE_MEMORY;
}

static struct trial_spec spec_of(struct run *r, const struct plan_point *p,
				 const struct trial_order *order)
{
	const struct scenario *sc = r->file.scenario;

	return (struct trial_spec){
		.setup = p->calibration ? p->calibration->setup : NULL,
		.teardown = p->calibration ? p->calibration->teardown : NULL,
		.rate_metric = order->searching ? NULL : run_rate_metric(r, p),
		.measure = sc->measure,
		.order = order->searching ? order : NULL,
		.flood = sc->delivery == DELIVERY_FLOOD,
		.has_cards = sc->cards_count > 0,
		.has_switch = run_point_attaches(r, p),
		.duration_s = order->duration_s,
		.limits = takes_its_time(sc->measure) ? &trial_limits_counting : &trial_limits_usual,
		.live = progress_live,
		.ctx = &r->progress,
	};
}

int run_trial(struct run *r, const struct plan_point *p, const struct trial_order *order,
	      struct record *record, struct vb_err *err)
{
	struct trial_spec spec = spec_of(r, p, order);
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
	if (build(r, p, order, &vars, &programs, &why)) {
		record_fail(record, "%s", why.text);
	} else {
		spec.programs = &programs;
		spec.vars = &vars;
		rc = trial_run(&r->session, &spec, record, err);
	}
	record->load_after = provenance_load();
	r->load_most = fmax(r->load_most, record->load_after);
	r->programs_most = programs.n > r->programs_most ? programs.n : r->programs_most;
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
			record_metric(record, run_rate_metric(r, c), "pps", c->result);
	}
}

/* What the progress line says of a finished trial. */
static void describe(const struct run *r, const struct plan_point *p, const struct record *record,
		     char *text, size_t bytes)
{
	const double *latency = record_metric_get(record, "latency_p50_ns");
	const double *instructions = record_metric_get(record, "instructions_per_packet");
	const double *memory = record_metric_get(record, "kernel_memory_mib");
	const double *cost = record_metric_get(record, "ns_per_packet");
	const double *boot = record_metric_get(record, "boot_p50_ns");
	const double *rate =
		record_metric_get(record, run_rate_metric(r, p) ? run_rate_metric(r, p) : "rx_pps");
	char number[32];

	if (!record->ok)
		snprintf(text, bytes, "FAILED: %.160s", record->reason);
	else if (latency)
		snprintf(text, bytes, "latency p50 %.2f us", *latency / 1000);
	else if (instructions)
		snprintf(text, bytes, "%.1f instructions a packet", *instructions);
	else if (cost)
		snprintf(text, bytes, "%.2f ns a packet", *cost);
	else if (boot)
		snprintf(text, bytes, "first packet after %.1f ms", *boot / 1e6);
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

int run_trial_keep(struct run *r, const struct plan_point *p, int64_t point, unsigned idx,
		   struct record *record, const char *text, struct vb_err *err)
{
	char usual[200];
	int rc;

	if (record->ok && p->kind == PLAN_MEASURE)
		add_calibrations(r, p, record);
	if (record->ok)
		tell_first_packet(r, record);
	if (!record->ok)
		note_failure(r, p, record);
	rc = store_trial(&r->store, point, idx, record, err);
	describe(r, p, record, usual, sizeof(usual));
	progress_done(&r->progress, text && record->ok ? text : usual);
	return rc == 0 && !record->ok ? 1 : rc;
}
