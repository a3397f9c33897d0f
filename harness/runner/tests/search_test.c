/* SPDX-License-Identifier: BSD-2-Clause */
/* The search against simulated devices whose loss at every load is known. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "bisect.h"
#include "search.h"
#include "suite.h"

#define MAX_PPS	 20e6
#define MIN_PPS	 1e3
#define PDR_LOSS 0.005
#define WIDTH	 0.005
#define TRIAL_S	 1.0
#define MAJORITY 3 /* full trials in which a bound is tried */
#define SEEDS	 200
#define ROUNDOFF 1e-9

/* Numbers in [0, 1), the same every time. */
struct noise {
	uint64_t state;
};

static double noise(struct noise *n)
{
	n->state = n->state * 6364136223846793005u + 1442695040888963407u;
	return (double)(n->state >> 11) / 9007199254740992.0;
}

struct device {
	const char *name;
	double (*loss)(const struct device *d, double load);
	double from, to, level;
};

/* Takes `from` packets a second, whatever is offered. */
static double step_loss(const struct device *d, double load)
{
	return load > d->from ? 1 - d->from / load : 0;
}

/* Loses the more the further the load is beyond `from`: `level` at twice of it. */
static double slope_loss(const struct device *d, double load)
{
	return load > d->from ? fmin(0.9, d->level * (load / d->from - 1)) : 0;
}

/* Loses `level` from `from` on, and what is beyond `to`. */
static double plateau_loss(const struct device *d, double load)
{
	if (load <= d->from)
		return 0;
	return load <= d->to ? d->level : 1 - (1 - d->level) * d->to / load;
}

/* The more is offered beyond `from`, the less comes through. */
static double collapse_loss(const struct device *d, double load)
{
	return load > d->from ? 1 - pow(d->from / load, 3) : 0;
}

static const struct device devices[] = {
	{"step", step_loss, 7.3e6, 0, 0},
	{"step near the top", step_loss, 19.5e6, 0, 0},
	{"step near the bottom", step_loss, 2.5e4, 0, 0},
	{"gentle slope", slope_loss, 3.1e6, 0, 0.05},
	{"steep slope", slope_loss, 9e6, 0, 3},
	{"plateau under the PDR", plateau_loss, 4e6, 11e6, 0.002},
	{"plateau over the PDR", plateau_loss, 4e6, 11e6, 0.02},
	{"collapse", collapse_loss, 6.6e6, 0, 0},
};

#define DEVICES (sizeof(devices) / sizeof(devices[0]))

/* The greatest load at which the device loses no more than that. */
static double truth(const struct device *d, double loss_ratio)
{
	double low = 0, high = MAX_PPS, middle;
	int i;

	if (d->loss(d, MAX_PPS) <= loss_ratio)
		return MAX_PPS;
	for (i = 0; i < 200; i++) {
		middle = (low + high) / 2;
		*(d->loss(d, middle) <= loss_ratio ? &low : &high) = middle;
	}
	return low;
}

/* repeats: how many full trials make a bound. */
static void init(struct search *s, unsigned repeats)
{
	const struct search_goal goals[] = {
		{"ndr", 0, repeats > 1 ? 0.5 : 0, WIDTH, TRIAL_S, repeats * TRIAL_S, TRIAL_S / 4},
		{"pdr", PDR_LOSS, repeats > 1 ? 0.5 : 0, WIDTH, TRIAL_S, repeats * TRIAL_S,
		 TRIAL_S / 4},
	};

	search_init(s, goals, 2, MAX_PPS, MIN_PPS);
}

static double run(struct search *s, const struct device *d)
{
	double load, duration, seconds = 0;

	while (search_next(s, &load, &duration)) {
		CU_ASSERT_FATAL(load >= MIN_PPS && load <= MAX_PPS);
		search_add(s, load, duration, d->loss(d, load));
		seconds += duration;
	}
	return seconds;
}

static void check_goal(const struct search *s, const struct device *d, size_t goal)
{
	struct search_bounds b = search_bounds(s, goal);
	double answer = truth(d, s->goals[goal].loss_ratio);

	if (!search_met(s, goal) || b.lower_pps > answer * (1 + ROUNDOFF) ||
	    b.upper_pps < answer * (1 - ROUNDOFF))
		printf("\n%s: %s is %.0f, found %.0f to %.0f\n", d->name, s->goals[goal].name,
		       answer, b.lower_pps, b.upper_pps);
	CU_ASSERT(search_met(s, goal));
	CU_ASSERT(b.lower_pps <= answer * (1 + ROUNDOFF));
	CU_ASSERT(b.upper_pps >= answer * (1 - ROUNDOFF));
	CU_ASSERT(b.upper_pps - b.lower_pps <= b.upper_pps * WIDTH * (1 + ROUNDOFF));
}

static void test_known_curves(void)
{
	struct search s;
	unsigned repeats;
	size_t i;

	for (i = 0; i < DEVICES; i++)
		for (repeats = 1; repeats <= MAJORITY; repeats += MAJORITY - 1) {
			init(&s, repeats);
			run(&s, &devices[i]);
			check_goal(&s, &devices[i], 0);
			check_goal(&s, &devices[i], 1);
		}
}

/* Trials that the plain search takes to find both rates as exactly. */
static unsigned plain_trials(const struct device *d)
{
	const double losses[] = {0, PDR_LOSS};
	unsigned trials = 0;
	struct bisect b;
	double load;
	size_t i;

	for (i = 0; i < 2; i++) {
		bisect_init(&b, BISECT_LINEAR, 0, MAX_PPS, WIDTH * truth(d, losses[i]));
		for (; bisect_next(&b, &load); trials++)
			bisect_add(&b, load, d->loss(d, load) <= losses[i]);
		CU_ASSERT(b.lower <= truth(d, losses[i]) * (1 + ROUNDOFF));
		CU_ASSERT(b.upper >= truth(d, losses[i]) * (1 - ROUNDOFF));
	}
	return trials;
}

/* Where each bound is one trial, as in the plain search, so that trials can be counted. */
static void test_fewer_trials_than_plain(void)
{
	unsigned plain, all_plain = 0, all_mine = 0;
	struct search s;
	double seconds;
	size_t i;

	printf("\n");
	for (i = 0; i < DEVICES; i++) {
		init(&s, 1);
		seconds = run(&s, &devices[i]);
		plain = plain_trials(&devices[i]);
		printf("    %-22s %2zu trials, %4.1f s; plain %2u trials, %4.1f s\n",
		       devices[i].name, s.trials_n, seconds, plain, plain * TRIAL_S);
		CU_ASSERT(s.trials_n < plain);
		CU_ASSERT(seconds < 0.6 * plain * TRIAL_S);
		all_mine += s.trials_n;
		all_plain += plain;
	}
	CU_ASSERT(all_mine < 0.7 * all_plain);
}

static void test_edges(void)
{
	const struct device fast = {"fast", step_loss, 2 * MAX_PPS, 0, 0};
	const struct device leaky = {"leaky", plateau_loss, 0, MAX_PPS, 0.003};
	struct search_bounds b;
	struct search s;

	init(&s, MAJORITY);
	run(&s, &fast);
	b = search_bounds(&s, 0);
	CU_ASSERT(search_met(&s, 0) && search_met(&s, 1));
	CU_ASSERT_EQUAL(b.lower_pps, MAX_PPS);
	CU_ASSERT_EQUAL(b.upper_pps, 0);
	/* Loses a little at every load: there is no NDR, and the PDR is at the top. */
	init(&s, MAJORITY);
	run(&s, &leaky);
	b = search_bounds(&s, 0);
	CU_ASSERT(search_met(&s, 0) && search_met(&s, 1));
	CU_ASSERT_EQUAL(b.lower_pps, 0);
	CU_ASSERT_EQUAL(b.upper_pps, MIN_PPS);
	CU_ASSERT_EQUAL(search_bounds(&s, 1).lower_pps, MAX_PPS);
	CU_ASSERT(s.trials_n < 40);
}

/* One trial in twenty loses a tenth at any load, as when the host takes the processor away. */
static void test_disturbed_trials(void)
{
	const struct device *d = &devices[0];
	double load, duration, loss;
	unsigned seed, right = 0;
	struct search_bounds b;
	struct search s;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct noise n = {seed};

		init(&s, MAJORITY);
		while (search_next(&s, &load, &duration)) {
			loss = d->loss(d, load);
			search_add(&s, load, duration, noise(&n) < 0.05 ? fmax(loss, 0.1) : loss);
		}
		b = search_bounds(&s, 0);
		CU_ASSERT(search_met(&s, 0) && search_met(&s, 1));
		right += b.lower_pps <= truth(d, 0) && b.upper_pps >= truth(d, 0);
	}
	printf("\n    NDR right in %u of %u\n", right, SEEDS);
	CU_ASSERT(right >= SEEDS * 95 / 100);
}

/* The device's capacity differs by a percent from trial to trial: no answer is exact, but all are
 * near. */
static void test_noisy_device(void)
{
	struct device d = devices[0];
	double load, duration;
	struct search_bounds b;
	unsigned seed, near = 0;
	struct search s;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct noise n = {seed};

		init(&s, MAJORITY);
		while (search_next(&s, &load, &duration)) {
			d.from = devices[0].from * (1 + 0.02 * (noise(&n) - 0.5));
			search_add(&s, load, duration, d.loss(&d, load));
		}
		CU_ASSERT(search_met(&s, 0) && search_met(&s, 1));
		b = search_bounds(&s, 0);
		near += fabs(b.lower_pps / devices[0].from - 1) < 0.015;
		CU_ASSERT(search_bounds(&s, 1).upper_pps > b.lower_pps);
	}
	printf("\n    within 1.5 %% in %u of %u\n", near, SEEDS);
	CU_ASSERT(near >= SEEDS * 99 / 100);
}

/* A device that answers at random never satisfies it, and it gives up. */
static void test_gives_up(void)
{
	struct noise n = {1};
	double load, duration;
	struct search s;

	init(&s, MAJORITY);
	s.goals[0].exceed_ratio = s.goals[1].exceed_ratio = 0.5;
	s.goals[0].sum_s = 1e6;
	while (search_next(&s, &load, &duration))
		search_add(&s, load, duration, noise(&n) < 0.5 ? 0 : 0.5);
	CU_ASSERT_EQUAL(s.trials_n, SEARCH_TRIALS_MAX);
	CU_ASSERT_FALSE(search_met(&s, 0));
}

/* What the same trials show of two goals is the same in whatever order they came. */
static void test_order_does_not_matter(void)
{
	struct search_bounds forth, back;
	struct search s, reversed;
	size_t i, goal;

	init(&s, MAJORITY);
	run(&s, &devices[3]);
	init(&reversed, MAJORITY);
	for (i = s.trials_n; i-- > 0;)
		search_add(&reversed, s.trials[i].load_pps, s.trials[i].duration_s,
			   s.trials[i].loss_ratio);
	for (goal = 0; goal < 2; goal++) {
		forth = search_bounds(&s, goal);
		back = search_bounds(&reversed, goal);
		CU_ASSERT_EQUAL(forth.lower_pps, back.lower_pps);
		CU_ASSERT_EQUAL(forth.upper_pps, back.upper_pps);
	}
}

/* Short trials never make a lower bound; lossy ones count unless good ones excuse them. */
static void test_classification(void)
{
	static const struct {
		double durations[4], losses[4];
		double lower, upper;
	} cases[] = {
		{{0.25}, {0}, 0, 0},
		{{1}, {0}, 0, 0},
		{{1, 1}, {0, 0}, 5e6, 0},
		{{1}, {0.1}, 0, 0},
		{{1, 1}, {0.1, 0.1}, 0, 5e6},
		{{1, 1, 1}, {0.1, 0, 0}, 5e6, 0},
		{{1, 1, 1}, {0, 0.1, 0.1}, 0, 5e6},
		{{0.25, 0.25}, {0.1, 0.1}, 0, 0},
		{{0.75, 0.75, 0.75}, {0.1, 0.1, 0.1}, 0, 5e6},
		{{0.75, 0.75, 0.75, 0.75}, {0.1, 0.1, 0.1, 0}, 0, 0},
	};
	struct search_bounds b;
	struct search s;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		init(&s, MAJORITY);
		for (k = 0; k < 4 && cases[i].durations[k] > 0; k++)
			search_add(&s, 5e6, cases[i].durations[k], cases[i].losses[k]);
		b = search_bounds(&s, 0);
		CU_ASSERT_EQUAL(b.lower_pps, cases[i].lower);
		CU_ASSERT_EQUAL(b.upper_pps, cases[i].upper);
	}
}

static void test_bursts(void)
{
	const double longest[] = {1, 2, 999, 1024, 123456, 5e6};
	struct bisect b;
	unsigned trials;
	double n;
	size_t i;

	for (i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
		bisect_init(&b, BISECT_GEOMETRIC, 1, 2e7, 0.01);
		for (trials = 0; bisect_next(&b, &n); trials++) {
			CU_ASSERT_EQUAL(n, floor(n));
			bisect_add(&b, n, n <= longest[i]);
		}
		CU_ASSERT(b.lower <= longest[i] && b.upper > longest[i]);
		CU_ASSERT(b.upper - b.lower <= fmax(1, 0.01 * b.upper));
		CU_ASSERT(trials <= 16);
	}
	bisect_init(&b, BISECT_GEOMETRIC, 1, 2e7, 0.01);
	CU_ASSERT(bisect_next(&b, &n) && n == 2e7);
	bisect_add(&b, n, true);
	CU_ASSERT_FALSE(bisect_next(&b, &n));
	CU_ASSERT_FALSE(b.upper_bad);
	CU_ASSERT_EQUAL(b.lower, 2e7);
}

static const struct suite_test tests[] = {
	{"known curves", test_known_curves},
	{"fewer trials than the plain search", test_fewer_trials_than_plain},
	{"edges", test_edges},
	{"disturbed trials", test_disturbed_trials},
	{"noisy device", test_noisy_device},
	{"gives up", test_gives_up},
	{"order does not matter", test_order_does_not_matter},
	{"classification", test_classification},
	{"bursts", test_bursts},
};

SUITE_MAIN("search", tests)
