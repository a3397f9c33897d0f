/* SPDX-License-Identifier: BSD-2-Clause */
/* Points of a sweep, what SET does to them, and where calibrations stand in the plan. */
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "suite.h"

static int64_t sixteen = 16, most = 1514, zero, hundred = 100;
static char *letters[] = {"a", "b"};
static struct scenario_parameter parameters[] = {
	{.name = "frame_bytes", .value = "60", .min = &sixteen, .max = &most},
	{.name = "burst", .value = "512"},
	{.name = "path", .value = "a", .type = TYPE_TEXT, .choices = letters, .choices_count = 2},
	{.name = "load", .value = "0", .min = &zero, .max = &hundred},
};
static char *sizes[] = {"60", "1514"}, *bursts[] = {"1", "2", "4"};
static struct scenario_axis axes[] = {{"frame_bytes", sizes, 2}, {"burst", bursts, 3}};
static char *by_size[] = {"frame_bytes"}, *by_both[] = {"frame_bytes", "burst"};
static struct scenario_calibration calibrations[] = {{CALIBRATE_COPY, by_size, 1},
						     {CALIBRATE_CEILING, by_both, 2}};
static struct scenario_program program = {.name = "tx", .run = "x"};
static struct scenario_load load = {
	.parameter = "load", .idle_pps = 100, .programs = &program, .programs_count = 1};
static struct scenario scenario = {
	.name = "test",
	.trials = 3,
	.duration_s = 2,
	.parameters = parameters,
	.parameters_count = 4,
	.sweep = axes,
	.sweep_count = 2,
	.programs = &program,
	.programs_count = 1,
};

/* Labels of all points, one a line. */
static char *labels(const char *set, struct vb_err *err)
{
	struct params *points;
	struct sweep sw;
	char *text = NULL, *label;
	size_t n, i, bytes;
	FILE *out;

	sweep_init(&sw, &scenario);
	if (set && sweep_override(&sw, &scenario, set, err)) {
		sweep_free(&sw);
		return NULL;
	}
	CU_ASSERT_EQUAL_FATAL(sweep_expand(&sw, &scenario, &points, &n, err), 0);
	out = open_memstream(&text, &bytes);
	for (i = 0; i < n; i++) {
		label = sweep_label(&sw, &points[i]);
		fprintf(out, "%s\n", label);
		free(label);
		params_free(&points[i]);
	}
	fclose(out);
	free(points);
	sweep_free(&sw);
	return text;
}

static const struct {
	const char *set, *labels;
} good[] = {
	{NULL, "frame_bytes=60 burst=1\nframe_bytes=60 burst=2\nframe_bytes=60 burst=4\n"
	       "frame_bytes=1514 burst=1\nframe_bytes=1514 burst=2\nframe_bytes=1514 burst=4\n"},
	{"frame_bytes=100 burst=7", "frame_bytes=100 burst=7\n"},
	{" ; frame_bytes=100;;burst=7,8 ", "frame_bytes=100 burst=7\nframe_bytes=100 burst=8\n"},
	{"burst=7 path=b frame_bytes=16", "frame_bytes=16 burst=7\n"},
	{"burst=7 path=a,b frame_bytes=16",
	 "frame_bytes=16 burst=7 path=a\nframe_bytes=16 burst=7 path=b\n"},
	{"burst=1 burst=2 frame_bytes=60", "frame_bytes=60 burst=2\n"},
};

static void test_expansion(void)
{
	struct vb_err err;
	char *text;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		text = labels(good[i].set, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		CU_ASSERT_STRING_EQUAL(text, good[i].labels);
		free(text);
	}
}

static const struct {
	const char *set, *complaint;
} bad[] = {
	{"size=1",
	 "SET size: scenario test has no such parameter; it has: frame_bytes, burst, path, load"},
	{"frame_bytes", "SET 'frame_bytes': write parameter=value or parameter=A,B,C"},
	{"frame_bytes=", "SET frame_bytes: a value is empty; write frame_bytes=A,B"},
	{"frame_bytes=60,,61", "SET frame_bytes: a value is empty; write frame_bytes=A,B"},
	{"frame_bytes=x", "SET frame_bytes: frame_bytes is 'x', which is no whole number"},
	{"frame_bytes=60,9999", "SET frame_bytes: frame_bytes is 9999, above its maximum 1514"},
	{"burst=99999999999999999999",
	 "SET burst: burst is '99999999999999999999', which is no whole number"},
	{"path=c", "SET path: path is 'c', which is none of: a, b"},
	{"burst=1;frame_bytes=2", "SET frame_bytes: frame_bytes is 2, below its minimum 16"},
};

static void test_bad_sets(void)
{
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_PTR_NULL_FATAL(labels(bad[i].set, &err));
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
		CU_ASSERT_STRING_EQUAL(err.text, bad[i].complaint);
	}
}

static void test_too_many(void)
{
	struct vb_err err;
	struct params *points;
	struct sweep sw;
	char set[30000] = "burst=1";
	size_t n, i;

	for (i = strlen(set); i < sizeof(set) - 4; i += 2)
		memcpy(set + i, ",1", 3);
	sweep_init(&sw, &scenario);
	CU_ASSERT_EQUAL(sweep_override(&sw, &scenario, set, &err), 0);
	CU_ASSERT_EQUAL(sweep_expand(&sw, &scenario, &points, &n, &err), -1);
	CU_ASSERT_STRING_EQUAL(err.text, "scenario test: more than 10000 points; sweep less");
	sweep_free(&sw);
}

static void check_plan(const char *set, const struct plan_options *options,
		       const char *const *expected, size_t n, struct plan *plan)
{
	struct sweep sw;
	struct vb_err err;
	size_t i;

	sweep_init(&sw, &scenario);
	CU_ASSERT_EQUAL_FATAL(sweep_override(&sw, &scenario, set, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plan_build(plan, &scenario, &sw, options, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plan->n, n);
	for (i = 0; i < n; i++)
		CU_ASSERT_STRING_EQUAL(plan->points[i].label, expected[i]);
	sweep_free(&sw);
}

static void test_calibrations(void)
{
	static const char *const expected[] = {
		"copy frame_bytes=60", "ceiling frame_bytes=60 burst=1", "frame_bytes=60 burst=1",
		"ceiling frame_bytes=60 burst=2", "frame_bytes=60 burst=2"};
	const struct plan_options as_is = {0};
	struct plan plan;

	scenario.calibrations = calibrations;
	scenario.calibrations_count = 2;
	check_plan("frame_bytes=60 burst=1,2", &as_is, expected, 5, &plan);
	CU_ASSERT_EQUAL(plan.trials, 15);
	CU_ASSERT_EQUAL(plan.points[4].parents[0], 0);
	CU_ASSERT_EQUAL(plan.points[4].parents[1], 3);
	CU_ASSERT_EQUAL(plan.points[4].parents[2], -1);
	CU_ASSERT_EQUAL(plan.points[0].kind, PLAN_CALIBRATION);
	CU_ASSERT_EQUAL(plan.points[2].kind, PLAN_MEASURE);
	plan_free(&plan);
	scenario.calibrations_count = 0;
}

static void test_load(void)
{
	static const char *const expected[] = {"maximum frame_bytes=60 burst=1 load=100",
					       "frame_bytes=60 burst=1 load=0",
					       "frame_bytes=60 burst=1 load=50"};
	const struct plan_options options = {.trials = 7, .duration_s = 0.5};
	struct plan plan;

	scenario.load = &load;
	check_plan("frame_bytes=60 burst=1 load=0,50", &options, expected, 3, &plan);
	CU_ASSERT_EQUAL(plan.trials, 21);
	CU_ASSERT_DOUBLE_EQUAL(plan.duration_s, 0.5, 0);
	CU_ASSERT_EQUAL(plan.points[2].parents[3], 0);
	plan_free(&plan);
	scenario.load = NULL;
}

static const struct suite_test tests[] = {
	{"expansion", test_expansion}, {"bad sets", test_bad_sets},
	{"too many", test_too_many},   {"calibrations", test_calibrations},
	{"load", test_load},
};

SUITE_MAIN("sweep", tests)
