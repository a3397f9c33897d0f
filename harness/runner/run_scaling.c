/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_scaling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "scaling.h"

static bool same_series(const struct params *a, const struct params *b, const char *but)
{
	const char *theirs;
	size_t i;

	for (i = 0; i < a->n; i++) {
		theirs = params_get(b, a->items[i].name);
		if (strcmp(a->items[i].name, but) && (!theirs || strcmp(a->items[i].value, theirs)))
			return false;
	}
	return true;
}

/* Measured points that differ from `first` in x only, itself included. */
static size_t series_of(const struct run *r, const struct plan_point *first,
			const struct plan_point **of, struct scaling_point *points)
{
	const char *x = r->file.scenario->shape->parameter;
	const struct plan_point *p;
	size_t n = 0;

	for (p = r->plan.points; p < r->plan.points + r->plan.n; p++) {
		if (p->kind != PLAN_MEASURE || p->result <= 0 ||
		    !same_series(&first->params, &p->params, x))
			continue;
		of[n] = p;
		points[n++] = (struct scaling_point){.x = atof(params_get(&p->params, x)),
						     .rate = p->result};
	}
	return n;
}

static int keep(struct run *r, const struct plan_point *p, double ratio, struct vb_err *err)
{
	const struct scenario_shape *shape = r->file.scenario->shape;
	const struct store_outcome o = {.name = "scaling_ratio",
					.unit = "ratio",
					.value = ratio,
					.lower = NAN,
					.upper = NAN};

	if (ratio < 1 - shape->within)
		run_warn(r,
			 "%.120s reaches %.0f %% of the rate expected from the other points; at "
			 "least %.0f %% were",
			 p->label, ratio * 100, (1 - shape->within) * 100);
	return store_outcome(&r->store, p->id, &o, err);
}

static int compare_series(struct run *r, const struct plan_point *first,
			  const struct plan_point **of, struct scaling_point *points,
			  struct vb_err *err)
{
	const struct scenario_shape *shape = r->file.scenario->shape;
	size_t n = series_of(r, first, of, points), i;
	int rc = 0;

	if (n < 2 || of[0] != first)
		return 0;
	scaling_compare(shape->expected, points, n, r->cfg.cpus, shape->cpus_each);
	for (i = 0; rc == 0 && i < n; i++)
		rc = keep(r, of[i], points[i].ratio, err);
	return rc;
}

int run_scaling(struct run *r, struct vb_err *err)
{
	struct scaling_point *points = alloc_zero(r->plan.n, sizeof(*points));
	const struct plan_point **of = alloc_zero(r->plan.n, sizeof(*of)), *p;
	int rc = 0;

	if (r->file.scenario->measure == MEASURE_SCALING)
		for (p = r->plan.points; rc == 0 && p < r->plan.points + r->plan.n; p++)
			if (p->kind == PLAN_MEASURE && p->result > 0)
				rc = compare_series(r, p, of, points, err);
	free(points);
	free(of);
	return rc;
}
