/* SPDX-License-Identifier: BSD-2-Clause */
/* compare: two commits, built side by side and measured in turn; or two stored runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "pair.h"
#include "pass.h"
#include "paths.h"
#include "report.h"
#include "scenario.h"
#include "store.h"
#include "store_sql.h"
#include "tree.h"
#include "verbs.h"

/* With as many, what docs/methodology.md states of comparisons is proven. */
#define TIMED_TRIALS   20
#define COUNTED_TRIALS 2
/* Of all timed ones the one that scatters least on a machine shared with others. */
#define USUAL_SCENARIO "gate-loop"

enum { OPT_JSON = 0x100 };

struct words {
	const char *side[SIDES], *scenario;
	int json, n;
	struct pass pass;
};

static const struct argp_option options[] = {
	{"json", OPT_JSON, NULL, 0, "print the verdict as JSON", 0}, {0}};

static const struct argp_child children[] = {{&pass_argp, 0, NULL, 0}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = &w->pass;
	else if (key == OPT_JSON)
		w->json = 1;
	else if (key == ARGP_KEY_ARG && w->n < SIDES)
		w->side[w->n++] = arg;
	else if (key == ARGP_KEY_ARG && !w->scenario)
		w->scenario = arg;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

/* What a stored run was of; found 0 when there is none of that name. */
struct stored {
	int found, dirty;
	char commit[65];
};

static int find_run(const char *results, const char *name, struct stored *found, struct vb_err *err)
{
	char *path = alloc_printf("%s/store.sqlite", results);
	struct store st;
	sqlite3_stmt *q;
	int rc = store_open_read(&st, path, err);

	*found = (struct stored){0};
	free(path);
	if (rc)
		return err->code == VB_MISSING ? 0 : -1;
	q = sql_prepare(&st, "SELECT coalesce(\"commit\", ''), coalesce(dirty, 1) FROM runs"
			     " WHERE name = ?");
	sql_text(q, 1, name);
	if (sqlite3_step(q) == SQLITE_ROW) {
		found->found = 1;
		found->dirty = sqlite3_column_int(q, 1);
		snprintf(found->commit, sizeof(found->commit), "%s", sqlite3_column_text(q, 0));
	}
	sqlite3_finalize(q);
	store_close(&st);
	return 0;
}

/* A word that names a run stands for the commit that was measured in it. */
static int resolve(const char *word, const struct stored *run, struct tree *tree,
		   struct vb_err *err)
{
	if (!run->found)
		return tree_resolve(tree, word, err);
	if (run->dirty || !run->commit[0])
		return vb_fail(
			err, VB_USAGE,
			"run %.100s measured a tree with uncommitted changes, which cannot be "
			"built again; compare it with another stored run",
			word);
	return tree_resolve(tree, run->commit, err);
}

static int default_trials(struct words *w, const char *scenario, struct vb_err *err)
{
	struct scenario_file file;
	unsigned trials;

	if (w->pass.trials)
		return 0;
	if (scenario_load(&file, scenario, err))
		return -1;
	trials = file.scenario->measure == MEASURE_INSTRUCTIONS ? COUNTED_TRIALS : TIMED_TRIALS;
	if (file.scenario->trials > trials)
		trials = file.scenario->trials;
	scenario_free(&file);
	pass_add(&w->pass, "--trials=%u", trials);
	return 0;
}

static int build_both(struct tree trees[SIDES], struct vb_err *err)
{
	int i;

	for (i = 0; i < SIDES; i++) {
		fprintf(stderr, "%c: building %.12s%s\n", 'A' + i, trees[i].commit,
			trees[i].here ? " with the changes of this tree" : "");
		if (tree_open(&trees[i], err) || tree_build(&trees[i], err))
			return -1;
	}
	return 0;
}

static int measure(struct words *w, struct tree trees[SIDES], const char *results,
		   const char *scenario, const char *name, struct vb_err *err)
{
	const struct pair pair = {.scenario = scenario,
				  .results = results,
				  .name = name,
				  .tree = {trees[SIDE_A].path, trees[SIDE_B].path},
				  .words = pass_words(&w->pass),
				  .interrupted = &verbs_interrupted};

	int rc = pair_run(&pair, err);

	/* A trial that failed makes neither side the better one. */
	if (rc && err->code == VB_FAILED)
		err->code = VB_CANNOT_TELL;
	return rc;
}

static enum vb_exit judge(const struct words *w, const char *results, const char *name)
{
	char *store = alloc_printf("%s/store.sqlite", results);
	const char *named[] = {
		"compare", "--store", store, "--comparison", name, w->json ? "--json" : NULL, NULL};
	const char *runs[] = {"compare",
			      "--store",
			      store,
			      w->side[SIDE_A],
			      w->side[SIDE_B],
			      w->json ? "--json" : NULL,
			      NULL};
	enum vb_exit code = report_exec(name ? named : runs);

	free(store);
	return code;
}

static int compare_commits(struct words *w, const struct stored runs[SIDES], const char *results,
			   const char *scenario, const char *name, struct vb_err *err)
{
	struct tree trees[SIDES] = {{0}, {0}};
	int rc = default_trials(w, scenario, err), i;

	tree_sweep();
	for (i = 0; rc == 0 && i < SIDES; i++)
		rc = resolve(w->side[i], &runs[i], &trees[i], err);
	if (rc == 0)
		rc = build_both(trees, err);
	if (rc == 0)
		rc = measure(w, trees, results, scenario, name, err);
	for (i = 0; i < SIDES; i++)
		tree_close(&trees[i]);
	return rc;
}

static enum vb_exit compare(struct words *w, const char *results)
{
	struct stored runs[SIDES];
	struct vb_err err = {0};
	char *scenario, *name;
	enum vb_exit code;

	if (find_run(results, w->side[SIDE_A], &runs[SIDE_A], &err) ||
	    find_run(results, w->side[SIDE_B], &runs[SIDE_B], &err))
		return verbs_fail(&err);
	if (runs[SIDE_A].found && runs[SIDE_B].found && !w->scenario)
		return judge(w, results, NULL);
	if (!w->scenario)
		w->scenario = USUAL_SCENARIO;
	scenario = paths_of_scenario(w->scenario);
	name = pair_name(w->scenario);
	if (compare_commits(w, runs, results, scenario, name, &err))
		code = verbs_fail(&err);
	else
		code = judge(w, results, name);
	free(scenario);
	free(name);
	return code;
}

enum vb_exit verb_compare(int argc, char **argv)
{
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.children = children,
		.args_doc = "A B [SCENARIO]",
		.doc = "Builds two commits, measures them in turn and says whether B is better or "
		       "worse. '.' is this tree as it is, a stored run its commit. Without a "
		       "scenario two stored runs are compared as they are, and commits by "
		       "the scenario " USUAL_SCENARIO "."};
	struct words w = {0};
	enum vb_exit code;
	char *results;

	usage_parse(&argp, argc, argv, &w);
	if (w.n < SIDES)
		usage_fail("two commits or runs are needed");
	results = paths_of_user(w.pass.results ? w.pass.results : "results");
	code = compare(&w, results);
	free(results);
	pass_free(&w.pass);
	return code;
}
