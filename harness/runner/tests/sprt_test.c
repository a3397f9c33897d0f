/* SPDX-License-Identifier: BSD-2-Clause */
/* The sequential test keeps its promise on figures with known scatter. */
#include <math.h>
#include <stdint.h>

#include "sprt.h"
#include "suite.h"

#define ROUNDS 4000
#define LIMIT  2000

static uint64_t state;

static double uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return ((state >> 11) + 0.5) / 9007199254740992.0;
}

/* A figure of mean 100 times ratio, whose logarithm scatters normally. */
static double figure(double ratio, double scatter)
{
	double normal = sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());

	return 100 * ratio * exp(scatter * normal / M_SQRT2);
}

struct way {
	double ratio, scatter, error;
};

static const struct way ways[] = {
	{0.95, 0.02, 0.01}, {0.95, 0.05, 0.01}, {1.10, 0.05, 0.02}, {0.99, 0.01, 0.01}};

static unsigned wrong_of(const struct way *w, double truth, enum sprt_verdict right, double *pairs)
{
	enum sprt_verdict verdict;
	unsigned i, wrong = 0;
	struct sprt s;

	*pairs = 0;
	for (i = 0; i < ROUNDS; i++) {
		sprt_begin(&s, log(w->ratio), w->scatter, w->error);
		do
			verdict = sprt_add(&s, figure(1, w->scatter), figure(truth, w->scatter));
		while (verdict == SPRT_UNDECIDED && s.pairs < LIMIT);
		wrong += verdict != right;
		*pairs += (double)s.pairs / ROUNDS;
	}
	return wrong;
}

static void test_errors(void)
{
	double pairs, allowed;
	size_t i;

	state = 88172645463325252ull;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		/* Three standard deviations above what was promised. */
		allowed = ROUNDS * ways[i].error + 3 * sqrt(ROUNDS * ways[i].error);
		CU_ASSERT(wrong_of(&ways[i], 1, SPRT_GOOD, &pairs) <= allowed);
		CU_ASSERT(wrong_of(&ways[i], ways[i].ratio, SPRT_BAD, &pairs) <= allowed);
	}
}

/* As many pairs as the theory says, and a fixed-size test of that error takes more. */
static void test_length(void)
{
	const struct way *w = &ways[1];
	double pairs, z = 2.3263478740408408, d = fabs(log(w->ratio)) / w->scatter;

	state = 2463534242ull;
	wrong_of(w, 1, SPRT_GOOD, &pairs);
	CU_ASSERT(pairs > 2);
	CU_ASSERT(pairs < 4 * z * z / (d * d));
}

static void test_counts(void)
{
	struct sprt s;

	sprt_begin(&s, log(1.05), 0, 0.001);
	CU_ASSERT_EQUAL(sprt_add(&s, 200, 210), SPRT_BAD);
	sprt_begin(&s, log(1.05), 0, 0.001);
	CU_ASSERT_EQUAL(sprt_add(&s, 200, 200), SPRT_GOOD);
	sprt_begin(&s, log(0.9), 0, 0.001);
	CU_ASSERT_EQUAL(sprt_add(&s, 200, 180), SPRT_BAD);
}

static void test_measure(void)
{
	static const double good[] = {100, 101, 99, 100}, worse[] = {90, 91, 89, 90},
			    same[] = {101, 100, 100, 99}, two[] = {100, 100}, more[] = {102, 102};
	double shift, scatter;

	CU_ASSERT_EQUAL(sprt_measure(good, worse, 4, &shift, &scatter), 0);
	CU_ASSERT_DOUBLE_EQUAL(shift, log(0.9), 0.001);
	CU_ASSERT_EQUAL(sprt_measure(good, same, 4, &shift, &scatter), -1);
	CU_ASSERT_EQUAL(sprt_measure(two, more, 2, &shift, &scatter), 0);
	CU_ASSERT(scatter > 0);
	CU_ASSERT_EQUAL(sprt_measure(two, two, 2, &shift, &scatter), -1);
	CU_ASSERT_EQUAL(sprt_measure(two, more, 1, &shift, &scatter), -1);
}

static const struct suite_test tests[] = {
	{"a verdict is wrong no more often than promised", test_errors},
	{"it takes fewer pairs than a test of fixed size", test_length},
	{"one pair of counts decides", test_counts},
	{"two builds that do not differ are not told apart", test_measure},
};

SUITE_MAIN("sprt", tests)
