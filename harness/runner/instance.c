/* SPDX-License-Identifier: BSD-2-Clause */
#include "instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "template.h"

static const struct {
	const char *name, *sample;
	bool load;
} reserved[] = {{"i", "0", false},
		{"n", "1", false},
		{"duration_s", "1", false},
		{"rate_pps", "1", true},
		{"trial_packets", "1", true}};

#define RESERVED (sizeof(reserved) / sizeof(reserved[0]))

int instance_reserved(const char *name)
{
	size_t k;

	for (k = 0; k < RESERVED; k++)
		if (strcmp(reserved[k].name, name) == 0)
			return 1;
	return 0;
}

void instance_reserve(struct params *vars, bool load)
{
	size_t k;

	for (k = 0; k < RESERVED; k++)
		if (load || !reserved[k].load)
			params_set(vars, reserved[k].name, reserved[k].sample);
}

static int count_of(const struct scenario_program *prog, const struct params *vars, unsigned *count,
		    struct vb_err *err)
{
	char *text, *end;
	unsigned long value;

	*count = 1;
	if (!prog->count)
		return 0;
	text = template_expand(prog->count, vars, err);
	if (!text)
		return -1;
	value = strtoul(text, &end, 10);
	if (*end || end == text || value > INSTANCES_MAX) {
		vb_fail(err, VB_USAGE, "program %s: count '%s' is not from 0 to %d", prog->name,
			text, INSTANCES_MAX);
		free(text);
		return -1;
	}
	free(text);
	*count = value;
	return 0;
}

static int add(struct instances *out, const struct scenario_program *prog, unsigned i,
	       unsigned count, const struct params *vars, unsigned cpus, struct vb_err *err)
{
	struct instance in = {.role = prog->role, .cpu = -1};
	struct params own;
	char number[16];

	params_copy(&own, vars);
	snprintf(number, sizeof(number), "%u", i);
	params_set(&own, "i", number);
	snprintf(in.name, sizeof(in.name), "%s%s", prog->name, count > 1 ? number : "");
	snprintf(number, sizeof(number), "%u", count);
	params_set(&own, "n", number);
	in.argv = template_argv(prog->run, &own, err);
	params_free(&own);
	if (!in.argv)
		return -1;
	if (prog->cpu)
		in.cpu = (*prog->cpu + i) % (cpus ? cpus : 1);
	out->items = alloc_grow(out->items, out->n + 1, sizeof(*out->items));
	out->items[out->n++] = in;
	return 0;
}

int instances_build(struct instances *out, const struct scenario_program *programs, size_t n,
		    const struct params *vars, unsigned cpus, struct vb_err *err)
{
	unsigned count, i;
	size_t k;

	*out = (struct instances){0};
	for (k = 0; k < n; k++) {
		if (!params_match(vars, programs[k].when))
			continue;
		if (count_of(&programs[k], vars, &count, err))
			goto fail;
		for (i = 0; i < count; i++)
			if (add(out, &programs[k], i, count, vars, cpus, err))
				goto fail;
	}
	return 0;
fail:
	instances_free(out);
	return -1;
}

void instances_free(struct instances *in)
{
	size_t i;

	for (i = 0; i < in->n; i++)
		json_decref(in->items[i].argv);
	free(in->items);
	*in = (struct instances){0};
}

unsigned instances_senders(const struct instances *in)
{
	unsigned senders = 0;
	size_t i;

	for (i = 0; i < in->n; i++)
		senders += in->items[i].role == ROLE_SENDER;
	return senders;
}
