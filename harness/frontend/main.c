/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vb-frontend: in a guest of Xen without a network driver, what no driver would do to the backend
 * of the first interface. A line for each attack: "ok NAME", or "FAILED NAME: what came of it".
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"
#include "clock.h"

#define SECONDS_MAX 3600

static const struct attack *const tables[] = {attacks_standard, attacks_shared, attacks_alone};

struct options {
	unsigned seconds;
	bool failed, opened;
	struct frontend front;
};

static const struct argp_option option_table[] = {
	{"seconds", 's', "N", 0, "how long those attacks last that last (default 2)", 0},
	{"list", 'l', NULL, 0, "say which there are", 0},
	{0},
};

static void list(void)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct attack *a = tables[i]; a->name; a++)
			printf("%-16s %s\n", a->name, a->about);
}

static const struct attack *find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct attack *a = tables[i]; a->name; a++)
			if (strcmp(a->name, name) == 0)
				return a;
	return NULL;
}

static void try_one(struct options *o, const char *name, struct argp_state *state)
{
	const struct attack *a = find(name);
	struct trial t = {.front = &o->front, .end_ms = vb_now_ms() + 1000ull * o->seconds};
	struct vb_err err = {0};

	if (!a)
		argp_error(state, "no attack '%s'; --list says which there are", name);
	if (!o->opened && frontend_open(&o->front, &err)) {
		fprintf(stderr, "vb-frontend: %s\n", err.text);
		exit(err.code);
	}
	o->opened = true;
	if (attack_run(a, &t, &err))
		t.wrong = err.text;
	if (t.wrong)
		printf("FAILED %s: %s\n", name, t.wrong);
	else
		printf("ok %s\n", name);
	fflush(stdout);
	o->failed |= t.wrong != NULL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	char *end;

	switch (key) {
	case 's':
		o->seconds = (unsigned)strtoul(arg, &end, 10);
		if (*end || !o->seconds || o->seconds > SECONDS_MAX)
			argp_error(state, "--seconds must be in 1..%d, not '%s'", SECONDS_MAX, arg);
		return 0;
	case 'l':
		list();
		exit(VB_OK);
	case ARGP_KEY_ARG:
		try_one(o, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no attack; --list says which there are");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "ATTACK...",
	.doc = "Tries attacks on the backend of this guest's first network interface.",
};

int main(int argc, char **argv)
{
	struct options o = {.seconds = 2};

	argp_err_exit_status = VB_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o))
		return VB_USAGE;
	return o.failed ? VB_FAILED : VB_OK;
}
