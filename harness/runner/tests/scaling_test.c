/* SPDX-License-Identifier: BSD-2-Clause */
/* Rates that go as expected, and rates that do not. */
#include <math.h>

#include "scaling.h"
#include "suite.h"

static void test_flat(void)
{
	struct scaling_point p[] = {{100, 5e6, 0}, {1, 10e6, 0}, {10, 10e6, 0}};

	scaling_compare(SHAPE_FLAT, p, 3, 2, 0);
	CU_ASSERT_DOUBLE_EQUAL(p[0].ratio, 0.5, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(p[1].ratio, 1, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(p[2].ratio, 1, 1e-12);
}

/* Three pairs of programs on four CPUs do what two pairs do. */
static void test_linear(void)
{
	struct scaling_point p[] = {{1, 10e6, 0}, {2, 19e6, 0}, {3, 19e6, 0}, {4, 10e6, 0}};

	scaling_compare(SHAPE_LINEAR, p, 4, 4, 2);
	CU_ASSERT_DOUBLE_EQUAL(p[1].ratio, 0.95, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(p[2].ratio, 0.95, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(p[3].ratio, 0.5, 1e-12);
	scaling_compare(SHAPE_LINEAR, p, 4, 4, 0);
	CU_ASSERT_DOUBLE_EQUAL(p[3].ratio, 0.25, 1e-12);
	/* a machine that has not even enough for one */
	scaling_compare(SHAPE_LINEAR, p, 4, 1, 2);
	CU_ASSERT_DOUBLE_EQUAL(p[3].ratio, 1, 1e-12);
}

static void test_affine_cost(void)
{
	const double sizes[] = {60, 124, 252, 508, 1020, 1514};
	struct scaling_point p[6];
	int i;

	for (i = 0; i < 6; i++)
		p[i] = (struct scaling_point){.x = sizes[i], .rate = 1e9 / (20 + 0.05 * sizes[i])};
	scaling_compare(SHAPE_AFFINE_COST, p, 6, 2, 0);
	for (i = 0; i < 6; i++)
		CU_ASSERT_DOUBLE_EQUAL(p[i].ratio, 1, 1e-9);
	p[3].rate *= 0.7;
	scaling_compare(SHAPE_AFFINE_COST, p, 6, 2, 0);
	CU_ASSERT(p[3].ratio < 0.85);
	for (i = 0; i < 6; i++)
		if (i != 3)
			CU_ASSERT(fabs(p[i].ratio - 1) < 0.12);
	/* points at one x have no slope */
	p[1].x = p[0].x;
	scaling_compare(SHAPE_AFFINE_COST, p, 2, 2, 0);
	CU_ASSERT_DOUBLE_EQUAL(p[0].ratio, 1, 1e-12);
}

static const struct suite_test tests[] = {
	{"flat", test_flat},
	{"linear", test_linear},
	{"affine cost", test_affine_cost},
};

SUITE_MAIN("scaling", tests)
