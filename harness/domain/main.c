/* SPDX-License-Identifier: BSD-2-Clause */
/* vb-domain: guests of this dom0, as the programs of a scenario have them. */
#include <stdio.h>
#include <string.h>

#include "verbs.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
} verbs[] = {
	{"start", verb_start, "make a guest and wait until it answers"},
	{"run", verb_run, "run a command in a guest as if it ran here"},
	{"stop", verb_stop, "end guests, and fail when anything was wrong with them"},
	{"boot", verb_boot, "measure how long guests take to their first packet"},
};

int verb_failed(const struct vb_err *err)
{
	fprintf(stderr, "vb-domain: %s\n", err->text);
	return err->code;
}

static void usage(FILE *to)
{
	fprintf(to, "usage: vb-domain VERB [OPTION...] NAME...   (VERB --help tells more)\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(to, "  %-6s  %s\n", verbs[i].name, verbs[i].about);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(name, verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	if (strcmp(name, "--help") == 0) {
		usage(stdout);
		return VB_OK;
	}
	if (name[0])
		fprintf(stderr, "vb-domain: no verb '%s'\n", name);
	usage(stderr);
	return VB_USAGE;
}
