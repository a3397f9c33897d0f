/* SPDX-License-Identifier: BSD-2-Clause */
#include "pass.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "err.h"

enum { OPT_ACCEL = 0x200, OPT_KERNEL, OPT_TRIALS, OPT_DURATION };

static const struct argp_option options[] = {
	{"platform", 'p', "NAME", 0, "where to run (default: auto)", 0},
	{"accel", OPT_ACCEL, "NAME", 0, "auto, kvm or tcg (default: auto)", 0},
	{"kernel", OPT_KERNEL, "KERNEL", 0, "guest kernel: a release, version or suite", 0},
	{"set", 's', "A=1,2", 0, "other values for parameters; may be repeated", 0},
	{"trials", OPT_TRIALS, "N", 0, "trials a point and side", 0},
	{"duration", OPT_DURATION, "SECONDS", 0, "length of a trial", 0},
	{"results", 'r', "FOLDER", 0, "folder of the trial store (default: results)", 0},
	{0}};

void pass_add(struct pass *p, const char *fmt, ...)
{
	va_list ap;
	char *word;

	va_start(ap, fmt);
	if (vasprintf(&word, fmt, ap) < 0)
		exit(VB_NO_SPACE);
	va_end(ap);
	p->words = alloc_grow(p->words, p->n + 1, sizeof(*p->words));
	p->words[p->n++] = word;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct pass *p = state->input;

	if (key == 'r') {
		p->results = arg;
	} else if (key == 'p') {
		p->platform = arg;
		pass_add(p, "--platform=%s", arg);
	} else if (key == 's') {
		pass_add(p, "--set=%s", arg);
	} else if (key == OPT_ACCEL) {
		p->accel = arg;
		pass_add(p, "--accel=%s", arg);
	} else if (key == OPT_KERNEL) {
		p->kernel = arg;
		pass_add(p, "--kernel=%s", arg);
	} else if (key == OPT_TRIALS) {
		p->trials = 1;
		pass_add(p, "--trials=%s", arg);
	} else if (key == OPT_DURATION) {
		pass_add(p, "--duration=%s", arg);
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp pass_argp = {.options = options, .parser = parse};

char *const *pass_words(struct pass *p)
{
	p->words = alloc_grow(p->words, p->n + 1, sizeof(*p->words));
	p->words[p->n] = NULL;
	return p->words;
}

void pass_free(struct pass *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		free(p->words[i]);
	free(p->words);
	*p = (struct pass){0};
}
