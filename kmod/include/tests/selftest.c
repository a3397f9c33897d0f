/* SPDX-License-Identifier: BSD-2-Clause */
/* nm-selftest [--list | PATTERN...]: runs the tests whose names match, one at a time. */
#include "selftest.h"

#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "err.h"

enum { TEST_LIMIT_S = 20 };

static const struct st_group *const groups[] = {
	&st_register_group, &st_info_group,    &st_newif_group, &st_legacy_group, &st_misuse_group,
	&st_option_group,   &st_traffic_group, &st_ring_group,	&st_poll_group,	  &st_life_group,
};

static struct {
	const char *test;
	bool failed;
	bool skipped;
	char why[512];
	volatile unsigned passed_total, failed_total, skipped_total;
} now;

void st_failed(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	va_list ap;
	int n;

	if (now.failed)
		return;
	now.failed = true;
	n = snprintf(now.why, sizeof(now.why), "%s:%d: ", base ? base + 1 : file, line);
	va_start(ap, fmt);
	vsnprintf(now.why + n, sizeof(now.why) - (size_t)n, fmt, ap);
	va_end(ap);
}

void st_skipped(const char *why)
{
	now.skipped = true;
	snprintf(now.why, sizeof(now.why), "%s", why);
}

/* A test that hangs may hold anything, so the program ends with it. */
static void too_long(int sig)
{
	char line[256];
	int n = snprintf(line, sizeof(line),
			 "FAILED %s: not done after %d s\n%u passed, %u failed, %u skipped\n",
			 now.test, TEST_LIMIT_S, now.passed_total, now.failed_total + 1,
			 now.skipped_total);

	(void)sig;
	if (write(STDOUT_FILENO, line, (size_t)n) < 0)
		_exit(VB_INTERNAL);
	_exit(VB_FAILED);
}

static void run_one(const struct st_test *test)
{
	now.test = test->name;
	now.failed = now.skipped = false;
	alarm(TEST_LIMIT_S);
	test->run();
	st_end_all();
	alarm(0);
	if (now.failed) {
		st_remove_persistent_ports();
		now.failed_total++;
		printf("FAILED %s: %s\n", test->name, now.why);
	} else if (now.skipped) {
		now.skipped_total++;
		printf("skipped %s: %s\n", test->name, now.why);
	} else {
		now.passed_total++;
		printf("ok %s\n", test->name);
	}
}

static bool wanted(const char *name, int patterns, char **pattern)
{
	int i;

	for (i = 0; i < patterns; i++)
		if (fnmatch(pattern[i], name, 0) == 0)
			return true;
	return patterns == 0;
}

static void for_each_test(int patterns, char **pattern, void (*act)(const struct st_test *test))
{
	size_t g, t;

	for (g = 0; g < ST_COUNT(groups); g++)
		for (t = 0; t < groups[g]->count; t++)
			if (wanted(groups[g]->tests[t].name, patterns, pattern))
				act(&groups[g]->tests[t]);
}

static void print_name(const struct st_test *test)
{
	puts(test->name);
}

int main(int argc, char **argv)
{
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		for_each_test(0, NULL, print_name);
		return VB_OK;
	}
	if (argc > 1 && argv[1][0] == '-') {
		fprintf(stderr,
			"nm-selftest: unknown option %s; usage: nm-selftest [--list | "
			"PATTERN...]\n",
			argv[1]);
		return VB_USAGE;
	}
	fd = st_open();
	if (fd < 0) {
		fprintf(stderr,
			"nm-selftest: opening /dev/netmap: %s; load the module first: insmod "
			"netmap.ko\n",
			strerror(errno));
		return VB_MISSING;
	}
	st_close(fd);
	signal(SIGALRM, too_long);
	for_each_test(argc - 1, argv + 1, run_one);
	if (!now.passed_total && !now.failed_total && !now.skipped_total) {
		fprintf(stderr, "nm-selftest: no test matches; see nm-selftest --list\n");
		return VB_USAGE;
	}
	printf("%u passed, %u failed, %u skipped\n", now.passed_total, now.failed_total,
	       now.skipped_total);
	return now.failed_total ? VB_FAILED : VB_OK;
}
