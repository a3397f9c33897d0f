/* SPDX-License-Identifier: BSD-2-Clause */
/* The way from a good commit to a bad one, in histories of all shapes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt.h"
#include "suite.h"

#define LONGEST 40

/* Commits "0" to "n-1", newest first. */
static void make(struct hunt *h, size_t n)
{
	char text[8 * LONGEST] = "";
	size_t used = 0, i;

	for (i = n; i-- > 0;)
		used += snprintf(text + used, sizeof(text) - used, "%zu\n", i);
	hunt_read(h, text);
}

static void test_every_culprit_is_found(void)
{
	size_t n, culprit, i;
	unsigned tries, most;
	struct hunt h;

	for (n = 1; n <= LONGEST; n++)
		for (culprit = 0; culprit < n; culprit++) {
			make(&h, n);
			most = hunt_steps(&h);
			for (tries = 0; hunt_next(&h, &i); tries++)
				(i >= culprit ? hunt_bad : hunt_good)(&h, i);
			CU_ASSERT_EQUAL(h.high, culprit);
			CU_ASSERT_EQUAL(h.low, culprit);
			CU_ASSERT_EQUAL(atoi(h.commits[h.high]), (int)culprit);
			CU_ASSERT(tries <= most);
			hunt_free(&h);
		}
}

/* Every third commit does not build: the suspects are the culprit and those right before it. */
static void test_skipped(void)
{
	size_t culprit, i;
	struct hunt h;

	for (culprit = 0; culprit < LONGEST; culprit++) {
		make(&h, LONGEST);
		while (hunt_next(&h, &i)) {
			if (i % 3 == 1)
				hunt_skip(&h, i);
			else
				(i >= culprit ? hunt_bad : hunt_good)(&h, i);
		}
		CU_ASSERT(h.low <= culprit && culprit <= h.high);
		CU_ASSERT_EQUAL(h.high - h.low, culprit % 3 == 1 || culprit % 3 == 2 ? 1 : 0);
		hunt_free(&h);
	}
}

static void test_nothing_builds(void)
{
	struct hunt h;
	size_t i, tried = 0;

	make(&h, 5);
	while (hunt_next(&h, &i)) {
		hunt_skip(&h, i);
		tried++;
	}
	CU_ASSERT_EQUAL(tried, 4);
	CU_ASSERT_EQUAL(h.low, 0);
	CU_ASSERT_EQUAL(h.high, 4);
	hunt_free(&h);
}

static const struct suite_test tests[] = {
	{"every culprit is found, in no more steps than said", test_every_culprit_is_found},
	{"commits that do not build leave as few suspects as can be", test_skipped},
	{"an end is found when nothing builds", test_nothing_builds},
};

SUITE_MAIN("hunt", tests)
