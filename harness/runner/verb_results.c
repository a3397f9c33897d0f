/* SPDX-License-Identifier: BSD-2-Clause */
/* results, report and doctor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "choice.h"
#include "doctor.h"
#include "paths.h"
#include "report.h"
#include "results.h"
#include "verbs.h"

#define OPT_LAST 0x100

const struct argp_option results_options[] = {
	{"results", 'r', "FOLDER", 0, "folder of the trial store (default: results)", 0},
	{"last", OPT_LAST, NULL, 0, "the newest run", 0},
	{0}};

error_t results_parse(int key, char *arg, struct argp_state *state)
{
	struct results_words *w = state->input;

	if (key == 'r')
		w->results = arg;
	else if (key == OPT_LAST)
		w->last = 1;
	else if (key == ARGP_KEY_ARG && !w->run)
		w->run = arg;
	else
		return ARGP_ERR_UNKNOWN;
	if (w->last && w->run)
		usage_fail("give a run or --last, not both");
	return 0;
}

/* The name of the newest run; NULL with err when there is none. */
static char *newest(struct store *st, struct vb_err *err)
{
	sqlite3_stmt *q = NULL;
	char *name = NULL;

	if (sqlite3_prepare_v2(st->db, "SELECT name FROM runs ORDER BY id DESC LIMIT 1", -1, &q,
			       NULL) != SQLITE_OK)
		store_fail(st, "looking for the newest run", err);
	else if (sqlite3_step(q) == SQLITE_ROW)
		name = alloc_string((const char *)sqlite3_column_text(q, 0));
	else
		vb_fail(err, VB_USAGE,
			"the newest run: none is stored yet; `valebench run smoke` "
			"makes one");
	sqlite3_finalize(q);
	return name;
}

static int show_or_list(struct store *st, const struct results_words *w, struct vb_err *err)
{
	char *name;
	int rc;

	if (!w->run && !w->last)
		return results_list(st, stdout, err);
	name = w->run ? alloc_string(w->run) : newest(st, err);
	rc = name ? results_show(st, name, stdout, err) : -1;
	free(name);
	return rc;
}

enum vb_exit verb_results(int argc, char **argv)
{
	const struct argp argp = {.options = results_options,
				  .parser = results_parse,
				  .args_doc = "[RUN]",
				  .doc = "Lists the stored runs, or shows the medians of one."};
	struct results_words w = {.results = "results"};
	struct store st;
	struct vb_err err;
	char *path, *results;
	int rc;

	usage_parse(&argp, argc, argv, &w);
	results = paths_of_user(w.results);
	path = alloc_printf("%s/store.sqlite", results);
	rc = store_open_read(&st, path, &err);
	if (rc == 0) {
		rc = show_or_list(&st, &w, &err);
		store_close(&st);
	}
	free(path);
	free(results);
	return rc ? verbs_fail(&err) : VB_OK;
}

enum vb_exit report_run(const char *results, const char *run, const char *formats)
{
	char *store = alloc_printf("%s/store.sqlite", results);
	const char *words[] = {"--store", store, "--format", formats, run ? "--run" : "--last",
			       run,	  NULL};
	enum vb_exit code = report_exec(words);

	free(store);
	return code;
}

enum vb_exit verb_report(int argc, char **argv)
{
	const struct argp argp = {
		.options = results_options,
		.parser = results_parse,
		.args_doc = "[RUN]",
		.doc = "Prints the table of a run (default: the newest) and draws its "
		       "graphs and page."};
	struct results_words w = {.results = "results"};
	enum vb_exit code;
	char *results;

	usage_parse(&argp, argc, argv, &w);
	results = paths_of_user(w.results);
	code = report_run(results, w.run, "text,html,svg,png");
	free(results);
	return code;
}

enum vb_exit verb_doctor(int argc, char **argv)
{
	const struct argp argp = {.options = results_options,
				  .parser = results_parse,
				  .doc = "Says what this machine can and cannot run, and why."};
	struct results_words w = {.results = "results"};
	enum vb_exit code;
	char *results;

	usage_parse(&argp, argc, argv, &w);
	results = paths_of_user(w.results);
	code = doctor(stdout, choice_platforms, results);
	free(results);
	return code;
}
