/* SPDX-License-Identifier: BSD-2-Clause */
/* list and show: what scenarios there are, and what one of them does. */
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collection.h"
#include "paths.h"
#include "plan.h"
#include "verbs.h"

static error_t no_words(int key, char *arg, struct argp_state *state)
{
	return ARGP_ERR_UNKNOWN;
}

static enum vb_exit list_one(const char *path)
{
	struct scenario_file file;
	struct vb_err err;

	if (scenario_load(&file, path, &err))
		return verbs_fail(&err);
	printf("%-14s %-13s %s\n", file.scenario->name,
	       scenario_platforms_text(file.scenario->platforms), file.scenario->title);
	scenario_free(&file);
	return VB_OK;
}

static enum vb_exit list_collection(const char *path)
{
	struct collection *c;
	struct vb_err err;

	if (collection_load(&c, path, &err))
		return verbs_fail(&err);
	printf("%-14s %-13s %s\n", c->name, "collection", c->title);
	collection_free(c);
	return VB_OK;
}

static enum vb_exit list_folder(const char *pattern, enum vb_exit (*one)(const char *path))
{
	enum vb_exit code = VB_OK, last;
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found)) {
		fprintf(stderr, "valebench: listing %s: there is none\n", pattern);
		return VB_MISSING;
	}
	for (i = 0; i < found.gl_pathc; i++) {
		last = one(found.gl_pathv[i]);
		code = last ? last : code;
	}
	globfree(&found);
	return code;
}

enum vb_exit verb_list(int argc, char **argv)
{
	const struct argp argp = {.parser = no_words,
				  .doc = "Names the scenarios, their platforms and titles."};
	enum vb_exit code, collections;

	usage_parse(&argp, argc, argv, NULL);
	code = list_folder("scenarios/*.yaml", list_one);
	collections = list_folder("scenarios/collections/*.yaml", list_collection);
	return code ? code : collections;
}

static error_t one_word(int key, char *arg, struct argp_state *state)
{
	const char **word = state->input;

	if (key == ARGP_KEY_ARG && !*word) {
		*word = arg;
		return 0;
	}
	if (key == ARGP_KEY_NO_ARGS)
		usage_fail("no scenario given; `valebench list` names them");
	return ARGP_ERR_UNKNOWN;
}

static void show_parameters(const struct scenario *sc)
{
	const struct scenario_parameter *p;

	for (p = sc->parameters; p < sc->parameters + sc->parameters_count; p++) {
		printf("parameter %s: default %s%s%s", p->name, p->value, p->unit ? " " : "",
		       p->unit ? p->unit : "");
		if (p->min)
			printf(", at least %lld", (long long)*p->min);
		if (p->max)
			printf(", at most %lld", (long long)*p->max);
		printf("%s%s\n", p->about ? "; " : "", p->about ? p->about : "");
	}
}

static void show_search(const struct scenario *sc)
{
	const struct scenario_search *s = &sc->search;

	if (!scenario_searches(sc->measure) && !(sc->load && sc->load->of == HIGHEST_PDR))
		return;
	printf("search: bounds %g %% apart", s->width * 100);
	if (!isnan(s->loss_ratio))
		printf(", loss up to %g %%, each bound tried for %g s", s->loss_ratio * 100,
		       s->sum_s);
	printf("; %g s for late packets, %g s between trials\n", s->residual_s, s->settle_s);
}

static void show(const struct scenario *sc, const struct plan *plan)
{
	const struct scenario_program *p;
	size_t i;

	printf("%s: %s\n%s%s", sc->name, sc->title, sc->about ? sc->about : "",
	       sc->about && sc->about[strlen(sc->about) - 1] != '\n' ? "\n" : "");
	printf("platforms: %s; measures %s; %u CPUs, %u MiB; %u trials of %g s, warm-up %g s\n",
	       scenario_platforms_text(sc->platforms), scenario_measure_text(sc->measure), sc->cpus,
	       sc->memory_mib, sc->trials, sc->duration_s, sc->warmup_s);
	show_search(sc);
	show_parameters(sc);
	for (p = sc->programs; p < sc->programs + sc->programs_count; p++)
		printf("program %s%s%s%s%s: %s\n", p->name, p->count ? " x " : "",
		       p->count ? p->count : "", p->when ? " when " : "", p->when ? p->when : "",
		       p->run);
	for (i = 0; i < plan->n; i++)
		printf("point %zu: %s\n", i + 1, plan->points[i].label);
}

static enum vb_exit show_collection(const char *path)
{
	const struct collection_run *one;
	struct collection *c;
	struct vb_err err;
	unsigned i;

	if (collection_load(&c, path, &err))
		return verbs_fail(&err);
	printf("%s: %s\n%s", c->name, c->title, c->about ? c->about : "");
	for (one = c->runs; one < c->runs + c->runs_count; one++) {
		printf("run %s: %s on %s", one->name, one->scenario, one->platform);
		for (i = 0; i < one->set_count; i++)
			printf(" %s", one->set[i]);
		printf("\n");
	}
	collection_free(c);
	return VB_OK;
}

static enum vb_exit show_scenario(const char *path)
{
	const struct plan_options as_is = {0};
	struct scenario_file file;
	struct sweep sweep;
	struct plan plan;
	struct vb_err err;
	int rc;

	if (scenario_load(&file, path, &err))
		return verbs_fail(&err);
	sweep_init(&sweep, file.scenario);
	rc = plan_build(&plan, file.scenario, &sweep, &as_is, &err);
	if (rc == 0)
		show(file.scenario, &plan);
	plan_free(&plan);
	sweep_free(&sweep);
	scenario_free(&file);
	return rc ? verbs_fail(&err) : VB_OK;
}

enum vb_exit verb_show(int argc, char **argv)
{
	const struct argp argp = {.parser = one_word,
				  .args_doc = "SCENARIO",
				  .doc = "Shows a scenario: its parameters, programs and points; or "
					 "the runs of a collection."};
	const char *word = NULL;
	char *path, *collection;
	enum vb_exit code;

	usage_parse(&argp, argc, argv, &word);
	collection = collection_path(word);
	path = paths_of_scenario(word);
	code = collection ? show_collection(collection) : show_scenario(path);
	free(collection);
	free(path);
	return code;
}
