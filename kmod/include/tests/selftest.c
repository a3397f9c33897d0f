/* SPDX-License-Identifier: BSD-2-Clause */
/* nm-selftest [OPTION] [PATTERN...]: runs the tests whose names match, one at a time. */
#include "selftest_main.h"

#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "selftest_device.h"

enum { TEST_LIMIT_S = 20, PATIENCE_MAX = 100 };

static struct st_outcome *now;
static volatile unsigned total[ST_RESULTS];
static volatile unsigned limit_s;

void st_failed(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	va_list ap;
	int n;

	if (now->result == ST_FAILED)
		return;
	now->result = ST_FAILED;
	n = snprintf(now->why, sizeof(now->why), "%s:%d: ", base ? base + 1 : file, line);
	va_start(ap, fmt);
	vsnprintf(now->why + n, sizeof(now->why) - (size_t)n, fmt, ap);
	va_end(ap);
}

void st_skipped(const char *why)
{
	now->result = ST_SKIPPED;
	snprintf(now->why, sizeof(now->why), "%s", why);
}

/* A kernel that watches itself is several times slower; who runs the tests there says how many. */
static unsigned patient_limit_s(void)
{
	const char *patience = getenv("VB_PATIENCE");
	int times = patience ? atoi(patience) : 1;

	return TEST_LIMIT_S * (times < 1 ? 1 : times > PATIENCE_MAX ? PATIENCE_MAX : times);
}

/* A test that hangs may hold anything, so the program ends with it. */
static void too_long(int sig)
{
	char line[256];
	int n = snprintf(line, sizeof(line),
			 "FAILED %s: not done after %u s\n%u passed, %u failed, %u skipped\n",
			 now->test->name, limit_s, total[ST_OK], total[ST_FAILED] + 1,
			 total[ST_SKIPPED]);

	(void)sig;
	if (write(STDOUT_FILENO, line, (size_t)n) < 0)
		_exit(VB_INTERNAL);
	_exit(VB_FAILED);
}

static void run_one(struct st_outcome *outcome)
{
	now = outcome;
	now->result = ST_OK;
	limit_s = patient_limit_s();
	alarm(limit_s);
	now->test->run();
	st_end_all();
	st_device_end();
	alarm(0);
	if (now->result == ST_FAILED)
		st_remove_persistent_ports();
	total[now->result]++;
	if (now->result == ST_OK)
		printf("ok %s\n", now->test->name);
	else
		printf("%s %s: %s\n", st_result_name[now->result], now->test->name, now->why);
}

static bool wanted(const char *name, int patterns, char **pattern)
{
	int i;

	for (i = 0; i < patterns; i++)
		if (fnmatch(pattern[i], name, 0) == 0)
			return true;
	return patterns == 0;
}

static void for_each_test(int patterns, char **pattern, void (*act)(struct st_outcome *outcome))
{
	struct st_outcome *outcomes;
	size_t i, n = st_outcomes(&outcomes);

	for (i = 0; i < n; i++)
		if (wanted(outcomes[i].test->name, patterns, pattern))
			act(&outcomes[i]);
}

static void print_name(struct st_outcome *outcome)
{
	puts(outcome->test->name);
}

static int list(void)
{
	for_each_test(0, NULL, print_name);
	return VB_OK;
}

static int statements(void)
{
	return st_print_statements() ? VB_OK : VB_INTERNAL;
}

static const struct {
	const char *name;
	int (*instead)(void); /* of running tests */
	void (*afterwards)(void);
} options[] = {
	{"--list", list, NULL},
	{"--statements", statements, NULL},
	{"--summary", NULL, st_print_summary},
	{"--json", NULL, st_print_json},
};

static int unknown_option(const char *given)
{
	size_t i;

	fprintf(stderr, "nm-selftest: unknown option %s; there are:", given);
	for (i = 0; i < ST_COUNT(options); i++)
		fprintf(stderr, " %s", options[i].name);
	fputc('\n', stderr);
	return VB_USAGE;
}

static bool device_there(void)
{
	int fd = st_open();

	if (fd < 0) {
		fprintf(stderr,
			"nm-selftest: opening /dev/netmap: %s; load the module first: insmod "
			"netmap.ko\n",
			strerror(errno));
		return false;
	}
	st_close(fd);
	return true;
}

static int run(int patterns, char **pattern, void (*afterwards)(void))
{
	if (!device_there())
		return VB_MISSING;
	signal(SIGALRM, too_long);
	for_each_test(patterns, pattern, run_one);
	if (!now) {
		fprintf(stderr, "nm-selftest: no test matches; see nm-selftest --list\n");
		return VB_USAGE;
	}
	if (afterwards)
		afterwards();
	printf("%u passed, %u failed, %u skipped\n", total[ST_OK], total[ST_FAILED],
	       total[ST_SKIPPED]);
	return total[ST_FAILED] ? VB_FAILED : VB_OK;
}

int main(int argc, char **argv)
{
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2 || argv[1][0] != '-')
		return run(argc - 1, argv + 1, NULL);
	for (i = 0; i < ST_COUNT(options); i++) {
		if (strcmp(argv[1], options[i].name) != 0)
			continue;
		if (options[i].instead)
			return options[i].instead();
		return run(argc - 2, argv + 2, options[i].afterwards);
	}
	return unknown_option(argv[1]);
}
