/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define PARENTS (sizeof(((struct plan_point *)0)->parents) / sizeof(int))

static struct plan_point *add(struct plan *plan, enum plan_kind kind, const struct params *params,
			      char *label)
{
	struct plan_point *p;
	size_t i;

	plan->points = alloc_grow(plan->points, plan->n + 1, sizeof(*plan->points));
	p = &plan->points[plan->n++];
	*p = (struct plan_point){.kind = kind, .label = label};
	params_copy(&p->params, params);
	for (i = 0; i < PARENTS; i++)
		p->parents[i] = -1;
	return p;
}

static int find(const struct plan *plan, enum plan_kind kind, const char *label)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->points[i].kind == kind && strcmp(plan->points[i].label, label) == 0)
			return i;
	return -1;
}

/* The index of the calibration that belongs to a point, added if it is not there yet. */
static int calibration_index(struct plan *plan, const struct scenario_calibration *cal,
			     const struct params *point)
{
	const struct calibration *known = calibration_of(cal->kind);
	char *by = params_label(point, cal->by, cal->by_count);
	char *label = alloc_printf("%s %s", known->name, by);
	int index = find(plan, PLAN_CALIBRATION, label);
	struct plan_point *p;

	free(by);
	if (index >= 0) {
		free(label);
		return index;
	}
	p = add(plan, PLAN_CALIBRATION, point, label);
	p->calibration = known;
	p->programs = known->program;
	p->programs_n = 1;
	return plan->n - 1;
}

/* The maximum is taken once for each combination of the other swept parameters. */
static int maximum_index(struct plan *plan, const struct scenario *sc, const struct sweep *sw,
			 const struct params *point)
{
	struct plan_point *p;
	struct params others;
	char *at, *label;
	int index;

	params_copy(&others, point);
	params_set(&others, sc->load->parameter, "100");
	at = sweep_label(sw, &others);
	label = alloc_printf("maximum %s", at);
	free(at);
	index = find(plan, PLAN_MAXIMUM, label);
	if (index < 0) {
		p = add(plan, PLAN_MAXIMUM, &others, label);
		p->programs = sc->load->programs;
		p->programs_n = sc->load->programs_count;
		index = plan->n - 1;
	} else {
		free(label);
	}
	params_free(&others);
	return index;
}

static void add_measure(struct plan *plan, const struct scenario *sc, const struct sweep *sw,
			const struct params *point)
{
	int parents[PARENTS] = {-1, -1, -1, -1};
	struct plan_point *p;
	unsigned i;

	for (i = 0; i < sc->calibrations_count && i < PARENTS - 1; i++)
		parents[i] = calibration_index(plan, &sc->calibrations[i], point);
	if (sc->load)
		parents[PARENTS - 1] = maximum_index(plan, sc, sw, point);
	p = add(plan, PLAN_MEASURE, point, sweep_label(sw, point));
	memcpy(p->parents, parents, sizeof(parents));
	p->programs = sc->programs;
	p->programs_n = sc->programs_count;
}

/* What a search takes, from runs on a quiet machine; only the time left is told by it. */
static unsigned trials_of_search(enum scenario_measure measure)
{
	switch (measure) {
	case MEASURE_NDR_PDR:
		return 18;
	case MEASURE_RFC2544:
		return 8;
	case MEASURE_BACK_TO_BACK:
		return 12;
	default:
		return 10;
	}
}

/* A PDR that only says where to measure is searched for once. */
static unsigned trials_of(const struct scenario *sc, const struct plan_point *p,
			  const struct plan_options *options)
{
	if (p->kind == PLAN_MAXIMUM && sc->load->of == HIGHEST_PDR)
		return 1;
	return options->trials ? options->trials : sc->trials;
}

static unsigned expected_trials(const struct scenario *sc, const struct plan_point *p)
{
	if (p->kind == PLAN_MEASURE && scenario_searches(sc->measure))
		return p->trials * trials_of_search(sc->measure);
	if (p->kind == PLAN_MAXIMUM && sc->load->of == HIGHEST_PDR)
		return p->trials * trials_of_search(MEASURE_NDR_PDR);
	return p->trials;
}

int plan_build(struct plan *plan, const struct scenario *sc, const struct sweep *sw,
	       const struct plan_options *options, struct vb_err *err)
{
	struct params *points = NULL;
	size_t n = 0, i;

	*plan = (struct plan){.duration_s = options->duration_s > 0 ? options->duration_s
								    : sc->duration_s,
			      .warmup_s = sc->warmup_s};
	if (sweep_expand(sw, sc, &points, &n, err))
		return -1;
	for (i = 0; i < n; i++) {
		add_measure(plan, sc, sw, &points[i]);
		params_free(&points[i]);
	}
	free(points);
	for (i = 0; i < plan->n; i++) {
		plan->points[i].trials = trials_of(sc, &plan->points[i], options);
		plan->points[i].expected = expected_trials(sc, &plan->points[i]);
		plan->trials += plan->points[i].expected;
		plan->points[i].values =
			alloc_zero(plan->points[i].trials, sizeof(*plan->points[i].values));
	}
	return 0;
}

void plan_free(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		params_free(&plan->points[i].params);
		free(plan->points[i].label);
		free(plan->points[i].values);
	}
	free(plan->points);
	*plan = (struct plan){0};
}
