/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vb-guest-check NAME...: what shell cannot ask of /dev/netmap, one named check after the other.
 * Exit status: 0 all found as expected, 1 something else (a line on stderr each), 2 no such check.
 */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	bool (*run)(void);
} checks[] = {
	{"ioctl-unknown", check_ioctl_unknown},
	{"ioctl-compat", check_ioctl_compat},
	{"unbound", check_unbound},
	{"mmap-rules", check_mmap_rules},
	{"mmap-unbacked", check_mmap_unbacked},
	{"mmap-keeps-port", check_mmap_keeps_port},
	{"mmap-in-child", check_mmap_in_child},
	{"wake-poll", check_wake_poll},
	{"wake-select", check_wake_select},
	{"wake-epoll", check_wake_epoll},
	{"storm", check_storm},
	{"no-memory", check_no_memory},
	{"allocation-failures", check_allocation_failures},
	{"rings-fixed", check_rings_fixed},
	{"rings-free", check_rings_free},
	{"one-sync", check_one_sync},
	{"sleepers", check_sleepers},
};

#define CHECKS (sizeof(checks) / sizeof(checks[0]))

bool expect(bool found, const char *fmt, ...)
{
	va_list args;

	if (found)
		return true;
	va_start(args, fmt);
	fputs("expected ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	return false;
}

static int run_named(const char *name)
{
	size_t i;

	for (i = 0; i < CHECKS; i++)
		if (strcmp(checks[i].name, name) == 0)
			return checks[i].run() ? 0 : 1;
	fprintf(stderr, "vb-guest-check: no check is called '%s'; there are:", name);
	for (i = 0; i < CHECKS; i++)
		fprintf(stderr, " %s", checks[i].name);
	fputc('\n', stderr);
	return 2;
}

int main(int argc, char **argv)
{
	int i, status = argc > 1 ? 0 : run_named("");

	for (i = 1; i < argc && status < 2; i++) {
		int one = run_named(argv[i]);

		status = one > status ? one : status;
	}
	return status;
}
