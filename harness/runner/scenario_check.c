/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibration.h"
#include "instance.h"
#include "params.h"
#include "scenario_metrics.h"
#include "scenario_search.h"
#include "scenario_shape.h"
#include "platform.h"
#include "template.h"

struct check {
	struct scenario *sc;
	const char *path;
	const struct yaml_lines *lines;
	struct vb_err *err;
};

__attribute__((format(printf, 3, 4))) static int bad(const struct check *c, const char *key,
						     const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return vb_fail(c->err, VB_USAGE, "%s:%u: %s", c->path, yaml_lines_of(c->lines, key), text);
}

static int check_seconds(const struct check *c, const char *key, const char *text, double min,
			 double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	if (*end || end == text || !isfinite(*seconds) || *seconds < min || *seconds > 3600)
		return bad(c, key, "%s is '%s', which is no number of seconds from %g to 3600", key,
			   text, min);
	return 0;
}

struct range {
	const char *key;
	size_t offset;
	unsigned fallback; /* 0: the key is required */
	unsigned min, max;
};

static const struct range ranges[] = {
	{"cpus", offsetof(struct scenario, cpus), 2, 1, 64},
	{"memory_mib", offsetof(struct scenario, memory_mib), 1024, 128, 65536},
	{"trials", offsetof(struct scenario, trials), 0, 1, 1000},
};

static int check_ranges(const struct check *c)
{
	const struct range *r;
	unsigned *value;

	for (r = ranges; r < ranges + sizeof(ranges) / sizeof(ranges[0]); r++) {
		value = (unsigned *)((char *)c->sc + r->offset);
		if (!yaml_lines_has(c->lines, r->key))
			*value = r->fallback;
		if (*value < r->min || *value > r->max)
			return bad(c, r->key, "%s is %u, which is not from %u to %u", r->key,
				   *value, r->min, r->max);
	}
	return 0;
}

static int check_name(const struct check *c, const char *key, const char *name)
{
	size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	if (name[good])
		return bad(c, key, "'%s' may hold only a-z, 0-9, _ and -", name);
	return 0;
}

static int check_parameters(const struct check *c)
{
	const struct scenario_parameter *p;
	struct vb_err why;
	char key[64];
	unsigned i;

	for (i = 0; i < c->sc->parameters_count; i++) {
		p = &c->sc->parameters[i];
		snprintf(key, sizeof(key), "parameters.%u.name", i);
		if (check_name(c, key, p->name))
			return -1;
		if (scenario_parameter(c->sc, p->name) != p)
			return bad(c, key, "parameter %s is there twice", p->name);
		if (instance_reserved(p->name))
			return bad(c, key, "%s is a variable of the runner; choose another name",
				   p->name);
		snprintf(key, sizeof(key), "parameters.%u.default", i);
		if (scenario_value_check(p, p->value, &why))
			return bad(c, key, "%s", why.text);
	}
	return 0;
}

/* "a, b, c" of the parameters, for complaints. */
static const char *parameter_names(const struct scenario *sc, char *buf, size_t bytes)
{
	size_t used = 0;
	unsigned i;

	buf[0] = '\0';
	for (i = 0; i < sc->parameters_count && used < bytes; i++)
		used += snprintf(buf + used, bytes - used, "%s%s", i ? ", " : "",
				 sc->parameters[i].name);
	return buf[0] ? buf : "none";
}

static int check_reference(const struct check *c, const char *key, const char *name)
{
	char names[256];

	if (scenario_parameter(c->sc, name))
		return 0;
	return bad(c, key, "there is no parameter %s; there are: %s", name,
		   parameter_names(c->sc, names, sizeof(names)));
}

static int check_sweep(const struct check *c)
{
	const struct scenario_axis *a;
	struct vb_err why;
	char key[64];
	unsigned i, k;

	for (i = 0; i < c->sc->sweep_count; i++) {
		a = &c->sc->sweep[i];
		snprintf(key, sizeof(key), "sweep.%u.parameter", i);
		if (check_reference(c, key, a->parameter))
			return -1;
		for (k = 0; k < i; k++)
			if (strcmp(c->sc->sweep[k].parameter, a->parameter) == 0)
				return bad(c, key, "parameter %s is swept twice", a->parameter);
		snprintf(key, sizeof(key), "sweep.%u.values", i);
		for (k = 0; k < a->values_count; k++)
			if (scenario_value_check(scenario_parameter(c->sc, a->parameter),
						 a->values[k], &why))
				return bad(c, key, "%s", why.text);
	}
	return 0;
}

static int check_condition(const struct check *c, const char *key, const char *condition)
{
	const char *rest = condition ? strchr(condition, '=') : NULL;
	char name[65], value[65];
	struct vb_err why;

	if (!condition)
		return 0;
	if (!rest)
		return bad(c, key, "'%s' must read parameter=value", condition);
	snprintf(name, sizeof(name), "%.*s", (int)(rest - condition), condition);
	if (check_reference(c, key, name))
		return -1;
	while (rest) {
		rest++;
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(rest, "|"), rest);
		if (scenario_value_check(scenario_parameter(c->sc, name), value, &why))
			return bad(c, key, "%s", why.text);
		rest = strchr(rest, '|');
	}
	return 0;
}

static int check_template(const struct check *c, const char *key, const char *text, bool instance)
{
	struct params vars = {0};
	struct vb_err why;
	json_t *argv;
	unsigned i;

	for (i = 0; i < c->sc->parameters_count; i++)
		params_set(&vars, c->sc->parameters[i].name, c->sc->parameters[i].value);
	if (instance)
		instance_reserve(&vars, c->sc->load || scenario_searches(c->sc->measure));
	argv = template_argv(text, &vars, &why);
	params_free(&vars);
	if (!argv)
		return bad(c, key, "%s", why.text);
	json_decref(argv);
	return 0;
}

static int check_programs(const struct check *c, const char *list,
			  const struct scenario_program *programs, unsigned n)
{
	unsigned i, k;
	char key[64];

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s.%u.name", list, i);
		if (check_name(c, key, programs[i].name))
			return -1;
		for (k = 0; k < i; k++)
			if (strcmp(programs[k].name, programs[i].name) == 0 && !programs[i].when)
				return bad(c, key, "program %s is there twice", programs[i].name);
		snprintf(key, sizeof(key), "%s.%u.run", list, i);
		if (check_template(c, key, programs[i].run, true))
			return -1;
		snprintf(key, sizeof(key), "%s.%u.count", list, i);
		if (programs[i].count && check_template(c, key, programs[i].count, false))
			return -1;
		snprintf(key, sizeof(key), "%s.%u.when", list, i);
		if (check_condition(c, key, programs[i].when))
			return -1;
		snprintf(key, sizeof(key), "%s.%u.cpu", list, i);
		if (programs[i].cpu && (*programs[i].cpu < 0 || *programs[i].cpu > 1023))
			return bad(c, key, "cpu is %d, which is not from 0 to 1023",
				   *programs[i].cpu);
	}
	return 0;
}

static int check_steps(const struct check *c, const char *list, const struct scenario_step *steps,
		       unsigned n)
{
	char key[64];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s.%u.run", list, i);
		if (check_template(c, key, steps[i].run, false))
			return -1;
		snprintf(key, sizeof(key), "%s.%u.when", list, i);
		if (check_condition(c, key, steps[i].when))
			return -1;
	}
	return 0;
}

static int check_ends(const struct check *c, const char *list, const struct scenario_step *steps,
		      unsigned n)
{
	char key[64];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s.%u.attaches", list, i);
		if (steps[i].attaches)
			return bad(c, key, "what is attached after the traffic carries none of it");
	}
	return check_steps(c, list, steps, n);
}

static int check_cards(const struct check *c)
{
	char key[64];
	unsigned i;

	for (i = 0; i < c->sc->cards_count; i++) {
		snprintf(key, sizeof(key), "cards.%u.driver", i);
		if (check_template(c, key, c->sc->cards[i].driver, false))
			return -1;
		snprintf(key, sizeof(key), "cards.%u.wires", i);
		if (!c->sc->cards[i].wires || c->sc->cards[i].wires > PLATFORM_WIRES_MAX)
			return bad(c, key, "wires is %u, which is not from 1 to %u",
				   c->sc->cards[i].wires, PLATFORM_WIRES_MAX);
	}
	return 0;
}

static int check_calibrations(const struct check *c)
{
	const struct scenario_calibration *cal;
	const char *const *needs;
	char key[64];
	unsigned i, k;

	for (i = 0; i < c->sc->calibrations_count; i++) {
		cal = &c->sc->calibrations[i];
		snprintf(key, sizeof(key), "calibrations.%u.by", i);
		for (k = 0; k < cal->by_count; k++)
			if (check_reference(c, key, cal->by[k]))
				return -1;
		snprintf(key, sizeof(key), "calibrations.%u.kind", i);
		for (needs = calibration_of(cal->kind)->needs; *needs; needs++)
			if (!scenario_parameter(c->sc, *needs))
				return bad(c, key, "calibration %s needs a parameter %s",
					   calibration_of(cal->kind)->name, *needs);
	}
	return 0;
}

static int check_load(const struct check *c)
{
	const struct scenario_load *load = c->sc->load;
	const struct scenario_parameter *p;

	if (!load)
		return 0;
	if (check_reference(c, "load.parameter", load->parameter))
		return -1;
	p = scenario_parameter(c->sc, load->parameter);
	if (p->type != TYPE_INTEGER || !p->min || *p->min < 0 || !p->max || *p->max > 100)
		return bad(c, "load.parameter", "%s must be an integer with min 0 and max 100",
			   p->name);
	if (!load->idle_pps || load->idle_pps > 1000000)
		return bad(c, "load.idle_pps", "idle_pps is not from 1 to 1000000");
	return check_programs(c, "load.programs", load->programs, load->programs_count);
}

static int check_compare(const struct check *c)
{
	struct vb_err why;

	if (!c->sc->compare)
		return 0;
	if (check_reference(c, "compare.parameter", c->sc->compare->parameter))
		return -1;
	if (scenario_value_check(scenario_parameter(c->sc, c->sc->compare->parameter),
				 c->sc->compare->baseline, &why))
		return bad(c, "compare.baseline", "%s", why.text);
	return 0;
}

/* Every figure needs someone who sends and someone who takes; memory only needs ports. */
static int check_roles(const struct check *c)
{
	bool senders = false, takers = false;
	unsigned i;

	for (i = 0; i < c->sc->programs_count; i++)
		*(c->sc->programs[i].role == ROLE_SENDER ? &senders : &takers) = true;
	if (c->sc->measure == MEASURE_INSTRUCTIONS || c->sc->measure == MEASURE_COST ||
	    c->sc->measure == MEASURE_BOOT)
		return takers ? bad(c, "programs",
				    "with measure: %s one sender takes what it sends itself; "
				    "leave receivers and reflectors out",
				    scenario_measure_text(c->sc->measure))
			      : 0;
	if (!takers)
		return bad(c, "programs", "no program is a receiver or reflector");
	if (!senders && c->sc->measure != MEASURE_MEMORY)
		return bad(c, "programs", "no program is a sender");
	return 0;
}

static int check_graph(const struct check *c)
{
	unsigned i;

	for (i = 0; i < c->sc->graph->y_count; i++)
		if (!scenario_metric_known(c->sc->graph->y[i]))
			return bad(c, "graph.y",
				   "there is no metric %s to draw; docs/scenarios.md names them",
				   c->sc->graph->y[i]);
	if (check_reference(c, "graph.x", c->sc->graph->x))
		return -1;
	if (c->sc->graph->series)
		return check_reference(c, "graph.series", c->sc->graph->series);
	return 0;
}

static int check_file_name(const struct check *c)
{
	const char *base = strrchr(c->path, '/');
	size_t bytes = strlen(c->sc->name);

	base = base ? base + 1 : c->path;
	if (strncmp(base, c->sc->name, bytes) || strcmp(base + bytes, ".yaml"))
		return bad(c, "name", "the scenario is called %s, so its file must be %s.yaml",
			   c->sc->name, c->sc->name);
	return check_name(c, "name", c->sc->name);
}

static int check_parts(const struct check *c)
{
	struct scenario *sc = c->sc;

	if (check_file_name(c) || check_ranges(c) || check_parameters(c) || check_sweep(c))
		return -1;
	if (!sc->platforms)
		return bad(c, "platforms", "no platform is named; there are: %s",
			   scenario_platforms_text(~0u));
	if (check_seconds(c, "duration_s", sc->duration_text, 0.05, &sc->duration_s))
		return -1;
	if (check_seconds(c, "warmup_s", sc->warmup_text ? sc->warmup_text : "0", 0, &sc->warmup_s))
		return -1;
	if (check_programs(c, "programs", sc->programs, sc->programs_count))
		return -1;
	if (check_cards(c) || check_steps(c, "setup", sc->setup, sc->setup_count) ||
	    check_steps(c, "point_setup", sc->point_setup, sc->point_setup_count))
		return -1;
	if (check_ends(c, "point_teardown", sc->point_teardown, sc->point_teardown_count))
		return -1;
	return check_ends(c, "teardown", sc->teardown, sc->teardown_count);
}

int scenario_check(struct scenario *sc, const char *path, const struct yaml_lines *lines,
		   struct vb_err *err)
{
	const struct check c = {sc, path, lines, err};

	if (check_parts(&c) || check_roles(&c) || check_calibrations(&c))
		return -1;
	if (scenario_search_check(sc, path, lines, err))
		return -1;
	if (check_load(&c) || check_compare(&c) || scenario_shape_check(sc, path, lines, err))
		return -1;
	return check_graph(&c);
}
