/* SPDX-License-Identifier: BSD-2-Clause */
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static void axis_free(struct sweep_axis *axis)
{
	size_t i;

	for (i = 0; i < axis->n; i++)
		free(axis->values[i]);
	free(axis->values);
	axis->values = NULL;
	axis->n = 0;
}

static void axis_add(struct sweep_axis *axis, const char *value)
{
	axis->values = alloc_grow(axis->values, axis->n + 1, sizeof(*axis->values));
	axis->values[axis->n++] = alloc_string(value);
}

static struct sweep_axis *axis_find(struct sweep *sw, const char *name)
{
	size_t i;

	for (i = 0; i < sw->axes_n; i++)
		if (strcmp(sw->axes[i].name, name) == 0)
			return &sw->axes[i];
	return NULL;
}

static struct sweep_axis *axis_new(struct sweep *sw, const char *name)
{
	sw->axes = alloc_grow(sw->axes, sw->axes_n + 1, sizeof(*sw->axes));
	sw->axes[sw->axes_n] = (struct sweep_axis){.name = name};
	return &sw->axes[sw->axes_n++];
}

void sweep_init(struct sweep *sw, const struct scenario *sc)
{
	struct sweep_axis *axis;
	unsigned i, k;

	*sw = (struct sweep){.overrides = json_object()};
	for (i = 0; i < sc->parameters_count; i++)
		params_set(&sw->fixed, sc->parameters[i].name, sc->parameters[i].value);
	for (i = 0; i < sc->sweep_count; i++) {
		axis = axis_new(sw, scenario_parameter(sc, sc->sweep[i].parameter)->name);
		for (k = 0; k < sc->sweep[i].values_count; k++)
			axis_add(axis, sc->sweep[i].values[k]);
	}
}

void sweep_free(struct sweep *sw)
{
	size_t i;

	for (i = 0; i < sw->axes_n; i++)
		axis_free(&sw->axes[i]);
	free(sw->axes);
	params_free(&sw->fixed);
	json_decref(sw->overrides);
	*sw = (struct sweep){0};
}

static int unknown(const struct scenario *sc, const char *name, struct vb_err *err)
{
	char names[256] = "none";
	size_t used = 0;
	unsigned i;

	for (i = 0; i < sc->parameters_count && used < sizeof(names); i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
				 sc->parameters[i].name);
	return vb_fail(err, VB_USAGE, "SET %s: scenario %s has no such parameter; it has: %s", name,
		       sc->name, names);
}

static int split_values(struct sweep_axis *axis, const struct scenario_parameter *p, char *list,
			struct vb_err *err)
{
	struct vb_err why;
	char *value;

	while ((value = strsep(&list, ","))) {
		if (!*value)
			return vb_fail(err, VB_USAGE, "SET %s: a value is empty; write %s=A,B",
				       p->name, p->name);
		if (scenario_value_check(p, value, &why))
			return vb_fail(err, VB_USAGE, "SET %s: %s", p->name, why.text);
		axis_add(axis, value);
	}
	return 0;
}

static int override_one(struct sweep *sw, const struct scenario *sc, char *assignment,
			struct vb_err *err)
{
	const struct scenario_parameter *p;
	struct sweep_axis fresh = {0}, *axis;
	char *equals = strchr(assignment, '=');

	if (!equals)
		return vb_fail(err, VB_USAGE, "SET '%s': write parameter=value or parameter=A,B,C",
			       assignment);
	*equals = '\0';
	p = scenario_parameter(sc, assignment);
	if (!p)
		return unknown(sc, assignment, err);
	json_object_set_new(sw->overrides, p->name, json_string(equals + 1));
	if (split_values(&fresh, p, equals + 1, err)) {
		axis_free(&fresh);
		return -1;
	}
	axis = axis_find(sw, p->name);
	if (!axis && fresh.n == 1) {
		params_set(&sw->fixed, p->name, fresh.values[0]);
		axis_free(&fresh);
		return 0;
	}
	if (!axis)
		axis = axis_new(sw, p->name);
	axis_free(axis);
	axis->values = fresh.values;
	axis->n = fresh.n;
	return 0;
}

int sweep_override(struct sweep *sw, const struct scenario *sc, const char *text,
		   struct vb_err *err)
{
	char *copy = alloc_string(text), *rest = copy, *assignment;
	int rc = 0;

	while (!rc && (assignment = strsep(&rest, " ;\t\n")))
		if (*assignment)
			rc = override_one(sw, sc, assignment, err);
	free(copy);
	return rc;
}

static void point_at(const struct sweep *sw, size_t index, struct params *point)
{
	size_t i;

	params_copy(point, &sw->fixed);
	for (i = sw->axes_n; i-- > 0; index /= sw->axes[i].n)
		params_set(point, sw->axes[i].name, sw->axes[i].values[index % sw->axes[i].n]);
}

int sweep_expand(const struct sweep *sw, const struct scenario *sc, struct params **points,
		 size_t *n, struct vb_err *err)
{
	size_t total = 1, i;

	for (i = 0; i < sw->axes_n; i++) {
		total *= sw->axes[i].n;
		if (total > SWEEP_POINTS_MAX)
			return vb_fail(err, VB_USAGE,
				       "scenario %s: more than %d points; sweep less", sc->name,
				       SWEEP_POINTS_MAX);
	}
	*points = alloc_zero(total, sizeof(**points));
	for (i = 0; i < total; i++)
		point_at(sw, i, &(*points)[i]);
	*n = total;
	return 0;
}

char *sweep_label(const struct sweep *sw, const struct params *point)
{
	char *names[64], *label;
	size_t i, n = sw->axes_n < 64 ? sw->axes_n : 64;

	for (i = 0; i < n; i++)
		names[i] = (char *)sw->axes[i].name;
	label = params_label(point, names, n);
	if (*label)
		return label;
	free(label);
	return alloc_string("default");
}
