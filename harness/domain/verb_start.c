/* SPDX-License-Identifier: BSD-2-Clause */
#include <argp.h>

#include "options.h"
#include "verbs.h"

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct domain_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = o;
		return 0;
	case ARGP_KEY_ARG:
		if (o->config.name)
			argp_error(state, "one name only, not '%s' as well", arg);
		o->config.name = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no name for the domain");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&domain_options_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {.parser = parse_option,
				 .children = children,
				 .args_doc = "NAME",
				 .doc = "Makes a guest and waits until it answers."};

int verb_start(int argc, char **argv)
{
	struct domain_options options;
	struct vb_err err = {0};
	int ready;

	domain_options_init(&options);
	argp_err_exit_status = VB_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options))
		return VB_USAGE;
	if (domain_options_finish(&options, &err) ||
	    life_begin(&options.config, &options.life, &ready, &err))
		return verb_failed(&err);
	if (life_await(&ready, options.life.boot_ms, &err) == 0)
		return VB_OK;
	life_abort(options.config.name, &ready);
	return verb_failed(&err);
}
