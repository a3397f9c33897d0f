/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdict on a machine, and the checks of the host. */
#include <math.h>
#include <string.h>

#include "cpu_times.h"
#include "fitness.h"
#include "suite.h"

static void test_verdict(void)
{
	static const struct {
		double values[3], bounds[3];
		const char *verdict;
	} cases[] = {
		{{0.1, 0.2, 5}, {0.2, 0.2, 9}, "fit"},	 {{0.1, 0.3, 5}, {0.2, 0.2, 9}, "unfit"},
		{{0.1, NAN, 5}, {0.2, 0.2, NAN}, "fit"}, {{1, NAN, 5}, {NAN, 0.2, NAN}, "unknown"},
		{{NAN, NAN, 9.1}, {1, 1, 9}, "unfit"},
	};
	struct fitness f;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f.n = 0;
		for (k = 0; k < 3; k++)
			fitness_add(&f, "x", "ratio", cases[i].values[k], cases[i].bounds[k],
				    "is %g", cases[i].values[k]);
		CU_ASSERT_STRING_EQUAL(fitness_verdict(&f), cases[i].verdict);
	}
	f.n = 0;
	CU_ASSERT_STRING_EQUAL(fitness_verdict(&f), "unknown");
	for (i = 0; i < 2 * FITNESS_CHECKS_MAX; i++)
		fitness_add(&f, "x", "ratio", 1, 2, "fine");
	CU_ASSERT_EQUAL(f.n, FITNESS_CHECKS_MAX);
}

static void test_cpu_times(void)
{
	static const char *const bad[] = {"", "cpu0 1 2 3 4 5 6 7 8", "cpu 1 2 3 4", "intr 1"};
	struct cpu_times from, to;
	size_t i;

	CU_ASSERT_TRUE(cpu_times_parse(&from, "cpu  100 10 50 1000 40 5 15 20 0 0\n"));
	CU_ASSERT_EQUAL(from.busy, 180);
	CU_ASSERT_EQUAL(from.idle, 1040);
	CU_ASSERT_EQUAL(from.steal, 20);
	CU_ASSERT_TRUE(cpu_times_parse(&to, "cpu  130 10 50 1060 40 5 15 30 0 0\n"));
	CU_ASSERT_DOUBLE_EQUAL(cpu_times_busy(&from, &to), 0.3, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(cpu_times_steal(&from, &to), 0.1, 1e-12);
	CU_ASSERT_EQUAL(cpu_times_busy(&from, &from), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(cpu_times_parse(&to, bad[i]));
}

static void test_host(void)
{
	static const char *const names[] = {"load", "copy", "copy_spread", "steal", "core", "clock"};
	struct fitness f = {.n = 0};
	size_t i;

	fitness_host(&f, false);
	CU_ASSERT_EQUAL_FATAL(f.n, sizeof(names) / sizeof(names[0]));
	for (i = 0; i < f.n; i++) {
		CU_ASSERT_STRING_EQUAL(f.checks[i].name, names[i]);
		CU_ASSERT(isnan(f.checks[i].value) || f.checks[i].value >= 0);
		CU_ASSERT(strlen(f.checks[i].text) > 20);
	}
	CU_ASSERT(f.checks[1].value > 1e5 && f.checks[1].value < 1e10);
	CU_ASSERT(f.checks[5].value > 0);
}

static const struct suite_test tests[] = {
	{"verdict", test_verdict},
	{"cpu times", test_cpu_times},
	{"host", test_host},
};

SUITE_MAIN("fitness", tests)
