/* SPDX-License-Identifier: BSD-2-Clause */
/* Which trials of a timed loop say nothing, and which runs. */
#include <string.h>

#include "disturbance.h"
#include "suite.h"

static void fill(struct record *r, double spans, double hz)
{
	*r = (struct record){.ok = true};
	record_metric(r, "undisturbed_spans", "spans", spans);
	record_metric(r, "core_hz", "Hz", hz);
}

static void test_trials(void)
{
	static const struct {
		const char *what;
		double spans, hz;
		bool spoiled;
	} cases[] = {
		{"the first one is all that is known", 300, 3.5e9, false},
		{"a core may be faster for a while", 300, 3.7e9, false},
		{"and slower again", 300, 3.4e9, false},
		{"half a core is another thing", 300, 2.2e9, true},
		{"so are a few spans between others", 19, 3.7e9, true},
		{"and none", 0, 3.7e9, true},
		{"some more are enough", 20, 3.7e9, false},
	};
	struct disturbance d = {0};
	struct record r;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fill(&r, cases[i].spans, cases[i].hz);
		CU_ASSERT_EQUAL(disturbance_spoils(&d, &r), cases[i].spoiled);
		if (disturbance_spoils(&d, &r) != cases[i].spoiled)
			printf("    %s\n", cases[i].what);
		record_free(&r);
	}
}

static void test_runs(void)
{
	static const struct {
		double spans[3], hz[3];
		bool spoiled;
		const char *text;
	} cases[] = {
		{{300, 40, 80}, {3.7e9, 3.7e9, 3.6e9}, false, NULL},
		{{300, 3, 80}, {3.7e9, 3.7e9, 3.6e9}, true, "no more than 3 undisturbed spans"},
		{{300, 300, 80}, {2.4e9, 3.7e9, 3.7e9}, true, "2.40 of 3.70 GHz"},
	};
	struct disturbance d;
	struct record r;
	char why[240];
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		d = (struct disturbance){0};
		for (k = 0; k < 3; k++) {
			fill(&r, cases[i].spans[k], cases[i].hz[k]);
			disturbance_spoils(&d, &r);
			disturbance_keep(&d, &r);
			record_free(&r);
		}
		CU_ASSERT_EQUAL(disturbance_of_run(&d, why, sizeof(why)), cases[i].spoiled);
		if (cases[i].spoiled)
			CU_ASSERT_PTR_NOT_NULL(strstr(why, cases[i].text));
	}
}

static void test_others_have_no_yardstick(void)
{
	struct disturbance d = {0};
	struct record r = {.ok = true};
	char why[240];

	record_metric(&r, "rx_pps", "pps", 1e6);
	CU_ASSERT_FALSE(disturbance_spoils(&d, &r));
	disturbance_keep(&d, &r);
	CU_ASSERT_FALSE(disturbance_of_run(&d, why, sizeof(why)));
	record_free(&r);
}

static const struct suite_test tests[] = {
	{"trials whose core was taken are spoiled", test_trials},
	{"a run is as good as its poorest trial", test_runs},
	{"trials without a yardstick are not", test_others_have_no_yardstick},
};

SUITE_MAIN("disturbance", tests)
