/* SPDX-License-Identifier: BSD-2-Clause */
/* The timed loop: what it makes of its spans, and that it takes every frame it pays for. */
#include <string.h>
#include <time.h>

#include "kmod/user/nm_user.h"
#include "span.h"
#include "suite.h"
#include "timed.h"
#include "yardstick.h"

#define SPANS	  40
#define YARDSTICK 50000 /* ticks */

/* n spans of that work and copying on a core that nobody disturbs. */
static void fill(struct span *spans, size_t n, uint64_t work, uint64_t copy)
{
	size_t i;

	for (i = 0; i < n; i++)
		spans[i] = (struct span){YARDSTICK, work, YARDSTICK, copy, YARDSTICK};
}

static void test_cost(void)
{
	struct span_cost cost;
	struct span s[SPANS];

	fill(s, SPANS, 200000, 40000);
	CU_ASSERT_EQUAL(span_cost(s, SPANS, &cost), 0);
	CU_ASSERT_EQUAL(cost.spans, SPANS);
	CU_ASSERT_EQUAL(cost.undisturbed, SPANS);
	CU_ASSERT_DOUBLE_EQUAL(cost.work_ticks, 200000, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(cost.work_cycles, 4.0 * YARDSTICK_CYCLES, 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(cost.copy_cycles, 0.8 * YARDSTICK_CYCLES, 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(cost.cycles_per_tick, YARDSTICK_CYCLES / 50000.0, 1e-9);
}

/* Three quarters of the spans share their core, each told by another of its yardsticks, and what
 * they did is wrong both ways; of the rest some were interrupted. */
static void test_disturbed_spans_say_nothing(void)
{
	struct span_cost cost;
	struct span s[SPANS];
	size_t i;

	fill(s, SPANS, 200000, 40000);
	for (i = 0; i < 3 * SPANS / 4; i++) {
		uint64_t *const sticks[] = {&s[i].before, &s[i].between, &s[i].after};

		*sticks[i % 3] += YARDSTICK / 50;
		s[i].work = i % 2 ? 90000 : 900000;
		s[i].copy = 1;
	}
	for (; i < SPANS; i += 2)
		s[i].work += 4000000;
	CU_ASSERT_EQUAL(span_undisturbed(s, SPANS), SPANS / 4);
	CU_ASSERT_EQUAL(span_cost(s, SPANS, &cost), 0);
	CU_ASSERT_EQUAL(cost.undisturbed, SPANS / 4);
	CU_ASSERT_DOUBLE_EQUAL(cost.work_ticks, 200000, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(cost.copy_cycles, 0.8 * YARDSTICK_CYCLES, 1e-3);
}

static void test_one_span(void)
{
	struct span s = {YARDSTICK, 100, 2 * YARDSTICK, 100, YARDSTICK};
	struct span_cost cost;

	CU_ASSERT_EQUAL(span_cost(&s, 1, &cost), 0);
	CU_ASSERT_EQUAL(cost.undisturbed, 0);
	CU_ASSERT_DOUBLE_EQUAL(cost.work_ticks, 100, 1e-6);
}

static int take(const char *line, struct loop_time *time, struct vb_err *err)
{
	static char text[256];
	char *argv[24], *rest = text;
	struct loop_config c;
	int argc = 0;

	snprintf(text, sizeof(text), "vb-loop --time %s", line);
	while (argc < 23 && (argv[argc] = strsep(&rest, " ")))
		argc++;
	argv[argc] = NULL;
	return loop_options(&c, argc, argv, err) ? -1 : loop_time(&c, &nmdev_inproc, time, err);
}

static void test_every_frame_is_taken(void)
{
	static const struct {
		const char *line;
		unsigned bytes, copies; /* of a frame; that are taken of each one sent */
	} ways[] = {
		{"-t vale0:t -r vale0:r --announce -n 3000", 60, 1},
		{"-t vale0:t -r vale0:r --announce -n 3000 -b 16 -l 508", 508, 1},
		{"-t vale0:t -R 8=vale0:r --announce --spread -n 3000", 60, 1},
		{"-t vale0:t -R 8=vale0:r --flood -D ff:ff:ff:ff:ff:ff -n 3000", 60, 8},
		{"-t netmap:x{1 -r netmap:x}1 -n 3000", 60, 1},
	};
	struct loop_time time;
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(take(ways[i].line, &time, &err), 0);
		CU_ASSERT(time.sent >= 3000);
		CU_ASSERT_EQUAL(time.packets, time.sent * ways[i].copies);
		CU_ASSERT_EQUAL(time.bytes, time.packets * ways[i].bytes);
		CU_ASSERT(time.ns > 0 && time.cycles > 0 && time.copy_cycles > 0);
	}
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

/* As another clock sees it: no more than the lower quartile, however often, fits in. */
static void test_time_is_taken_and_has_a_limit(void)
{
	struct timespec before, after;
	struct loop_time time;
	struct vb_err err;
	double wall_ns;

	clock_gettime(CLOCK_MONOTONIC, &before);
	CU_ASSERT_EQUAL_FATAL(
		take("-t vale0:t -r vale0:r --announce -n 100000000 -d 0.05", &time, &err), 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	wall_ns = (after.tv_sec - before.tv_sec) * 1e9 + after.tv_nsec - before.tv_nsec;
	CU_ASSERT(wall_ns >= 5e7);
	CU_ASSERT(time.packets < 100000000);
	CU_ASSERT(time.ns * time.packets / 2 < wall_ns);
	CU_ASSERT(time.ns > 0.1);
	CU_ASSERT(time.core_hz > 1e8 && time.core_hz < 1e11);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static void test_what_cannot_be_shared_is_said(void)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
		{"-t vale0:t -R 3=vale0:r --spread", "evenly by 3 receivers"},
		{"-t vale0:t -R 8=vale0:r --spread -b 12", "evenly by 8 receivers"},
		{"-t vale0:t -R 8=vale0:r --spread --flood", "without --flood"},
		{"-t vale0:t -r vale1:r", "0 arrived"},
	};
	struct loop_time time;
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(take(cases[i].line, &time, &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].text));
	}
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static const struct suite_test tests[] = {
	{"equal spans cost what one does", test_cost},
	{"disturbed spans say nothing", test_disturbed_spans_say_nothing},
	{"one span is better than none", test_one_span},
	{"every frame of every way is taken, and paid for once", test_every_frame_is_taken},
	{"time is taken, and has a limit", test_time_is_taken_and_has_a_limit},
	{"what cannot be shared is said in one line", test_what_cannot_be_shared_is_said},
};

SUITE_MAIN("timed", tests)
