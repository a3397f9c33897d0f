/* SPDX-License-Identifier: BSD-2-Clause */
#include "confirm.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "pair.h"
#include "store.h"
#include "store_sql.h"

#define UNFIT_MAX 3 /* of the pairs; then the machine is not fit today */

/* The caller frees. NULL: there is no one commit that could be built again. */
static char *commit_of(const char *baseline, struct vb_err *err)
{
	json_t *file = json_load_file(baseline, 0, NULL), *runs = json_object_get(file, "runs"),
	       *run;
	const char *commit = NULL, *other;
	bool alike = true;
	char *found = NULL;
	size_t i;

	json_array_foreach(runs, i, run)
	{
		other = json_string_value(json_object_get(run, "commit"));
		commit = i == 0 ? other : commit;
		alike = alike && other && strcmp(other, commit) == 0 &&
			json_integer_value(json_object_get(run, "dirty")) == 0;
	}
	if (commit && alike)
		found = alloc_string(commit);
	else
		vb_fail(err, VB_CANNOT_TELL,
			"confirming the change: the baseline %.200s is not of one commit without "
			"changes, so there is nothing to build again; commit, then take it anew "
			"with: valebench baseline",
			baseline);
	json_decref(file);
	return found;
}

/* What keeps a change from being confirmed leaves it open; only the user's own wish is another
 * thing. */
static int open_question(struct vb_err *err)
{
	if (err->code != VB_INTERRUPTED)
		err->code = VB_CANNOT_TELL;
	return -1;
}

int confirm_open(struct confirm *c, const char *baseline, struct vb_err *err)
{
	char *commit = commit_of(baseline, err);
	int rc = -1;

	if (!commit)
		return -1;
	tree_sweep();
	if (tree_resolve(&c->old, commit, err) == 0)
		rc = tree_open(&c->old, err) || tree_build(&c->old, err) ? open_question(err) : 0;
	else if (err->code != VB_INTERRUPTED)
		vb_fail(err, VB_CANNOT_TELL,
			"confirming the change: the baseline's commit %.12s is not in this "
			"repository; fetch its whole history (git fetch --unshallow), or take the "
			"baseline anew with: valebench baseline",
			commit);
	free(commit);
	return rc;
}

/* Whether a side of that comparison was taken on a machine that was not fit. -1: the store cannot
 * say. */
static int was_unfit(const struct confirm *c, const char *name, struct vb_err *err)
{
	char *path = alloc_printf("%s/store.sqlite", c->results);
	struct store st;
	sqlite3_stmt *q;
	int rc = store_open_read(&st, path, err);

	free(path);
	if (rc)
		return open_question(err);
	q = sql_prepare(&st, "SELECT 1 FROM runs WHERE comparison = ? AND fit = 'unfit'");
	sql_text(q, 1, name);
	rc = sqlite3_step(q) == SQLITE_ROW;
	sqlite3_finalize(q);
	store_close(&st);
	return rc;
}

static int take_pair(struct confirm *c, struct vb_err *err)
{
	char *platform = alloc_printf("--platform=%s", c->platform), *name = pair_name(c->scenario);
	char *const words[] = {platform, NULL};
	const struct pair pair = {.scenario = c->scenario,
				  .results = c->results,
				  .name = name,
				  .tree = {c->old.path, TREE_HERE},
				  .words = words,
				  .interrupted = c->interrupted};
	int rc = pair_run(&pair, err) ? open_question(err) : was_unfit(c, name, err);

	free(platform);
	if (rc == 0) {
		c->pairs[c->n++] = name;
		return 0;
	}
	if (rc > 0)
		fprintf(stderr, "pair %s does not count: the machine was not fit to measure\n",
			name);
	free(name);
	c->unfit += rc > 0;
	return rc < 0 ? -1 : 0;
}

int confirm_take(struct confirm *c, unsigned pairs, struct vb_err *err)
{
	while (c->n < pairs && c->n < CONFIRM_PAIRS_MAX) {
		if (c->unfit == UNFIT_MAX)
			return vb_fail(err, VB_CANNOT_TELL,
				       "confirming the change: the machine was not fit to measure "
				       "in %d pairs of runs; leave it alone, and try again",
				       UNFIT_MAX);
		if (take_pair(c, err))
			return -1;
	}
	return 0;
}

void confirm_close(struct confirm *c)
{
	unsigned i;

	tree_close(&c->old);
	for (i = 0; i < c->n; i++)
		free(c->pairs[i]);
	c->n = 0;
}
