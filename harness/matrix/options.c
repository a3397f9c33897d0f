/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "usage.h"
#include "work.h"

enum { OPT_FRESH = 0x100, OPT_AGAIN, OPT_LIST, OPT_KERNELS, OPT_RESULTS, OPT_SOURCE };

static const struct argp_option option_table[] = {
	{"kernel", 'k', "NAME,...", 0,
	 "only these: entries of ci/kernels.yaml, packages, releases, or one path of a kernel of "
	 "yours",
	 0},
	{"driver", 'd', "NAME,...", 0, "only these of kmod/drivers", 0},
	{"item", 'i', "PATTERN,...", 0, "only these items, and what they need", 0},
	{"jobs", 'j', "N", 0, "cells side by side (default: one more than processors)", 0},
	{"fresh", OPT_FRESH, NULL, 0, "start anew although an unfinished matrix could go on", 0},
	{"again", OPT_AGAIN, NULL, 0,
	 "run only what did not pass when it was last run, of whatever source; the rest is taken "
	 "over",
	 0},
	{"source", OPT_SOURCE, "FOLDER", 0,
	 "the source of a kernel of yours, which native drivers are made from", 0},
	{"results", OPT_RESULTS, "FOLDER", 0, "folder of the trial store (default: results)", 0},
	{"list", OPT_LIST, NULL, 0, "name the items and drivers, run nothing", 0},
	{"kernels", OPT_KERNELS, NULL, 0, "show what the kernels are today, run nothing", 0},
	{0}};

/* A path may hold commas: "VMLINUZ,BUILD-TREE". */
static void add_words(struct words *words, const char *arg)
{
	char *copy = alloc_string(arg), *at = copy, *word;
	const char *between = strchr(arg, '/') ? "" : ",";

	while ((word = strsep(&at, between))) {
		if (!word[0])
			continue;
		words->word = alloc_grow(words->word, words->n + 1, sizeof(*words->word));
		words->word[words->n++] = alloc_string(word);
	}
	free(copy);
}

static unsigned number(const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (*end || end == arg || n < 1 || n > WORK_MAX_JOBS)
		usage_fail("--jobs %s: must be a number from 1 to %d", arg, WORK_MAX_JOBS);
	return (unsigned)n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'k':
		add_words(&o->kernels, arg);
		return 0;
	case 'd':
		add_words(&o->drivers, arg);
		return 0;
	case 'i':
		add_words(&o->items, arg);
		return 0;
	case 'j':
		o->jobs = number(arg);
		return 0;
	case OPT_FRESH:
		o->fresh = true;
		return 0;
	case OPT_AGAIN:
		o->again = true;
		return 0;
	case OPT_LIST:
		o->list = true;
		return 0;
	case OPT_KERNELS:
		o->show_kernels = true;
		return 0;
	case OPT_SOURCE:
		o->source = arg;
		return 0;
	case OPT_RESULTS:
		o->results = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	const struct argp argp = {.options = option_table,
				  .parser = parse,
				  .doc = "Validates switch and drivers on every kernel of "
					 "ci/kernels.yaml, as ci/matrix.yaml asks."};
	/* Guests wait for links, and for each other, about half of their time. */
	long cpus = sysconf(_SC_NPROCESSORS_ONLN), jobs = (cpus < 1 ? 1 : cpus) + 1;

	*o = (struct options){.results = "results",
			      .jobs = jobs > WORK_MAX_JOBS ? WORK_MAX_JOBS : (unsigned)jobs};
	program_invocation_name = program_invocation_short_name;
	usage_parse(&argp, argc, argv, o);
}

static void free_words(struct words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		free(words->word[i]);
	free(words->word);
}

void options_free(struct options *o)
{
	free_words(&o->kernels);
	free_words(&o->drivers);
	free_words(&o->items);
}

static json_t *list(const struct words *words)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < words->n; i++)
		json_array_append_new(array, json_string(words->word[i]));
	return array;
}

char *options_selection(const struct options *o)
{
	json_t *all = json_pack("{s:o,s:o,s:o}", "kernels", list(&o->kernels), "drivers",
				list(&o->drivers), "items", list(&o->items));
	char *text = json_dumps(all, JSON_COMPACT);

	json_decref(all);
	return text;
}
