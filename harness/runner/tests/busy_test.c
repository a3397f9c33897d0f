/* SPDX-License-Identifier: BSD-2-Clause */
/* How busy a platform was, from what its kernel says of its idle time. */
#include <math.h>

#include "busy.h"
#include "suite.h"

#define CLOSE 1e-9

static struct busy reading(const char *uptime)
{
	static const char *const stat[] = {"cpu  10 0 20 300", "cpu0 5 0 10 150", "cpu1 5 0 10 150",
					   "intr 1234 5", "cpufreq 7"};
	struct busy b = {0};
	size_t i;

	busy_line(&b, uptime);
	for (i = 0; i < sizeof(stat) / sizeof(stat[0]); i++)
		busy_line(&b, stat[i]);
	return b;
}

static void test_lines(void)
{
	struct busy b = reading("12.50 20.25");

	CU_ASSERT_EQUAL(b.cpus, 2);
	CU_ASSERT_DOUBLE_EQUAL(b.up_s, 12.5, CLOSE);
	CU_ASSERT_DOUBLE_EQUAL(b.idle_s, 20.25, CLOSE);
}

static const struct {
	const char *first, *last;
	double busy;
} spans[] = {
	{"10.00 20.00", "12.00 24.00", 0},   /* idle all the time */
	{"10.00 20.00", "12.00 20.00", 2},   /* never */
	{"10.00 20.00", "12.00 23.00", 0.5}, /* half of one */
	{"10.00 20.00", "12.00 24.01", 0},   /* the kernel rounds */
	{"10.00 20.00", "10.00 20.00", 0},   /* no time passed */
};

static void test_spans(void)
{
	size_t i;

	for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct busy first = reading(spans[i].first), last = reading(spans[i].last);

		CU_ASSERT_DOUBLE_EQUAL(busy_between(&first, &last), spans[i].busy, CLOSE);
	}
}

static const struct suite_test tests[] = {
	{"lines of /proc", test_lines},
	{"shares of time", test_spans},
};

SUITE_MAIN("runner_busy", tests)
