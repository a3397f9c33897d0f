/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_collection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "collection.h"
#include "paths.h"
#include "report.h"

#define WHY_BYTES 600

/* The words for the report: what it is told of each run, "NAME=RUN" or "NAME=why there is none". */
struct told {
	const char **words;
	size_t n;
};

static void tell(struct told *told, const char *option, char *word)
{
	told->words = alloc_grow(told->words, told->n + 3, sizeof(*told->words));
	told->words[told->n++] = alloc_string(option);
	told->words[told->n++] = word;
	told->words[told->n] = NULL;
}

static void forget(struct told *told)
{
	while (told->n)
		free((char *)told->words[--told->n]);
	free(told->words);
}

static bool wanted(const struct collection_run *one, const struct run_options *common)
{
	return strcmp(common->platform, "auto") == 0 ||
	       strcmp(common->platform, one->platform) == 0;
}

static enum vb_exit take(const struct collection_run *one, const struct run_options *common,
			 struct told *told)
{
	char *scenario = paths_of_scenario(one->scenario), *name = NULL, why[WHY_BYTES] = "";
	struct run_options options = *common;
	enum vb_exit code;

	options.scenario_path = scenario;
	options.platform = one->platform;
	options.sets = (const char **)one->set;
	options.sets_n = one->set_count;
	options.trials = common->trials ? common->trials : one->trials;
	options.duration_s = common->duration_s > 0 ? common->duration_s : one->duration_s;
	options.interleaved = true;
	options.why = why;
	options.why_bytes = sizeof(why);
	code = run_scenario(&options, &name);
	if (name)
		tell(told, "--run", alloc_printf("%s=%s", one->name, name));
	else
		tell(told, "--not-run", alloc_printf("%s=%s", one->name, why));
	free(name);
	free(scenario);
	return code;
}

/* A run that cannot take place here is told of, and no failure. */
static enum vb_exit take_all(const struct collection *c, const struct run_options *common,
			     struct told *told)
{
	enum vb_exit code = VB_OK, one;
	unsigned i;

	for (i = 0; i < c->runs_count && code != VB_INTERRUPTED; i++) {
		if (!wanted(&c->runs[i], common)) {
			tell(told, "--not-run",
			     alloc_printf("%s=only runs on %s were asked for", c->runs[i].name,
					  common->platform));
			continue;
		}
		fprintf(stderr, "%s, run %u of %u: %s\n", c->name, i + 1, c->runs_count,
			c->runs[i].name);
		one = take(&c->runs[i], common, told);
		if (one != VB_OK && one != VB_MISSING)
			code = one;
	}
	return code;
}

enum vb_exit run_collection(const char *path, const struct run_options *common, bool page)
{
	char *store = alloc_printf("%s/store.sqlite", common->results);
	const char *check[] = {"collection", "--store", store, "--check", path, NULL};
	struct told told = {0};
	struct collection *c;
	struct vb_err err;
	enum vb_exit code, report;

	if (collection_load(&c, path, &err)) {
		fprintf(stderr, "valebench: %s\n", err.text);
		free(store);
		return err.code;
	}
	tell(&told, "collection", alloc_string(path));
	tell(&told, "--store", alloc_string(store));
	if (page)
		tell(&told, "--out",
		     alloc_printf("%s/collections/%s", common->results, c->name));
	code = report_exec(check);
	if (code == VB_OK) {
		code = take_all(c, common, &told);
		report = code == VB_INTERRUPTED ? VB_OK : report_exec(told.words);
		code = code ? code : report;
	}
	forget(&told);
	collection_free(c);
	free(store);
	return code;
}
