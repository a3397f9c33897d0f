/* SPDX-License-Identifier: BSD-2-Clause */
/* regress and baseline: the gate's scenarios against what is committed, and committing anew. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "choice.h"
#include "confirm.h"
#include "gate.h"
#include "paths.h"
#include "report.h"
#include "run.h"
#include "store.h"
#include "store_sql.h"
#include "verbs.h"

#define BASELINES "results/baselines"
#define UNFIT_MAX 3 /* of a scenario's runs; then the machine is not fit today */

enum { OPT_LANE = 0x100, OPT_PLATFORM, OPT_GATE, OPT_BASELINES };

static const struct argp_option options[] = {
	{"lane", OPT_LANE, "NAME", 0, "counted, timed or all (default: all)", 0},
	{"platform", OPT_PLATFORM, "NAME", 0, "only the scenarios of this platform", 0},
	{"gate", OPT_GATE, "FILE", 0, "the scenarios (default: " GATE_FILE ")", 0},
	{"baselines", OPT_BASELINES, "FOLDER", 0, "of the baselines (default: " BASELINES ")", 0},
	{"results", 'r', "FOLDER", 0, "folder of the trial store (default: results)", 0},
	{0}};

struct words {
	unsigned lanes;
	const char *platform, *gate, *baselines, *results;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	if (key == OPT_LANE)
		w->lanes = gate_lanes(arg);
	else if (key == OPT_PLATFORM)
		w->platform = arg;
	else if (key == OPT_GATE)
		w->gate = arg;
	else if (key == OPT_BASELINES)
		w->baselines = arg;
	else if (key == 'r')
		w->results = arg;
	else
		return ARGP_ERR_UNKNOWN;
	if (!w->lanes)
		usage_fail("--lane %s: there are counted, timed, all", arg);
	return 0;
}

/* What both verbs work with; the paths are as the user means them. */
struct job {
	char *results, *store, *baselines;
	struct gate gate;
};

static enum vb_exit take_run(const struct job *job, const struct gate_entry *e, char **name)
{
	char *scenario = paths_of_scenario(e->scenario);
	const struct run_options run = {.scenario_path = scenario,
					.platform = e->platform,
					.results = job->results,
					.platforms = choice_platforms,
					.interrupted = &verbs_interrupted};
	enum vb_exit code = run_scenario(&run, name);

	free(scenario);
	return code;
}

/* What the store says of a run that decides what becomes of it. */
struct facts {
	char *baseline; /* where that of its scenario, machine class and platform lies */
	bool unfit;
};

static int read_facts(const struct job *job, const char *run, const struct gate_entry *e,
		      struct facts *f, struct vb_err *err)
{
	struct store st;
	sqlite3_stmt *q;
	int rc = 0;

	*f = (struct facts){0};
	if (store_open_read(&st, job->store, err))
		return -1;
	q = sql_prepare(&st, "SELECT machine_class, platform, fit FROM runs WHERE name = ?");
	sql_text(q, 1, run);
	if (sqlite3_step(q) == SQLITE_ROW) {
		f->baseline =
			alloc_printf("%s/%s/%s/%s.json", job->baselines, sqlite3_column_text(q, 0),
				     sqlite3_column_text(q, 1), e->scenario);
		f->unfit = strcmp((const char *)sqlite3_column_text(q, 2), "unfit") == 0;
	} else {
		rc = store_fail(&st, "looking for the run's machine class", err);
	}
	sqlite3_finalize(q);
	store_close(&st);
	return rc;
}

struct batch {
	char *runs[GATE_RUNS_MAX];
	unsigned n, unfit;
	bool against; /* they are held against a baseline */
	bool failed;  /* a run did: it is none of these */
	char *baseline;
};

/* Whether further runs would change nothing of the answer. */
static bool settled(const struct batch *b)
{
	return b->unfit == UNFIT_MAX || (b->against && access(b->baseline, R_OK));
}

/* One run more. Somebody may have disturbed the machine for a moment, so one that was not fit is
 * taken again; the last of them stays, and settles what the report will say. */
static enum vb_exit take_one(const struct job *job, const struct gate_entry *e, struct batch *b)
{
	struct facts facts = {0};
	struct vb_err err;
	enum vb_exit code = take_run(job, e, &b->runs[b->n]);

	if (code != VB_OK)
		return code;
	if (read_facts(job, b->runs[b->n], e, &facts, &err))
		return verbs_fail(&err);
	free(b->baseline);
	b->baseline = facts.baseline;
	b->unfit += facts.unfit;
	if (!facts.unfit || settled(b)) {
		b->n++;
		return VB_OK;
	}
	fprintf(stderr, "run %s does not count: the machine was not fit to measure; once more\n",
		b->runs[b->n]);
	free(b->runs[b->n]);
	b->runs[b->n] = NULL;
	return VB_OK;
}

static enum vb_exit take_runs(const struct job *job, const struct gate_entry *e, unsigned wanted,
			      struct batch *b)
{
	enum vb_exit code = take_one(job, e, b);

	while (code == VB_OK && b->n < wanted && !settled(b))
		code = take_one(job, e, b);
	return code;
}

static void free_batch(struct batch *b)
{
	size_t i;

	for (i = 0; i < GATE_RUNS_MAX; i++)
		free(b->runs[i]);
	free(b->baseline);
}

/* The report's verb, with further words at its end. */
static enum vb_exit ask_report(const char *const *verb, char *const *more, unsigned n_more,
			       const char *before_each)
{
	const char *words[2 * GATE_RUNS_MAX + 16] = {NULL};
	size_t n = 0;
	unsigned i;

	while (*verb)
		words[n++] = *verb++;
	for (i = 0; i < n_more; i++) {
		if (before_each)
			words[n++] = before_each;
		words[n++] = more[i];
	}
	return report_exec(words);
}

/* Counts do not scatter: only the timed ones share the chance of a false alarm. */
static char *family_of(const struct job *job)
{
	size_t timed = gate_count(&job->gate, LANE_TIMED);

	return alloc_printf("%zu", timed ? timed : 1);
}

/* The report's gate on what the last words name, each behind `before_each`; option and that may be
 * NULL. */
static enum vb_exit ask_gate(const struct job *job, const char *baseline, const char *option,
			     char *const *named, unsigned n, const char *before_each)
{
	char *family = family_of(job);
	const char *words[] = {"gate",	   "--store", job->store, "--baseline", baseline,
			       "--family", family,    option,	  NULL};
	enum vb_exit code = ask_report(words, named, n, before_each);

	free(family);
	return code;
}

/* What a timed gate says first is a suspicion only; then status 1 is of a better tree as well. */
static enum vb_exit judge(const struct job *job, const struct gate_entry *e, const struct batch *b)
{
	const char *option = e->lane == LANE_TIMED ? "--changed" : NULL;
	enum vb_exit code = ask_gate(job, b->baseline, option, b->runs, b->n, NULL);

	/* No baseline of this machine class, or one of another kernel: neither red nor green. */
	return code == VB_MISSING ? VB_CANNOT_TELL : code;
}

/* Holds so many runs in all against the baseline. */
static enum vb_exit look(const struct job *job, const struct gate_entry *e, unsigned runs,
			 struct batch *b)
{
	enum vb_exit code = take_runs(job, e, runs, b);

	if (code == VB_OK)
		return judge(job, e, b);
	b->failed = true; /* it has said which trial did */
	return code == VB_INTERRUPTED ? code : VB_CANNOT_TELL;
}

/* Whether as many runs again may tell what these could not. Counts do not scatter. */
static bool worth_another_look(const struct gate_entry *e, const struct batch *b)
{
	return e->lane == LANE_TIMED && !b->failed && !settled(b) && 2 * e->runs <= GATE_RUNS_MAX;
}

static enum vb_exit look_in_turn(const struct job *job, struct confirm *c, const char *baseline,
				 unsigned pairs)
{
	struct vb_err err = {0};

	if (confirm_take(c, pairs, &err))
		return verbs_fail(&err);
	return ask_gate(job, baseline, NULL, c->pairs, c->n, "--comparison");
}

/* The verdict on a change that the runs have shown. */
static enum vb_exit confirm(const struct job *job, const struct gate_entry *e, const char *baseline)
{
	char *scenario = paths_of_scenario(e->scenario);
	struct confirm c = {.scenario = scenario,
			    .platform = e->platform,
			    .results = job->results,
			    .interrupted = &verbs_interrupted};
	struct vb_err err = {0};
	enum vb_exit code;

	fprintf(stderr, "a change: the baseline's commit is built, and measured in turn with this "
			"tree\n");
	if (confirm_open(&c, baseline, &err)) {
		code = verbs_fail(&err);
	} else {
		code = look_in_turn(job, &c, baseline, e->runs);
		if (code == VB_CANNOT_TELL && c.n == e->runs && 2 * e->runs <= CONFIRM_PAIRS_MAX) {
			fprintf(stderr, "these pairs cannot tell: as many again, and all of them "
					"together\n");
			code = look_in_turn(job, &c, baseline, 2 * e->runs);
		}
	}
	confirm_close(&c);
	free(scenario);
	return code;
}

static enum vb_exit regress_one(const struct job *job, const struct gate_entry *e)
{
	struct batch b = {.against = true};
	enum vb_exit code = look(job, e, e->runs, &b);

	if (code == VB_CANNOT_TELL && worth_another_look(e, &b)) {
		fprintf(stderr,
			"these runs cannot tell: as many again, and all of them together\n");
		code = look(job, e, 2 * e->runs, &b);
	}
	if (code == VB_FAILED && e->lane == LANE_TIMED)
		code = confirm(job, e, b.baseline);
	free_batch(&b);
	return code;
}

static enum vb_exit keep_one(const struct job *job, const struct gate_entry *e)
{
	struct batch b = {0};
	enum vb_exit code = take_runs(job, e, e->baseline_runs, &b);
	char *family = family_of(job), *against = alloc_printf("%u", e->runs);
	const char *words[] = {"baseline",  "--store", job->store, "--out", b.baseline,
			       "--against", against,   "--family", family,  NULL};

	if (code == VB_OK)
		code = ask_report(words, b.runs, b.n, NULL);
	free(family);
	free(against);
	free_batch(&b);
	return code;
}

/* Worse outranks not to be told, which outranks the rest; nothing outranks the user. */
static enum vb_exit worst(enum vb_exit a, enum vb_exit b)
{
	static const enum vb_exit order[] = {VB_INTERRUPTED, VB_FAILED, VB_CANNOT_TELL};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a ? a : b;
}

static void sum_up(enum vb_exit code)
{
	static const char *const said[] = {[VB_OK] = "same or better",
					   [VB_FAILED] = "worse",
					   [VB_CANNOT_TELL] = "cannot tell"};

	if (code <= VB_CANNOT_TELL && said[code])
		printf("regress: %s\n", said[code]);
}

/* Each entry that was asked for: the others stay in the family that shares a false alarm. */
static enum vb_exit work_all(const struct words *w, const struct job *job,
			     enum vb_exit (*each)(const struct job *, const struct gate_entry *))
{
	enum vb_exit code = VB_OK;
	size_t i, done = 0;

	for (i = 0; i < job->gate.n && code != VB_INTERRUPTED; i++) {
		const struct gate_entry *e = &job->gate.entries[i];

		if (w->platform && strcmp(w->platform, e->platform))
			continue;
		code = worst(code, each(job, e));
		done++;
	}
	if (!done)
		usage_fail("--platform %s: no scenario of this lane is for it", w->platform);
	return code;
}

static enum vb_exit work(const struct words *w,
			 enum vb_exit (*each)(const struct job *, const struct gate_entry *))
{
	struct job job = {.results = paths_of_user(w->results ? w->results : "results"),
			  .baselines = w->baselines ? paths_of_user(w->baselines)
						    : alloc_string(BASELINES)};
	char *gate = w->gate ? paths_of_user(w->gate) : alloc_string(GATE_FILE);
	enum vb_exit code = VB_OK;
	struct vb_err err;

	job.store = alloc_printf("%s/store.sqlite", job.results);
	if (gate_read(&job.gate, gate, w->lanes, &err))
		code = verbs_fail(&err);
	else
		code = work_all(w, &job, each);
	gate_free(&job.gate);
	free(gate);
	free(job.results);
	free(job.store);
	free(job.baselines);
	return code;
}

enum vb_exit verb_regress(int argc, char **argv)
{
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Runs the gate's scenarios and holds them against the committed baselines: "
		       "exit status 0 same or better, 1 worse, 3 cannot tell."};
	struct words w = {.lanes = gate_lanes("all")};
	enum vb_exit code;

	usage_parse(&argp, argc, argv, &w);
	code = work(&w, regress_one);
	sum_up(code);
	return code;
}

enum vb_exit verb_baseline(int argc, char **argv)
{
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Runs the gate's scenarios and makes them the baselines of this machine's "
		       "class, to be committed."};
	struct words w = {.lanes = gate_lanes("all")};

	usage_parse(&argp, argc, argv, &w);
	return work(&w, keep_one);
}
