/* SPDX-License-Identifier: BSD-2-Clause */
#include <argp.h>

#include "client.h"
#include "options.h"
#include "verbs.h"

struct options {
	int cpu;
	char **words; /* name and command */
	int n;
};

static const struct argp_option option_table[] = {
	{"cpu", 'c', "N", 0, "processor of the guest that the command is bound to", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		o->cpu = (int)domain_options_number(state, "cpu", arg, 0, 63);
		return 0;
	case ARGP_KEY_ARGS:
		o->words = state->argv + state->next;
		o->n = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (o->n < 2)
			argp_error(state, "a name and a command are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {.options = option_table,
				 .parser = parse_option,
				 .args_doc = "NAME COMMAND...",
				 .doc = "Runs a command in a guest as if it ran here."};

int verb_run(int argc, char **argv)
{
	struct options o = {.cpu = -1};
	struct vb_err err = {0};
	int status;

	argp_err_exit_status = VB_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o))
		return VB_USAGE;
	if (client_run(o.words[0], (const char *const *)o.words + 1, o.cpu, &status, &err))
		return verb_failed(&err);
	return status;
}
