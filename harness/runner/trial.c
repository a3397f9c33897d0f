/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "busy.h"
#include "command.h"
#include "counters.h"
#include "measure.h"
#include "memory.h"

/* A receiver polls, so what is left in its ring is taken long before this. */
#define DRAIN_MS      100
#define SETTLE_MS     500
#define LIVE_EVERY_MS 250
#define EXCERPT_BYTES 8192

const struct trial_limits trial_limits_usual = {.ready_ms = 20000,
						.senders_ms = 20000,
						.stop_ms = 15000,
						.kill_ms = 5000,
						.command_ms = 20000,
						.per_program_ms = 2000};

/* Emulating a fixed number of instructions, or starting guests, takes as long as it takes. */
const struct trial_limits trial_limits_counting = {.ready_ms = 60000,
						   .senders_ms = 600000,
						   .stop_ms = 60000,
						   .kill_ms = 30000,
						   .command_ms = 120000,
						   .per_program_ms = 2000};

struct trial {
	struct session *s;
	const struct trial_spec *spec;
	struct record *record;
	struct program *programs;
	size_t n;
	uint64_t live_at_ms;
};

static unsigned limit(const struct trial *t, unsigned step_ms)
{
	return step_ms + t->spec->limits->per_program_ms * t->n;
}

static bool is_sender(const struct program *p)
{
	return p->instance->role == ROLE_SENDER;
}

static bool takers_ready(void *ctx)
{
	const struct trial *t = ctx;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!is_sender(&t->programs[i]) && t->programs[i].job.exited)
			return true;
	for (i = 0; i < t->n; i++)
		if (!is_sender(&t->programs[i]) && !t->programs[i].ready)
			return false;
	return true;
}

static void say_live(struct trial *t)
{
	double pps = 0, sent = 0;
	uint64_t now = vb_now_ms();
	size_t i;

	if (!t->spec->live || now - t->live_at_ms < LIVE_EVERY_MS)
		return;
	t->live_at_ms = now;
	for (i = 0; i < t->n; i++)
		*(is_sender(&t->programs[i]) ? &sent : &pps) += t->programs[i].live_pps;
	t->spec->live(t->spec->ctx, pps > 0 ? pps : sent);
}

/* All senders ended, or something ended that should not have. */
static bool senders_done(void *ctx)
{
	struct trial *t = ctx;
	const struct program *p;
	bool all = true;

	say_live(t);
	for (p = t->programs; p < t->programs + t->n; p++) {
		if (!p->job.exited)
			all = all && !is_sender(p);
		else if (!is_sender(p) || p->job.status || p->job.signal)
			return true;
	}
	return all;
}

static bool all_done(void *ctx)
{
	const struct trial *t = ctx;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->programs[i].job.id && !t->programs[i].job.exited)
			return false;
	return true;
}

static int start(struct trial *t, bool senders, unsigned timeout_ms, struct vb_err *err)
{
	struct program *p;

	for (p = t->programs; p < t->programs + t->n; p++)
		if (is_sender(p) == senders)
			if (session_run(t->s, &p->job, p->instance->argv, p->instance->cpu,
					timeout_ms, err))
				return -1;
	return 0;
}

/* After a wait that a program may have cut short: the first one that ended badly is the reason. */
static int check_ended(const struct trial *t, struct vb_err *err)
{
	const struct program *p;

	for (p = t->programs; p < t->programs + t->n; p++) {
		if (!p->job.exited)
			continue;
		if (job_verdict(&p->job, err))
			return -1;
		if (!is_sender(p))
			return vb_fail(err, VB_FAILED, "%s ended before it was told to",
				       p->job.name);
	}
	return 0;
}

static int start_takers(struct trial *t, unsigned duration_ms, struct vb_err *err)
{
	const struct trial_limits *l = t->spec->limits;
	unsigned ready_ms = limit(t, l->ready_ms);
	unsigned life_ms = 2 * ready_ms + duration_ms + l->senders_ms + l->stop_ms;

	if (start(t, false, life_ms, err))
		return -1;
	if (session_until(t->s, takers_ready, t, ready_ms, "the receivers to be ready", err)) {
		if (err->code == VB_TIMEOUT)
			check_ended(t, err);
		return -1;
	}
	return check_ended(t, err);
}

static unsigned drain_ms(const struct trial *t)
{
	return t->spec->order ? t->spec->order->residual_s * 1000 : DRAIN_MS;
}

static int run_senders(struct trial *t, unsigned duration_ms, struct vb_err *err)
{
	const struct trial_limits *l = t->spec->limits;
	unsigned send_ms = duration_ms + limit(t, l->senders_ms);

	if (start(t, true, send_ms, err))
		return -1;
	if (session_until(t->s, senders_done, t, send_ms + l->kill_ms, "the senders to end", err))
		return -1;
	if (check_ended(t, err))
		return -1;
	return all_done(t) ? 0 : session_linger(t->s, drain_ms(t), err);
}

static int stop_takers(struct trial *t, struct vb_err *err)
{
	unsigned stop_ms = limit(t, t->spec->limits->stop_ms);
	struct program *p;

	for (p = t->programs; p < t->programs + t->n; p++)
		if (!is_sender(p) && session_signal(t->s, &p->job, "INT", err))
			return -1;
	if (session_until(t->s, all_done, t, stop_ms, "the receivers to stop", err))
		return -1;
	for (p = t->programs; p < t->programs + t->n; p++)
		if (program_verdict(p, err))
			return -1;
	return 0;
}

static bool uses_switch(const struct trial *t)
{
	json_t *word;
	size_t i, k;

	for (i = 0; i < t->n; i++)
		json_array_foreach(t->programs[i].instance->argv, k,
				   word) if (strncmp(json_string_value(word), "vale", 4) ==
					     0) return true;
	return false;
}

/* A set of enum counters_of. */
static unsigned counted(const struct trial *t)
{
	enum scenario_measure measure = t->spec->measure;

	/* Who takes what it sends itself loses nothing. */
	if (t->spec->rate_metric || measure == MEASURE_INSTRUCTIONS || measure == MEASURE_COST)
		return 0;
	return (t->spec->has_switch || uses_switch(t) ? COUNTERS_OF_SWITCHES : 0) |
	       (t->spec->has_cards ? COUNTERS_OF_CARDS : 0);
}

static int run_traffic(struct trial *t, unsigned duration_ms, struct vb_err *err)
{
	unsigned of = counted(t);
	json_t *before = NULL, *after = NULL;
	int rc = -1;

	if (start_takers(t, duration_ms, err))
		return -1;
	if (of && !(before = counters_read(t->s, of, err)))
		return -1;
	if (run_senders(t, duration_ms, err))
		goto out;
	if (of && !(after = counters_read(t->s, of, err)))
		goto out;
	rc = stop_takers(t, err);
	if (rc == 0)
		counters_store(t->record, before, after);
out:
	json_decref(before);
	json_decref(after);
	return rc;
}

static void note_first_packet(struct trial *t)
{
	uint64_t at;
	size_t i;

	for (i = 0; i < t->n; i++) {
		at = t->programs[i].first_packet_ms;
		if (at && (!t->record->first_packet_ms || at < t->record->first_packet_ms))
			t->record->first_packet_ms = at;
	}
}

/* What programs cost that only wait. */
static int watch_idle(struct trial *t, struct vb_err *err)
{
	struct busy first, last;

	if (busy_read(t->s, &first, err) ||
	    session_linger(t->s, t->spec->duration_s * 1000, err) || busy_read(t->s, &last, err))
		return -1;
	record_metric(t->record, "busy_cpus", "CPUs", busy_between(&first, &last));
	return 0;
}

static int run_idle(struct trial *t, struct vb_err *err)
{
	unsigned life_ms = t->spec->duration_s * 1000;
	int64_t before, after;

	if (session_linger(t->s, SETTLE_MS, err) || memory_kernel_bytes(t->s, &before, err))
		return -1;
	if (start_takers(t, life_ms, err) || session_linger(t->s, SETTLE_MS, err))
		return -1;
	if (memory_kernel_bytes(t->s, &after, err) || watch_idle(t, err) || stop_takers(t, err))
		return -1;
	record_metric(t->record, "kernel_memory_mib", "MiB", (after - before) / 1048576.0);
	return 0;
}

static int numbers(struct trial *t, struct vb_err *err)
{
	const struct trial_order *order = t->spec->order;

	if (order)
		return measure_offered(t->record, t->programs, t->n, t->spec->flood,
				       order->rate_pps, order->packets, err);
	if (t->spec->rate_metric && t->n == 1)
		return measure_rate(t->record, t->programs, t->spec->rate_metric, err);
	if (t->spec->measure == MEASURE_INSTRUCTIONS)
		return measure_instructions(t->record, t->programs, err);
	if (t->spec->measure == MEASURE_COST && !t->spec->rate_metric)
		return measure_cost(t->record, t->programs, err);
	if (t->spec->measure == MEASURE_BOOT)
		return measure_boot(t->record, t->programs, err);
	if (t->spec->measure == MEASURE_LATENCY && !t->spec->rate_metric)
		return measure_latency(t->record, t->programs, t->n, err);
	return measure_throughput(t->record, t->programs, t->n, t->spec->flood, err);
}

static int run_hook(struct trial *t, const char *command, struct vb_err *err)
{
	const struct trial_spec *spec = t->spec;

	if (!command)
		return 0;
	return command_run(t->s, command, spec->vars, spec->limits->command_ms, NULL, NULL, err);
}

static int run_phases(struct trial *t, struct vb_err *err)
{
	const struct trial_spec *spec = t->spec;
	const double *rate;

	if (run_hook(t, spec->setup, err))
		return -1;
	if (spec->measure == MEASURE_MEMORY && !spec->rate_metric) {
		if (run_idle(t, err))
			return -1;
	} else if (run_traffic(t, spec->duration_s * 1000, err) || numbers(t, err)) {
		return -1;
	}
	if (run_hook(t, spec->teardown, err))
		return -1;
	rate = record_metric_get(t->record, "rx_pps");
	if (spec->rate_metric && rate)
		record_metric(t->record, spec->rate_metric, "pps", *rate);
	return 0;
}

/* A failed trial must leave nothing running for the next one; if it does, the place is given up. */
static void clean_up(struct trial *t)
{
	unsigned kill_ms = t->spec->limits->kill_ms;
	struct vb_err err = {0};
	struct program *p;

	if (t->s->fault != SESSION_SOUND)
		return;
	for (p = t->programs; p < t->programs + t->n; p++)
		if (p->job.id)
			session_signal(t->s, &p->job, "KILL", &err);
	if (session_until(t->s, all_done, t, kill_ms, "the programs to die", &err) == 0) {
		run_hook(t, t->spec->teardown, &err);
		return;
	}
	if (t->s->fault == SESSION_SOUND && err.code != VB_INTERRUPTED) {
		t->s->fault = SESSION_DEAD;
		snprintf(t->s->fault_text, sizeof(t->s->fault_text),
			 "programs of the failed trial do not die: %.400s", err.text);
	}
}

static void fail(struct trial *t, const struct vb_err *err)
{
	record_fail(t->record, "%s", t->s->fault == SESSION_SOUND ? err->text : t->s->fault_text);
	t->record->excerpt = alloc_zero(EXCERPT_BYTES, 1);
	if (t->s->fault_excerpt[0])
		snprintf(t->record->excerpt, EXCERPT_BYTES, "%s", t->s->fault_excerpt);
	else
		t->s->ops->excerpt(t->s->place, t->record->excerpt, EXCERPT_BYTES);
}

int trial_run(struct session *s, const struct trial_spec *spec, struct record *record,
	      struct vb_err *err)
{
	struct trial t = {.s = s, .spec = spec, .record = record, .n = spec->programs->n};
	struct vb_err why = {0};
	size_t i;
	int rc;

	t.programs = alloc_zero(t.n, sizeof(*t.programs));
	for (i = 0; i < t.n; i++)
		program_init(&t.programs[i], &spec->programs->items[i], record);
	rc = run_phases(&t, &why);
	record->ok = rc == 0;
	note_first_packet(&t);
	if (rc) {
		fail(&t, &why);
		if (why.code != VB_INTERRUPTED)
			clean_up(&t);
	}
	for (i = 0; i < t.n; i++) {
		session_forget(s, &t.programs[i].job);
		program_release(&t.programs[i]);
	}
	free(t.programs);
	if (rc == 0 || why.code != VB_INTERRUPTED)
		return 0;
	*err = why;
	return -1;
}
