/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "choice.h"
#include "disk.h"
#include "identity.h"
#include "provenance.h"
#include "run_fitness.h"
#include "run_scaling.h"
#include "run_state.h"

/* A run of thousands of trials with its logs stays well below this. */
#define SPACE_NEEDED (64ll << 20)
/* Under TCG on a loaded machine a guest takes tens of seconds. */
#define BOOT_LIMIT_MS	 120000
#define SILENCE_LIMIT_MS 20000
#define NAME_TRIES	 16

void run_warn(struct run *r, const char *fmt, ...)
{
	struct vb_err err;
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	progress_say(&r->progress, "warning: %s", text);
	if (store_warning(&r->store, r->id, text, &err))
		progress_say(&r->progress, "warning: the store did not take it: %s", err.text);
}

static int make_plan(struct run *r, struct vb_err *err)
{
	const struct plan_options options = {r->opt->trials, r->opt->duration_s};
	size_t i;

	if (scenario_load(&r->file, r->opt->scenario_path, err))
		return -1;
	sweep_init(&r->sweep, r->file.scenario);
	for (i = 0; i < r->opt->sets_n; i++)
		if (sweep_override(&r->sweep, r->file.scenario, r->opt->sets[i], err))
			return -1;
	if (r->opt->interleaved &&
	    (scenario_searches(r->file.scenario->measure) || r->file.scenario->load))
		return vb_fail(err, VB_USAGE,
			       "%s searches for rates, which cannot be interleaved; leave "
			       "--interleaved away",
			       r->file.scenario->name);
	return plan_build(&r->plan, r->file.scenario, &r->sweep, &options, err);
}

static int choose_place(struct run *r, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;
	char why[1200];

	if (r->opt->tree)
		r->build_dir = alloc_printf("%s/build", r->opt->tree);
	r->cfg = (struct platform_config){.source_dir = r->opt->tree,
					  .build_dir = r->build_dir ? r->build_dir : "build",
					  .cache_dir = platform_cache_dir(),
					  .kernel = r->opt->kernel,
					  .nics = r->opt->nics,
					  .n_nics = r->opt->nics_n,
					  .takes_nics = r->opt->takes_nics,
					  .accel = r->opt->accel,
					  .cpus = sc->cpus,
					  .memory_mib = sc->memory_mib,
					  .boot_timeout_ms = BOOT_LIMIT_MS,
					  .silence_timeout_ms = SILENCE_LIMIT_MS};
	r->session.interrupted = r->opt->interrupted;
	r->session.ops = choice_of(r->opt->platforms, sc, r->opt->platform, &r->cfg,
				   &r->session.facts, why, sizeof(why), err);
	if (!r->session.ops)
		return -1;
	if (choice_bit(r->session.ops) & (ON_NATIVE | ON_HOST))
		r->cfg.cpus = sysconf(_SC_NPROCESSORS_ONLN);
	progress_say(&r->progress, "scenario %s: %zu points, %s%u trials of %g s each; %s",
		     sc->name, r->plan.n, scenario_searches(sc->measure) ? "about " : "",
		     r->plan.trials, r->plan.duration_s, why);
	return 0;
}

static void tell_partial(void *ctx, const char *name, int trials)
{
	progress_say(ctx,
		     "run %s did not end properly; its %d finished trials are kept and it is "
		     "marked partial",
		     name, trials);
}

static int open_store(struct run *r, struct vb_err *err)
{
	char *path = alloc_printf("%s/store.sqlite", r->opt->results);
	int rc = disk_make_folder(r->opt->results, err);

	if (rc == 0)
		rc = disk_need(r->opt->results, SPACE_NEEDED, err);
	if (rc == 0)
		rc = store_open(&r->store, path, err);
	free(path);
	return rc ? rc : store_mark_partial(&r->store, tell_partial, &r->progress, err);
}

/* A folder of our own: another run may start in the same second. */
static int make_folder(struct run *r, struct vb_err *err)
{
	char *runs = alloc_printf("%s/runs", r->opt->results);
	time_t now = time(NULL);
	char stamp[32];
	uint16_t salt;
	int i, rc;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime(&now));
	rc = disk_make_folder(runs, err);
	for (i = 0; rc == 0 && i < NAME_TRIES; i++) {
		if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
			salt = getpid() + i;
		r->name = alloc_printf("%s-%s-%04x", stamp, r->file.scenario->name, salt);
		r->folder = alloc_printf("%s/%s", runs, r->name);
		if (mkdir(r->folder, 0777) == 0)
			break;
		rc = errno == EEXIST
			     ? 0
			     : vb_fail(err, errno == ENOSPC ? VB_NO_SPACE : VB_MISSING,
				       "making the folder %s: %s", r->folder, strerror(errno));
		free(r->name);
		free(r->folder);
		r->name = r->folder = NULL;
	}
	free(runs);
	if (rc == 0 && !r->folder)
		rc = vb_fail(err, VB_INTERNAL, "naming the run: %d names were taken", NAME_TRIES);
	r->cfg.log_dir = r->folder;
	return rc;
}

static char *graph_json(const struct scenario *sc)
{
	const struct scenario_graph *g = sc->graph;
	json_t *y = json_array(), *graph;
	char *text;
	unsigned i;

	for (i = 0; i < g->y_count; i++)
		json_array_append_new(y, json_string(g->y[i]));
	graph = json_pack("{s:s, s:o, s:s?, s:b, s:b, s:s?}", "x", g->x, "y", y, "series",
			  g->series, "log_x", g->log_x, "log_y", g->log_y, "x_unit", g->x_unit);
	if (sc->compare)
		json_object_set_new(graph, "compare",
				    json_pack("{s:s, s:s}", "parameter", sc->compare->parameter,
					      "baseline", sc->compare->baseline));
	text = json_dumps(graph, JSON_COMPACT);
	json_decref(graph);
	return text;
}

static char *overrides_json(const struct run *r)
{
	json_t *all = json_object();
	char *text;

	if (json_object_size(r->sweep.overrides))
		json_object_set(all, "set", r->sweep.overrides);
	if (r->opt->trials)
		json_object_set_new(all, "trials", json_integer(r->opt->trials));
	if (r->opt->interleaved)
		json_object_set_new(all, "interleaved", json_true());
	if (r->opt->duration_s > 0)
		json_object_set_new(all, "duration", json_real(r->opt->duration_s));
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

static void fill_host(struct store_run *row, const struct provenance *from,
		      const struct platform_ops *ops)
{
	row->commit = from->commit[0] ? from->commit : NULL;
	row->dirty = from->dirty;
	row->host_kernel = from->host_kernel;
	row->cpu_model = from->cpu_model;
	row->cpus = from->cpus;
	row->memory_bytes = from->memory_bytes;
	row->machine_class = ops->same_everywhere ? ops->name : from->machine_class;
}

static int begin(struct run *r, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;
	const struct platform_facts *f = &r->session.facts;
	char *graph = graph_json(sc), *overrides = overrides_json(r);
	char *identity = identity_of(getpid());
	char hash[65], now[32];
	struct provenance from;
	struct store_run row;
	int rc;

	provenance_collect(&from, r->opt->tree);
	provenance_sha256(r->file.text, r->file.bytes, hash);
	provenance_now(now, sizeof(now));
	row = (struct store_run){
		.name = r->name,
		.scenario = sc->name,
		.title = sc->title,
		.hash = hash,
		.yaml = r->file.text,
		.overrides = overrides,
		.started_at = now,
		.version = VALEBENCH_VERSION,
		.compiler = PROVENANCE_COMPILER,
		.platform = r->session.ops->name,
		.accelerator = f->accelerator[0] ? f->accelerator : "none",
		.accelerator_reason = f->accelerator_reason,
		.runner_pid = getpid(),
		.runner_identity = identity,
		.graph = graph,
		.measure = scenario_measure_text(sc->measure),
		.comparison = r->opt->comparison,
		.side = r->opt->side,
	};
	fill_host(&row, &from, r->session.ops);
	rc = store_run_begin(&r->store, &row, &r->id, err);
	free(graph);
	free(overrides);
	free(identity);
	return rc;
}

/* Counts of instructions do not depend on any of it. */
static void warn_of_host(struct run *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (r->file.scenario->measure == MEASURE_INSTRUCTIONS)
		return;
	if (cpus < r->file.scenario->cpus)
		run_warn(
			r,
			"the scenario wants %u CPUs and this machine has %ld: programs take turns, "
			"and what they cost together counts instead of the slowest one",
			r->file.scenario->cpus, cpus);
	if (strcmp(r->session.facts.accelerator, "tcg") == 0)
		run_warn(r, "the guest's CPUs are emulated (TCG): compare figures within this run "
			    "only");
}

static int run_points(struct run *r, struct vb_err *err)
{
	unsigned most = 0, trial;
	size_t i;

	for (i = 0; i < r->plan.n; i++) {
		if (run_point_begin(r, i, err) || (!r->opt->interleaved && run_point(r, i, err)))
			return -1;
		most = r->plan.points[i].trials > most ? r->plan.points[i].trials : most;
	}
	for (trial = 1; r->opt->interleaved && trial <= most; trial++)
		for (i = 0; i < r->plan.n; i++)
			if (run_point_round(r, i, trial, err))
				return -1;
	return run_scaling(r, err);
}

/* The verdict in the store and as exit status. */
static enum vb_exit close_run(struct run *r, int rc, const struct vb_err *why)
{
	const char *state = "complete";
	char reason[700] = "";
	struct vb_err err;
	enum vb_exit code = VB_OK;

	if (rc && why->code == VB_INTERRUPTED) {
		state = "interrupted";
		snprintf(reason, sizeof(reason), "by a signal (Ctrl-C or SIGTERM)");
		code = VB_INTERRUPTED;
	} else if (rc) {
		state = "failed";
		snprintf(reason, sizeof(reason), "%s", why->text);
		code = why->code ? why->code : VB_FAILED;
	} else if (!r->failed_trials && !r->measured && r->not_run) {
		state = "failed";
		snprintf(reason, sizeof(reason), "nothing could be run here; %s", r->first_not_run);
		code = VB_MISSING;
	} else if (r->failed_trials) {
		state = "failed";
		snprintf(reason, sizeof(reason), "%u trial%s failed; the first: %s",
			 r->failed_trials, r->failed_trials == 1 ? "" : "s", r->first_failure);
		code = VB_FAILED;
	}
	/* A platform may add lines of its log; those are in the run's folder. */
	reason[strcspn(reason, "\n")] = '\0';
	if (store_run_finish(&r->store, r->id, state, reason[0] ? reason : NULL, &err))
		progress_say(&r->progress, "valebench: %s", err.text);
	if (reason[0])
		progress_say(&r->progress, "valebench: run %s is %s: %s; its logs are in %s",
			     r->name, state, reason, r->folder);
	return code;
}

static enum vb_exit execute(struct run *r)
{
	struct vb_err err = {0}, end = {0};
	int rc;

	warn_of_host(r);
	rc = run_boot(r, &err);
	progress_start(&r->progress, stderr, r->plan.n, r->plan.trials);
	if (rc == 0)
		rc = run_fitness(r, &err);
	if (rc == 0)
		rc = run_points(r, &err);
	run_fitness_after(r);
	if (run_shut_down(r, &end) && rc == 0) {
		rc = -1;
		err = end;
	}
	return close_run(r, rc, &err);
}

static int choose_cards(struct run *r, struct vb_err *err)
{
	if (cards_of(&r->cards, r->file.scenario, &r->plan, err))
		return -1;
	r->cfg.cards = r->cards.items;
	r->cfg.n_cards = r->cards.n;
	return 0;
}

static int get_ready(struct run *r, struct vb_err *err)
{
	if (make_plan(r, err) || choose_place(r, err) || choose_cards(r, err) || open_store(r, err))
		return -1;
	if (r->session.ops->prepare(&r->cfg, err))
		return -1;
	if (*r->opt->interrupted)
		return vb_fail(err, VB_INTERRUPTED, "interrupted before the first trial");
	return make_folder(r, err) || begin(r, err) ? -1 : 0;
}

enum vb_exit run_scenario(const struct run_options *options, char **name)
{
	struct run r = {.opt = options};
	struct vb_err err = {0};
	enum vb_exit code;

	r.progress.tag = options->side;
	progress_start(&r.progress, stderr, 0, 0);
	if (get_ready(&r, &err) == 0) {
		code = execute(&r);
		*name = alloc_string(r.name);
	} else {
		fprintf(stderr, "valebench: %s\n", err.text);
		if (options->why)
			snprintf(options->why, options->why_bytes, "%s", err.text);
		code = err.code ? err.code : VB_INTERNAL;
		*name = NULL;
	}
	if (r.store.db)
		store_close(&r.store);
	cards_free(&r.cards);
	plan_free(&r.plan);
	sweep_free(&r.sweep);
	scenario_free(&r.file);
	free(r.name);
	free(r.folder);
	free(r.build_dir);
	return code;
}
