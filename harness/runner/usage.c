/* SPDX-License-Identifier: BSD-2-Clause */
#include "usage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

void usage_fail(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see %s --help\n", program_invocation_name);
	exit(VB_USAGE);
}

static int asks_for_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-?") ||
		    !strcmp(argv[i], "--usage"))
			return 1;
	return 0;
}

void usage_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	/* argp says an error in two lines, and with ARGP_NO_ERRS no help at all. */
	const unsigned flags = asks_for_help(argc, argv) ? 0 : ARGP_NO_ERRS;
	int at = argc;

	if (argp_parse(argp, argc, argv, flags, &at, input) == 0 && at == argc)
		return;
	if (at > 0 && at <= argc && argv[at - 1][0] == '-')
		usage_fail("'%s' is no option of it, or lacks its value", argv[at - 1]);
	usage_fail("'%s' is one word too many", argv[at < argc ? at : argc - 1]);
}
