/* SPDX-License-Identifier: BSD-2-Clause */
#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "life.h"
#include "verbs.h"

#define NAMES_MAX 64

struct options {
	bool now;
	const char *names[NAMES_MAX];
	size_t n;
};

static const struct argp_option option_table[] = {
	{"now", 'n', NULL, 0, "do not ask it to power off; bare guests do not listen anyway", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'n':
		o->now = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->n == NAMES_MAX)
			argp_error(state, "more than %d names", NAMES_MAX);
		o->names[o->n++] = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no name of a domain");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "NAME...",
	.doc = "Ends guests, and fails when anything was wrong with them."};

/* All are ended, whatever is wrong with the first. */
int verb_stop(int argc, char **argv)
{
	struct options o = {0};
	struct vb_err err;
	int status = VB_OK;

	argp_err_exit_status = VB_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return VB_USAGE;
	for (size_t i = 0; i < o.n; i++) {
		err = (struct vb_err){0};
		if (life_end(o.names[i], !o.now, &err)) {
			int failed = verb_failed(&err);

			status = status ? status : failed;
		}
	}
	return status;
}
