/* SPDX-License-Identifier: BSD-2-Clause */
/* bisect: the commit that made one point of a scenario slower (or faster). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "hunt.h"
#include "pair.h"
#include "pair_values.h"
#include "pass.h"
#include "paths.h"
#include "process.h"
#include "scenario.h"
#include "sprt.h"
#include "tree.h"
#include "verbs.h"

#define TIMED_BATCH	10 /* pairs of trials between two looks at the evidence */
#define COUNTED_BATCH	2
#define PAIRS_MAX	80   /* then it cannot be told */
#define ERROR_ALL_STEPS 0.01 /* chance that any verdict on the way is wrong */
#define GIT_LIMIT_MS	10000

struct bisect {
	const char *good, *bad, *scenario_word, *point;
	struct pass pass;
	char *scenario, *results, *metric;
	unsigned batch, pairs; /* of a batch; of all together */
	struct tree good_tree;
	struct hunt hunt;
	double shift, scatter, error;
	unsigned steps, verdicts;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bisect *b = state->input;
	const char **const words[] = {&b->good, &b->bad, &b->scenario_word, &b->point};

	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = &b->pass;
	else if (key == ARGP_KEY_ARG && state->arg_num < sizeof(words) / sizeof(words[0]))
		*words[state->arg_num] = arg;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static int read_scenario(struct bisect *b, struct vb_err *err)
{
	struct scenario_file file;

	b->scenario = paths_of_scenario(b->scenario_word);
	if (scenario_load(&file, b->scenario, err))
		return -1;
	b->metric = alloc_string(file.scenario->graph->y[0]);
	b->batch = file.scenario->measure == MEASURE_INSTRUCTIONS ? COUNTED_BATCH : TIMED_BATCH;
	scenario_free(&file);
	pass_add(&b->pass, "--set=%s", b->point);
	pass_add(&b->pass, "--trials=%u", b->batch);
	return 0;
}

/* One batch of pairs: the good build and another one. */
static int take_batch(struct bisect *b, const struct tree *other, struct pair_values *values,
		      struct vb_err *err)
{
	char *name = pair_name(b->scenario_word);
	const struct pair pair = {.scenario = b->scenario,
				  .results = b->results,
				  .name = name,
				  .tree = {b->good_tree.path, other->path},
				  .words = pass_words(&b->pass),
				  .interrupted = &verbs_interrupted};
	int rc = pair_run(&pair, err);

	if (rc == 0)
		rc = pair_values_add(values, b->results, name, b->metric, err);
	b->pairs += rc == 0 ? b->batch : 0;
	free(name);
	return rc;
}

/* How far apart are the good and the bad build, and how much does a pair of trials scatter? */
static int learn(struct bisect *b, const struct tree *bad, struct vb_err *err)
{
	struct pair_values v = {0};
	int rc = 0, unclear = -1;

	while (rc == 0 && unclear && v.n < PAIRS_MAX) {
		rc = take_batch(b, bad, &v, err);
		if (rc == 0)
			unclear = sprt_measure(v.side[SIDE_A], v.side[SIDE_B], v.n, &b->shift,
					       &b->scatter);
	}
	pair_values_free(&v);
	if (rc)
		return -1;
	if (unclear)
		return vb_fail(err, VB_CANNOT_TELL,
			       "%.12s and %.12s do not differ in %s at %.80s: ratio %.4f after %d "
			       "pairs of trials",
			       b->good_tree.commit, bad->commit, b->metric, b->point, exp(b->shift),
			       PAIRS_MAX);
	fprintf(stderr, "bad over good: %.4f at %s, a pair of trials scatters by %.2f %%\n",
		exp(b->shift), b->point, 100 * b->scatter);
	return 0;
}

static int weigh(struct bisect *b, const struct tree *t, enum sprt_verdict *verdict,
		 struct vb_err *err)
{
	struct pair_values v = {0};
	struct sprt test;
	size_t used = 0;
	int rc = 0;

	sprt_begin(&test, b->shift, b->scatter, b->error);
	*verdict = SPRT_UNDECIDED;
	while (rc == 0 && *verdict == SPRT_UNDECIDED && used < PAIRS_MAX) {
		rc = take_batch(b, t, &v, err);
		for (; *verdict == SPRT_UNDECIDED && used < v.n; used++)
			*verdict = sprt_add(&test, v.side[SIDE_A][used], v.side[SIDE_B][used]);
	}
	pair_values_free(&v);
	if (rc == 0 && *verdict == SPRT_UNDECIDED)
		return vb_fail(err, VB_CANNOT_TELL,
			       "%.12s is neither like the good nor like the bad commit after %d "
			       "pairs of trials; the machine may be too busy, or several commits "
			       "took part in the change",
			       t->commit, PAIRS_MAX);
	return rc;
}

/* Builds a commit; 1 when it does not build, -1 when it cannot go on. */
static int build(struct tree *t, const char *commit, struct vb_err *err)
{
	if (tree_resolve(t, commit, err) || tree_open(t, err))
		return -1;
	if (tree_build(t, err) == 0)
		return 0;
	return err->code == VB_FAILED ? 1 : -1;
}

static int try_commit(struct bisect *b, size_t index, struct vb_err *err)
{
	enum sprt_verdict verdict;
	struct tree tree = {0};
	int rc;

	fprintf(stderr, "%.12s: one of %zu suspects, at most %u steps left\n",
		b->hunt.commits[index], b->hunt.high - b->hunt.low + 1, hunt_steps(&b->hunt));
	rc = build(&tree, b->hunt.commits[index], err);
	if (rc == 1) {
		fprintf(stderr, "%s; it is skipped\n", err->text);
		hunt_skip(&b->hunt, index);
		rc = 0;
	} else if (rc == 0) {
		rc = weigh(b, &tree, &verdict, err);
		if (rc == 0) {
			b->verdicts++;
			fprintf(stderr, "%.12s is %s\n", tree.commit,
				verdict == SPRT_BAD ? "bad" : "good");
			(verdict == SPRT_BAD ? hunt_bad : hunt_good)(&b->hunt, index);
		}
	}
	tree_close(&tree);
	return rc;
}

static void print_commit(const char *commit)
{
	char *words[] = {"git",	       "log",	       "-1", "--format=%H%n  %s%n  %an, %ad",
			 "--date=iso", (char *)commit, NULL};
	char out[2048] = "";

	if (process_capture(words, GIT_LIMIT_MS, out, sizeof(out), NULL))
		printf("%s\n", commit);
	else
		printf("%s", out);
}

static void tell(const struct bisect *b)
{
	const struct hunt *h = &b->hunt;
	size_t i;

	printf(h->low == h->high
		       ? "first bad commit: "
		       : "first bad commit, one of these (those between do not build):\n");
	for (i = h->low; i <= h->high; i++)
		print_commit(h->commits[i]);
	printf("%s at %s: ratio %.4f, bad over good\n", b->metric, b->point, exp(b->shift));
	printf("confidence: %.1f %% or more, from %u verdicts and %u pairs of trials, if one "
	       "commit "
	       "made the change\n",
	       100 * (1 - b->verdicts * b->error), b->verdicts, b->pairs);
}

/* Before the search: the ends of the history, built and told apart. */
static int get_ready(struct bisect *b, struct vb_err *err)
{
	struct tree bad = {0};
	int rc = read_scenario(b, err);

	tree_sweep();
	if (rc == 0)
		rc = tree_resolve(&b->good_tree, b->good, err) || tree_resolve(&bad, b->bad, err)
			     ? -1
			     : hunt_list(&b->hunt, b->good_tree.commit, bad.commit, err);
	if (rc)
		return -1;
	b->steps = hunt_steps(&b->hunt);
	b->error = ERROR_ALL_STEPS / (b->steps + 1);
	fprintf(stderr, "%zu commits from %.12s to %.12s: at most %u steps\n", b->hunt.n,
		b->good_tree.commit, bad.commit, b->steps);
	if (tree_open(&b->good_tree, err) || tree_build(&b->good_tree, err) ||
	    tree_open(&bad, err) || tree_build(&bad, err) || learn(b, &bad, err))
		rc = -1;
	tree_close(&bad);
	return rc;
}

static enum vb_exit bisect(struct bisect *b)
{
	struct vb_err err = {0};
	int rc = get_ready(b, &err);
	size_t index;

	while (rc == 0 && hunt_next(&b->hunt, &index))
		rc = try_commit(b, index, &err);
	tree_close(&b->good_tree);
	if (rc)
		return verbs_fail(&err);
	tell(b);
	return VB_OK;
}

enum vb_exit verb_bisect(int argc, char **argv)
{
	const struct argp_child children[] = {{&pass_argp, 0, NULL, 0}, {0}};
	const struct argp argp = {
		.parser = parse,
		.children = children,
		.args_doc = "GOOD BAD SCENARIO POINT",
		.doc = "Finds the commit between GOOD and BAD that changed one point of a "
		       "scenario, "
		       "as in: valebench bisect v1 HEAD instructions case=unicast-508"};
	struct bisect b = {0};
	enum vb_exit code;

	usage_parse(&argp, argc, argv, &b);
	if (!b.point)
		usage_fail("GOOD, BAD, SCENARIO and POINT are needed");
	if (b.pass.trials)
		usage_fail("--trials: bisect takes as many as it needs");
	b.results = paths_of_user(b.pass.results ? b.pass.results : "results");
	code = bisect(&b);
	hunt_free(&b.hunt);
	pass_free(&b.pass);
	free(b.scenario);
	free(b.results);
	free(b.metric);
	return code;
}
