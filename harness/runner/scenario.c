/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_check.h"
#include "scenario_schema.h"

int scenario_load(struct scenario_file *file, const char *path, struct vb_err *err)
{
	struct yaml_text yaml;
	int rc;

	*file = (struct scenario_file){0};
	if (yaml_text_read(&yaml, path, "scenario", "`valebench list` names them", err))
		return -1;
	rc = scenario_schema_load(&yaml, &file->scenario, err);
	if (rc == 0)
		rc = scenario_check(file->scenario, path, yaml.lines, err);
	if (rc == 0) {
		file->text = yaml.text;
		file->bytes = yaml.bytes;
		yaml.text = NULL;
	}
	yaml_text_free(&yaml);
	if (rc)
		scenario_free(file);
	return rc;
}

void scenario_free(struct scenario_file *file)
{
	if (file->scenario)
		scenario_schema_free(file->scenario);
	free(file->text);
	*file = (struct scenario_file){0};
}

const struct scenario_parameter *scenario_parameter(const struct scenario *sc, const char *name)
{
	unsigned i;

	for (i = 0; i < sc->parameters_count; i++)
		if (strcmp(sc->parameters[i].name, name) == 0)
			return &sc->parameters[i];
	return NULL;
}

static int check_integer(const struct scenario_parameter *p, const char *text, struct vb_err *err)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || end == text)
		return vb_fail(err, VB_USAGE, "%s is '%s', which is no whole number", p->name,
			       text);
	if (p->min && value < *p->min)
		return vb_fail(err, VB_USAGE, "%s is %lld, below its minimum %lld", p->name, value,
			       (long long)*p->min);
	if (p->max && value > *p->max)
		return vb_fail(err, VB_USAGE, "%s is %lld, above its maximum %lld", p->name, value,
			       (long long)*p->max);
	return 0;
}

int scenario_value_check(const struct scenario_parameter *p, const char *text, struct vb_err *err)
{
	char choices[256] = "";
	size_t used = 0;
	unsigned i;

	if (p->type == TYPE_INTEGER)
		return check_integer(p, text, err);
	if (!p->choices)
		return 0;
	for (i = 0; i < p->choices_count; i++) {
		if (strcmp(p->choices[i], text) == 0)
			return 0;
		if (used < sizeof(choices))
			used += snprintf(choices + used, sizeof(choices) - used, "%s%s",
					 i ? ", " : "", p->choices[i]);
	}
	return vb_fail(err, VB_USAGE, "%s is '%s', which is none of: %s", p->name, text, choices);
}

const struct scenario_platform_name scenario_platforms[SCENARIO_PLATFORMS] = {
	{"native", ON_NATIVE}, {"qemu", ON_QEMU}, {"host", ON_HOST},
	{"icount", ON_ICOUNT}, {"uml", ON_UML},	  {"xen", ON_XEN},	  {"xen-host", ON_XEN_HOST}};

const char *scenario_platforms_text(unsigned mask)
{
	static __thread char text[64];
	size_t used = 0, i;

	text[0] = '\0';
	for (i = 0; i < SCENARIO_PLATFORMS; i++)
		if (mask & scenario_platforms[i].bit)
			used += snprintf(text + used, sizeof(text) - used, "%s%s", used ? ", " : "",
					 scenario_platforms[i].name);
	return text;
}

const char *scenario_measure_text(enum scenario_measure measure)
{
	static const char *const names[SCENARIO_MEASURES] = {
		[MEASURE_THROUGHPUT] = "throughput",
		[MEASURE_LATENCY] = "latency",
		[MEASURE_MEMORY] = "memory",
		[MEASURE_INSTRUCTIONS] = "instructions",
		[MEASURE_COST] = "cost",
		[MEASURE_NDR_PDR] = "ndr_pdr",
		[MEASURE_RFC2544] = "rfc2544",
		[MEASURE_SOAK] = "soak",
		[MEASURE_BACK_TO_BACK] = "back_to_back",
		[MEASURE_SCALING] = "scaling",
		[MEASURE_BOOT] = "boot"};

	return names[measure];
}

bool scenario_searches(enum scenario_measure measure)
{
	return measure == MEASURE_NDR_PDR || measure == MEASURE_RFC2544 ||
	       measure == MEASURE_SOAK || measure == MEASURE_BACK_TO_BACK;
}
