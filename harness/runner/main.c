/* SPDX-License-Identifier: BSD-2-Clause */
/* valebench: finds the verb, and turns Ctrl-C into a flag. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "paths.h"
#include "provenance.h"
#include "verbs.h"

static const struct verb {
	const char *name, *help;
	enum vb_exit (*run)(int argc, char **argv);
} verbs[] = {
	{"list", "name the scenarios", verb_list},
	{"show", "show a scenario: parameters, points, commands", verb_show},
	{"run", "run a scenario and store every trial", verb_run},
	{"compare", "measure two commits in turn and say which is better", verb_compare},
	{"bisect", "find the commit that changed one point of a scenario", verb_bisect},
	{"regress", "hold the gate's scenarios against the baselines", verb_regress},
	{"baseline", "make the gate's scenarios the baselines", verb_baseline},
	{"results", "list the stored runs, or show one as a table", verb_results},
	{"report", "draw the graphs and the page of a run", verb_report},
	{"trend", "how every stored series went, and where it changed", verb_trend},
	{"export", "write runs for another machine or program", verb_export},
	{"import", "add the runs of a file to the store", verb_import},
	{"doctor", "what this machine can and cannot run, and why", verb_doctor},
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

volatile sig_atomic_t verbs_interrupted;

enum vb_exit verbs_fail(const struct vb_err *err)
{
	fprintf(stderr, "valebench: %s\n", err->text);
	return err->code;
}

static void usage(FILE *out)
{
	size_t i;

	fprintf(out, "Usage: valebench VERB [OPTION...]\n\n");
	for (i = 0; i < VERBS; i++)
		fprintf(out, "  %-9s %s\n", verbs[i].name, verbs[i].help);
	fprintf(out,
		"\n`valebench VERB --help` tells more; docs/exit-status.md the exit statuses.\n");
}

static enum vb_exit run_verb(const struct verb *verb, int argc, char **argv)
{
	struct vb_err err;
	char name[64];

	snprintf(name, sizeof(name), "valebench %s", verb->name);
	argv[0] = name;
	program_invocation_name = program_invocation_short_name = name;
	interrupt_catch(&verbs_interrupted);
	if (paths_enter_tree(&err))
		return verbs_fail(&err);
	return verb->run(argc, argv);
}

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < VERBS; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return run_verb(&verbs[i], argc - 1, argv + 1);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		usage(stdout);
		return VB_OK;
	}
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		printf("valebench %s\n", VALEBENCH_VERSION);
		return VB_OK;
	}
	if (argc > 1) {
		fprintf(stderr, "valebench: '%s' is no verb; valebench --help names them\n",
			argv[1]);
		return VB_USAGE;
	}
	usage(stderr);
	return VB_USAGE;
}
