/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_fitness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fitness.h"
#include "run_trial.h"
#include "run_turn.h"

/* 60-byte frames in bursts of 512 at a tenth of what arrives at full speed: whoever loses some of
 * them is disturbed. */
#define TRIAL_S	      0.2
#define GENTLE_SHARE  0.1
#define GENTLE_TRIALS 3
#define LOSS_BOUND    1e-4
#define RESIDUAL_S    0.1
#define SLOWEST_PPS   1000
/* The load average may be this much above what the run's own programs make. */
#define OTHERS_A_CPU 0.5

static int receiver_cpu = 1, sender_cpu;

static const struct scenario_program pair[] = {
	{.name = "rx",
	 .role = ROLE_RECEIVER,
	 .cpu = &receiver_cpu,
	 .run = "pkt-gen -i valefit:rx -f rx -S 02:00:00:00:00:01 --announce -T 100 --json"},
	{.name = "tx",
	 .role = ROLE_SENDER,
	 .cpu = &sender_cpu,
	 .run = "pkt-gen -i valefit:tx -f tx -l 60 -b 512 -S 02:00:00:00:01:00 -D 02:00:00:00:00:01"
		" -R {rate_pps} --at-once -n {trial_packets} -T 100 --json"
		" --duration {duration_s}"},
};

struct check {
	struct run *r;
	struct fitness *fitness;
	struct plan_point pair, ceiling;
	char why[200]; /* the first reason why a trial failed */
};

static void init(struct check *c)
{
	const struct plan_point nobody = {.kind = PLAN_MEASURE, .parents = {-1, -1, -1, -1}};
	const struct calibration *ceiling = calibration_of(CALIBRATE_CEILING);

	c->pair = c->ceiling = nobody;
	c->pair.programs = pair;
	c->pair.programs_n = sizeof(pair) / sizeof(pair[0]);
	c->ceiling.kind = PLAN_CALIBRATION;
	c->ceiling.calibration = ceiling;
	c->ceiling.programs = ceiling->program;
	c->ceiling.programs_n = 1;
	params_set(&c->ceiling.params, "frame_bytes", "60");
	params_set(&c->ceiling.params, "burst", "512");
}

/* A metric of one trial; NAN when it failed. -1 only when the run cannot go on. */
static int take(struct check *c, const struct plan_point *p, const struct trial_order *order,
		const char *metric, double *value, struct vb_err *err)
{
	struct record record = {0};
	const double *found;
	int rc = run_trial(c->r, p, order, &record, err);

	*value = NAN;
	found = rc == 0 && record.ok ? record_metric_get(&record, metric) : NULL;
	if (found)
		*value = *found;
	else if (rc == 0 && !c->why[0])
		snprintf(c->why, sizeof(c->why), "%.190s", record.reason);
	record_free(&record);
	if (rc == 0 && c->r->session.fault != SESSION_SOUND)
		return vb_fail(err, VB_FAILED,
			       "the platform failed while its fitness was asked for: %.300s",
			       c->r->session.fault_text);
	return rc;
}

static int check_ceiling(struct check *c, struct vb_err *err)
{
	const struct trial_order order = {.duration_s = TRIAL_S};
	double pps;

	if (take(c, &c->ceiling, &order, c->ceiling.calibration->metric, &pps, err))
		return -1;
	if (isnan(pps))
		fitness_add(c->fitness, "ceiling", "pps", NAN, NAN,
			    "the generator's ceiling could not be taken: %s", c->why);
	else
		fitness_add(c->fitness, "ceiling", "pps", pps, NAN,
			    "the generator sends %.1f M frames a second into a sink", pps / 1e6);
	return 0;
}

static int gentle_losses(struct check *c, double *losses, struct vb_err *err)
{
	struct trial_order order = {
		.searching = true, .duration_s = TRIAL_S, .residual_s = RESIDUAL_S};
	double full_pps;
	int i;

	if (take(c, &c->pair, &order, "rx_pps", &full_pps, err))
		return -1;
	for (i = 0; i < GENTLE_TRIALS; i++)
		losses[i] = NAN;
	if (isnan(full_pps))
		return 0;
	order.rate_pps = fmax(SLOWEST_PPS, floor(full_pps * GENTLE_SHARE));
	order.packets = ceil(order.rate_pps * TRIAL_S);
	order.duration_s = 2 * TRIAL_S + 1;
	for (i = 0; i < GENTLE_TRIALS; i++)
		if (take(c, &c->pair, &order, "loss_ratio", &losses[i], err))
			return -1;
	return 0;
}

/* A receiver that sleeps for a ring's time loses frames, which spoils a search for loss; the rate
 * at full load is hardly touched by it, and its own scatter tells. */
static double loss_bound(const struct run *r)
{
	enum scenario_measure measure = r->file.scenario->measure;

	return scenario_searches(measure) || measure == MEASURE_LATENCY ? LOSS_BOUND : NAN;
}

static int check_gentle_load(struct check *c, struct vb_err *err)
{
	double losses[GENTLE_TRIALS], least = INFINITY, most = 0, bound = loss_bound(c->r);
	int i;

	if (gentle_losses(c, losses, err))
		return -1;
	for (i = 0; i < GENTLE_TRIALS; i++) {
		if (isnan(losses[i])) {
			fitness_add(c->fitness, "loss_at_10pct", "ratio", NAN, bound,
				    "the loss at a tenth of the load could not be taken: %s",
				    c->why);
			return 0;
		}
		least = fmin(least, losses[i]);
		most = fmax(most, losses[i]);
	}
	fitness_add(c->fitness, "loss_at_10pct", "ratio", most, bound,
		    "at a tenth of the load %.3g %% to %.3g %% of the packets are lost",
		    least * 100, most * 100);
	return 0;
}

static int check_place(struct run *r, struct fitness *f, struct vb_err *err)
{
	struct check c = {.r = r, .fitness = f};
	int rc;

	init(&c);
	rc = check_ceiling(&c, err);
	if (rc == 0)
		rc = check_gentle_load(&c, err);
	params_free(&c.ceiling.params);
	return rc;
}

static int keep(struct run *r, const struct fitness *f, struct vb_err *err)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (store_fitness(&r->store, r->id, &f->checks[i], err))
			return -1;
	return store_run_fit(&r->store, r->id, fitness_verdict(f), err);
}

static void tell(struct run *r, const struct fitness *f)
{
	char all[500] = "";
	size_t i, used = 0;

	for (i = 0; i < f->n && used < sizeof(all); i++)
		if (f->checks[i].ok == FITNESS_BAD)
			used += snprintf(all + used, sizeof(all) - used, "%s%s", used ? "; " : "",
					 f->checks[i].text);
	if (used)
		run_warn(r, "this machine is not fit to measure: %s", all);
	else
		progress_say(&r->progress, "this machine is %s to measure",
			     strcmp(fitness_verdict(f), "fit") ? "perhaps fit" : "fit");
}

static bool has_yardstick(const struct run *r)
{
	return r->file.scenario->measure == MEASURE_COST;
}

static int check_host(struct run *r, struct fitness *f, struct vb_err *err)
{
	if (run_take_turn(r, err))
		return -1;
	fitness_host(f, has_yardstick(r));
	run_pass_turn(r);
	return 0;
}

int run_fitness(struct run *r, struct vb_err *err)
{
	const enum scenario_fitness wanted = r->file.scenario->fitness;
	struct fitness f = {.n = 0};

	if (r->opt->skip_fitness || wanted == FITNESS_NONE)
		return 0;
	if (r->file.scenario->measure == MEASURE_INSTRUCTIONS)
		fitness_add(&f, "counting", "ratio", 0, 0,
			    "instructions are counted: other work on this host changes nothing");
	else if (check_host(r, &f, err) || (wanted == FITNESS_FULL && check_place(r, &f, err)))
		return -1;
	if (keep(r, &f, err))
		return -1;
	if (wanted == FITNESS_HOST && f.n > 1)
		progress_say(&r->progress, "only the host's fitness was asked for, not the "
					   "platform's: this is a quick scenario");
	tell(r, &f);
	return 0;
}

/* Instructions are the same however busy the host is. */
static bool nobody_asks(const struct run *r)
{
	return r->opt->skip_fitness || r->file.scenario->fitness == FITNESS_NONE ||
	       r->file.scenario->measure == MEASURE_INSTRUCTIONS;
}

static bool was_disturbed(const struct run *r, char *why, size_t bytes)
{
	double others = r->load_most - r->programs_most;

	if (has_yardstick(r))
		return disturbance_of_run(&r->disturbance, why, bytes);
	if (others <= OTHERS_A_CPU * sysconf(_SC_NPROCESSORS_ONLN))
		return false;
	snprintf(why, bytes,
		 "the load average rose to %.1f during the trials, of which %u are the run's own "
		 "programs",
		 r->load_most, r->programs_most);
	return true;
}

void run_fitness_after(struct run *r)
{
	char why[240];
	struct vb_err err;

	if (nobody_asks(r) || !was_disturbed(r, why, sizeof(why)))
		return;
	run_warn(r, "%s: this machine was not fit to measure", why);
	store_run_fit(&r->store, r->id, "unfit", &err);
}
