/* SPDX-License-Identifier: BSD-2-Clause */
/* regress and baseline: the gate's scenarios against what is committed, and committing anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "choice.h"
#include "gate.h"
#include "paths.h"
#include "report.h"
#include "run.h"
#include "store.h"
#include "store_sql.h"
#include "verbs.h"

#define BASELINES "results/baselines"

enum { OPT_LANE = 0x100, OPT_GATE, OPT_BASELINES };

static const struct argp_option options[] = {
	{"lane", OPT_LANE, "NAME", 0, "counted, timed or all (default: all)", 0},
	{"gate", OPT_GATE, "FILE", 0, "the scenarios (default: " GATE_FILE ")", 0},
	{"baselines", OPT_BASELINES, "FOLDER", 0, "of the baselines (default: " BASELINES ")", 0},
	{"results", 'r', "FOLDER", 0, "folder of the trial store (default: results)", 0},
	{0}};

struct words {
	unsigned lanes;
	const char *gate, *baselines, *results;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	if (key == OPT_LANE)
		w->lanes = gate_lanes(arg);
	else if (key == OPT_GATE)
		w->gate = arg;
	else if (key == OPT_BASELINES)
		w->baselines = arg;
	else if (key == 'r')
		w->results = arg;
	else
		return ARGP_ERR_UNKNOWN;
	if (!w->lanes)
		verbs_usage("--lane %s: there are counted, timed, all", arg);
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

/* Where the baseline of a stored run's scenario and machine class lies; NULL with err. */
static char *baseline_path(const struct job *job, const char *run, const struct gate_entry *e,
			   struct vb_err *err)
{
	char *path = NULL;
	struct store st;
	sqlite3_stmt *q;

	if (store_open_read(&st, job->store, err))
		return NULL;
	q = sql_prepare(&st, "SELECT machine_class FROM runs WHERE name = ?");
	sql_text(q, 1, run);
	if (sqlite3_step(q) == SQLITE_ROW)
		path = alloc_printf("%s/%s/%s.json", job->baselines, sqlite3_column_text(q, 0),
				    e->scenario);
	else
		store_fail(&st, "looking for the run's machine class", err);
	sqlite3_finalize(q);
	store_close(&st);
	return path;
}

static enum vb_exit judge(const struct job *job, const struct gate_entry *e, const char *run)
{
	char *family = alloc_printf("%zu", job->gate.n);
	struct vb_err err;
	char *path = baseline_path(job, run, e, &err);
	const char *words[] = {"gate",	   "--store", job->store, "--baseline", path,
			       "--family", family,    run,	  NULL};
	enum vb_exit code = path ? report_exec(words) : verbs_fail(&err);

	free(path);
	free(family);
	/* No baseline of this machine class, or one of another kernel: neither red nor green. */
	return code == VB_MISSING ? VB_CANNOT_TELL : code;
}

static enum vb_exit regress_one(const struct job *job, const struct gate_entry *e)
{
	char *run = NULL;
	enum vb_exit code = take_run(job, e, &run);

	if (code == VB_OK)
		code = judge(job, e, run);
	else if (code != VB_INTERRUPTED)
		code = VB_CANNOT_TELL; /* it has said which trial failed */
	free(run);
	return code;
}

static enum vb_exit keep_one(const struct job *job, const struct gate_entry *e)
{
	const char *words[GATE_RUNS_MAX + 8] = {"baseline", "--store", job->store, "--out"};
	char *runs[GATE_RUNS_MAX] = {NULL}, *path = NULL;
	enum vb_exit code = VB_OK;
	struct vb_err err;
	unsigned i;

	for (i = 0; code == VB_OK && i < e->runs; i++) {
		code = take_run(job, e, &runs[i]);
		words[5 + i] = runs[i];
	}
	if (code == VB_OK) {
		path = baseline_path(job, runs[0], e, &err);
		words[4] = path;
		code = path ? report_exec(words) : verbs_fail(&err);
	}
	for (i = 0; i < e->runs; i++)
		free(runs[i]);
	free(path);
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

static enum vb_exit work(const struct words *w,
			 enum vb_exit (*each)(const struct job *, const struct gate_entry *))
{
	struct job job = {.results = paths_of_user(w->results ? w->results : "results"),
			  .baselines = w->baselines ? paths_of_user(w->baselines)
						    : alloc_string(BASELINES)};
	char *gate = w->gate ? paths_of_user(w->gate) : alloc_string(GATE_FILE);
	enum vb_exit code = VB_OK;
	struct vb_err err;
	size_t i;

	job.store = alloc_printf("%s/store.sqlite", job.results);
	if (gate_read(&job.gate, gate, w->lanes, &err))
		code = verbs_fail(&err);
	for (i = 0; i < job.gate.n && code != VB_INTERRUPTED; i++)
		code = worst(code, each(&job, &job.gate.entries[i]));
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

	verbs_parse(&argp, argc, argv, &w);
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

	verbs_parse(&argp, argc, argv, &w);
	return work(&w, keep_one);
}
