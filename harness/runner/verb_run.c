/* SPDX-License-Identifier: BSD-2-Clause */
/* run: the command line of a run, its closing table and its report. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "choice.h"
#include "collection.h"
#include "paths.h"
#include "results.h"
#include "run_collection.h"
#include "verbs.h"

enum {
	OPT_ACCEL = 0x100,
	OPT_KERNEL,
	OPT_TRIALS,
	OPT_DURATION,
	OPT_RESULTS,
	OPT_NO_REPORT,
	OPT_NO_FITNESS,
	OPT_INTERLEAVED,
	OPT_TREE,
	OPT_COMPARISON,
	OPT_NIC,
	OPT_TAKES_NIC
};

/* Where `valebench compare` leaves the ends of the pipes by which its two runs take turns. */
#define TURN_IN_FD  3
#define TURN_OUT_FD 4

static const struct argp_option options[] = {
	{"platform", 'p', "NAME", 0, "auto, native, qemu, uml, xen, icount or host (default: auto)", 0},
	{"accel", OPT_ACCEL, "NAME", 0, "auto, kvm or tcg (default: auto)", 0},
	{"nic", OPT_NIC, "PCI", 0,
	 "a network card of this machine, for the platform host; may be repeated", 0},
	{"i-know-this-takes-the-nic", OPT_TAKES_NIC, NULL, 0,
	 "let the platform host take those cards away from this machine", 0},
	{"kernel", OPT_KERNEL, "KERNEL", 0, "guest kernel: a release, version or suite", 0},
	{"set", 's', "A=1,2", 0, "other values for parameters; may be repeated", 0},
	{"trials", OPT_TRIALS, "N", 0, "trials a point, 1..1000", 0},
	{"duration", OPT_DURATION, "SECONDS", 0, "length of a trial, 0.05..3600", 0},
	{"results", OPT_RESULTS, "FOLDER", 0, "folder of the trial store (default: results)", 0},
	{"no-report", OPT_NO_REPORT, NULL, 0, "draw no graphs and no page", 0},
	{"no-fitness", OPT_NO_FITNESS, NULL, 0, "do not ask whether the machine is fit to measure",
	 0},
	{"interleaved", OPT_INTERLEAVED, NULL, 0,
	 "one trial of each point in turn, calibrations too, so that all share a disturbance", 0},
	{"tree", OPT_TREE, "FOLDER", 0, "measure what is built in another source tree", 0},
	/* Between compare and the runs that it starts. */
	{"comparison", OPT_COMPARISON, "SIDE:NAME", OPTION_HIDDEN, NULL, 0},
	{0}};

struct words {
	struct run_options run;
	const char *scenario, *results;
	int no_report;
	struct baton baton;
};

static const struct {
	const char *name;
	enum platform_accel accel;
} accels[] = {{"auto", ACCEL_AUTO}, {"kvm", ACCEL_KVM}, {"tcg", ACCEL_TCG}};

static void parse_accel(struct run_options *run, const char *arg)
{
	size_t i;

	for (i = 0; i < sizeof(accels) / sizeof(accels[0]); i++)
		if (strcmp(accels[i].name, arg) == 0) {
			run->accel = accels[i].accel;
			return;
		}
	usage_fail("--accel %s: there are auto, kvm, tcg", arg);
}

static void parse_trials(struct run_options *run, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (*end || end == arg || n < 1 || n > 1000)
		usage_fail("--trials %s: must be a number from 1 to 1000", arg);
	run->trials = n;
}

static void parse_duration(struct run_options *run, const char *arg)
{
	char *end;
	double s = strtod(arg, &end);

	if (*end || end == arg || !isfinite(s) || s < 0.05 || s > 3600)
		usage_fail("--duration %s: must be a number of seconds from 0.05 to 3600", arg);
	run->duration_s = s;
}

static void add_set(struct run_options *run, const char *arg)
{
	run->sets = alloc_grow(run->sets, run->sets_n + 1, sizeof(*run->sets));
	run->sets[run->sets_n++] = arg;
}

static void add_nic(struct run_options *run, const char *arg)
{
	if (run->nics_n == PLATFORM_NICS_MAX)
		usage_fail("--nic %s: there are %d of them already, which is the limit", arg,
			    PLATFORM_NICS_MAX);
	run->nics = alloc_grow(run->nics, run->nics_n + 1, sizeof(*run->nics));
	run->nics[run->nics_n++] = arg;
}

static error_t parse_word(struct words *w, const char *arg)
{
	if (w->scenario)
		usage_fail("'%s': one scenario at a time", arg);
	w->scenario = arg;
	return 0;
}

/* "A:NAME" or "B:NAME": one side of a comparison; descriptors 3 and 4 are its turns. */
static void parse_comparison(struct words *w, const char *arg)
{
	if ((arg[0] != 'A' && arg[0] != 'B') || arg[1] != ':' || !arg[2])
		usage_fail("--comparison %s: must be A:NAME or B:NAME", arg);
	w->run.side = arg[0] == 'A' ? "A" : "B";
	w->run.comparison = arg + 2;
	w->baton = (struct baton){.in = TURN_IN_FD, .out = TURN_OUT_FD, .second = arg[0] == 'B'};
	w->run.baton = &w->baton;
	fcntl(TURN_IN_FD, F_SETFD, FD_CLOEXEC);
	fcntl(TURN_OUT_FD, F_SETFD, FD_CLOEXEC);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	if (key == 'p')
		w->run.platform = arg;
	else if (key == 's')
		add_set(&w->run, arg);
	else if (key == OPT_ACCEL)
		parse_accel(&w->run, arg);
	else if (key == OPT_KERNEL)
		w->run.kernel = arg;
	else if (key == OPT_NIC)
		add_nic(&w->run, arg);
	else if (key == OPT_TAKES_NIC)
		w->run.takes_nics = true;
	else if (key == OPT_TRIALS)
		parse_trials(&w->run, arg);
	else if (key == OPT_DURATION)
		parse_duration(&w->run, arg);
	else if (key == OPT_RESULTS)
		w->results = arg;
	else if (key == OPT_TREE)
		w->run.tree = arg;
	else if (key == OPT_COMPARISON)
		parse_comparison(w, arg);
	else if (key == OPT_NO_FITNESS)
		w->run.skip_fitness = true;
	else if (key == OPT_INTERLEAVED)
		w->run.interleaved = true;
	else if (key == OPT_NO_REPORT)
		w->no_report = 1;
	else if (key == ARGP_KEY_ARG)
		return parse_word(w, arg);
	else if (key == ARGP_KEY_NO_ARGS)
		usage_fail("no scenario given; `valebench list` names them");
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static int print_table(const char *results, const char *run, struct vb_err *err)
{
	char *path = alloc_printf("%s/store.sqlite", results);
	struct store st;
	int rc = store_open_read(&st, path, err);

	free(path);
	if (rc)
		return -1;
	rc = results_show(&st, run, stdout, err);
	store_close(&st);
	return rc;
}

static enum vb_exit close_with(const struct words *w, const char *results, const char *run,
			       enum vb_exit code)
{
	struct vb_err err;
	enum vb_exit report;

	if (print_table(results, run, &err))
		return verbs_fail(&err);
	if (w->no_report || code == VB_INTERRUPTED)
		return code;
	report = report_run(results, run, "html,svg,png");
	return code ? code : report;
}

static enum vb_exit run_one(struct words *w, const char *results)
{
	char *path = paths_of_scenario(w->scenario), *name = NULL;
	enum vb_exit code;

	w->run.scenario_path = path;
	code = run_scenario(&w->run, &name);
	if (name)
		code = close_with(w, results, name, code);
	free(path);
	free(name);
	return code;
}

enum vb_exit verb_run(int argc, char **argv)
{
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "SCENARIO",
		.doc = "Runs a scenario, or all of a collection: every trial is stored as soon as "
		       "it is over."};
	struct words w = {.run = {.platform = "auto",
				  .platforms = choice_platforms,
				  .interrupted = &verbs_interrupted},
			  .results = "results"};
	char *results, *collection;
	enum vb_exit code;

	usage_parse(&argp, argc, argv, &w);
	collection = collection_path(w.scenario);
	results = paths_of_user(w.results);
	w.run.results = results;
	if (collection && w.run.sets_n)
		usage_fail("--set %s: a collection says itself what its runs set", w.run.sets[0]);
	code = collection ? run_collection(collection, &w.run, !w.no_report) : run_one(&w, results);
	free(w.run.sets);
	free(w.run.nics);
	free(collection);
	free(results);
	return code;
}
