/* SPDX-License-Identifier: BSD-2-Clause */
/* What guests are told of their time stamp counter, against this machine's own over a longer window. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "host_tsc.h"
#include "suite.h"

#define WINDOW_MS 200
#define OFF_BY	  1e-3 /* a look of this test may be interrupted for 0.2 ms */
#define TRIES	  5

#ifdef __x86_64__
static double ms_between(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) * 1e3 +
	       (double)(to->tv_nsec - from->tv_nsec) / 1e6;
}

/* Ticks a millisecond are kHz. */
static double khz_of_window(void)
{
	const struct timespec window = {.tv_nsec = WINDOW_MS * 1000000l};
	struct timespec from, to;
	unsigned long long ticks;

	clock_gettime(CLOCK_MONOTONIC, &from);
	ticks = __builtin_ia32_rdtsc();
	nanosleep(&window, NULL);
	ticks = __builtin_ia32_rdtsc() - ticks;
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)ticks / ms_between(&from, &to);
}

static void as_fast_as_it_goes(void)
{
	double off = 1;

	for (int i = 0; i < TRIES && off > OFF_BY; i++)
		off = fabs(khz_of_window() / host_tsc_khz() - 1);
	CU_ASSERT(off <= OFF_BY);
}

static void equal_every_time(void)
{
	double off = 1;

	for (int i = 0; i < TRIES && off > 1e-4; i++)
		off = fabs((double)host_tsc_khz() / host_tsc_khz() - 1);
	CU_ASSERT(off <= 1e-4);
}
#endif

static void an_argument_or_nothing(void)
{
	char argument[HOST_TSC_ARGUMENT_BYTES];

	host_tsc_argument(argument);
#ifdef __x86_64__
	CU_ASSERT_EQUAL(strncmp(argument, "tsc_early_khz=", 14), 0);
	CU_ASSERT_EQUAL(strspn(argument + 14, "0123456789"), strlen(argument + 14));
#else
	CU_ASSERT_STRING_EQUAL(argument, "");
#endif
}

static const struct suite_test tests[] = {
#ifdef __x86_64__
	{"is as fast as the counter over a longer window", as_fast_as_it_goes},
	{"is the same every time", equal_every_time},
#endif
	{"becomes an argument, or nothing where there is no counter", an_argument_or_nothing},
};

SUITE_MAIN("host_tsc", tests)
