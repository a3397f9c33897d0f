/* SPDX-License-Identifier: BSD-2-Clause */
/* export, import and trend: the report does the work, these find its files. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "paths.h"
#include "report.h"
#include "verbs.h"

#define WORDS_MAX 48
#define OPT_ALL	  0x100

/* What was given; words: the report's command line. takes_file: the one word is a file (1), a run
 * (0), or one too many (-1). */
struct exchange {
	const char *results, *out, *file;
	const char *words[WORDS_MAX + 1];
	int n, takes_file;
};

static void add(struct exchange *e, const char *word)
{
	if (e->n >= WORDS_MAX)
		usage_fail("'%s' is one word too many", word);
	e->words[e->n++] = word;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct exchange *e = state->input;

	switch (key) {
	case 'r':
		e->results = arg;
		break;
	case 'o':
		e->out = arg;
		break;
	case 'f':
		add(e, "--format");
		add(e, arg);
		break;
	case 's':
		add(e, "--scenario");
		add(e, arg);
		break;
	case 'j':
		add(e, "--json");
		break;
	case OPT_ALL:
		add(e, "--all");
		break;
	case ARGP_KEY_ARG:
		if (e->takes_file < 0 || (e->takes_file && e->file))
			return ARGP_ERR_UNKNOWN;
		if (e->takes_file)
			e->file = arg;
		else
			add(e, arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Runs the report's verb with the words that were parsed; the user's paths read from where he is.
 */
static enum vb_exit pass_on(struct exchange *e)
{
	char *results = paths_of_user(e->results);
	char *store = alloc_printf("%s/store.sqlite", results);
	char *out = e->out ? paths_of_user(e->out) : NULL;
	char *file = e->file ? paths_of_user(e->file) : NULL;
	enum vb_exit code;

	add(e, "--store");
	add(e, store);
	if (out) {
		add(e, "--out");
		add(e, out);
	}
	if (file)
		add(e, file);
	code = report_exec(e->words);
	free(file);
	free(out);
	free(store);
	free(results);
	return code;
}

#define RESULTS                                                                                    \
	{                                                                                          \
		"results", 'r', "FOLDER", 0, "folder of the trial store (default: results)", 0     \
	}

enum vb_exit verb_export(int argc, char **argv)
{
	static const struct argp_option options[] = {
		RESULTS,
		{"all", OPT_ALL, NULL, 0, "every run", 0},
		{"format", 'f', "FORMAT", 0, "json, csv, junit, bigger or smaller (default: json)",
		 0},
		{"out", 'o', "PATH", 0, "a file, for csv a folder (default: standard output)", 0},
		{0}};
	const struct argp argp = {.options = options,
				  .parser = parse,
				  .args_doc = "[RUN...]",
				  .doc = "Writes whole runs (default: the newest) for another "
					 "machine, or results for other programs."};
	struct exchange e = {.results = "results"};

	add(&e, "export");
	usage_parse(&argp, argc, argv, &e);
	return pass_on(&e);
}

enum vb_exit verb_import(int argc, char **argv)
{
	static const struct argp_option options[] = {RESULTS, {0}};
	const struct argp argp = {.options = options,
				  .parser = parse,
				  .args_doc = "FILE",
				  .doc = "Adds the runs of a file that export wrote to the store; "
					 "a damaged or foreign file changes nothing."};
	struct exchange e = {.results = "results", .takes_file = 1};

	add(&e, "import");
	usage_parse(&argp, argc, argv, &e);
	if (!e.file)
		usage_fail("no file given");
	return pass_on(&e);
}

enum vb_exit verb_trend(int argc, char **argv)
{
	static const struct argp_option options[] = {
		RESULTS,
		{"scenario", 's', "NAME", 0, "this scenario alone", 0},
		{"json", 'j', NULL, 0, "print JSON, write no dashboard", 0},
		{"out", 'o', "FOLDER", 0, "where the dashboard goes (default: results/trend)", 0},
		{0}};
	const struct argp argp = {.options = options,
				  .parser = parse,
				  .doc = "Says how every stored series went and where it changed, "
					 "and draws the dashboard."};
	struct exchange e = {.results = "results", .takes_file = -1};

	add(&e, "trend");
	usage_parse(&argp, argc, argv, &e);
	return pass_on(&e);
}
