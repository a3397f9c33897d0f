/* SPDX-License-Identifier: BSD-2-Clause */
/* Arithmetic of time and of mixes: pacing, replay, sizes. No clock is involved. */
#include <math.h>
#include <string.h>

#include "monotonic.h"
#include "pace.h"
#include "replay.h"
#include "sizes.h"
#include "spin.h"
#include "suite.h"

static void bursts_shrink_with_the_rate(void)
{
	CU_ASSERT_EQUAL(pace_burst(0, 512), 512);
	CU_ASSERT_EQUAL(pace_burst(1000000, 512), 512);
	CU_ASSERT_EQUAL(pace_burst(30000, 512), 100);
	CU_ASSERT_EQUAL(pace_burst(300, 512), 1);
	CU_ASSERT_EQUAL(pace_burst(1, 512), 1);
}

static void senders_start_on_a_whole_second(void)
{
	CU_ASSERT_EQUAL(pace_start(5 * NS_PER_S), 7 * NS_PER_S);
	CU_ASSERT_EQUAL(pace_start(5 * NS_PER_S + 999999999), 7 * NS_PER_S);
}

static void constant_gaps_do_not_drift(void)
{
	static const struct {
		uint64_t rate;
		unsigned burst;
	} cases[] = {{3, 1}, {7, 5}, {1000000, 512}, {14880952, 64}, {999999937, 1}};
	struct pace p;
	uint64_t k;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pace_init(&p, cases[i].rate, cases[i].burst, GAP_CONSTANT, 1000, 1);
		for (k = 0; k < 100000; k++) {
			unsigned __int128 exact =
				(unsigned __int128)k * cases[i].burst * NS_PER_S / cases[i].rate;

			CU_ASSERT_EQUAL_FATAL(pace_next(&p), 1000 + (uint64_t)exact);
		}
	}
}

/* Mean and deviation of exponential gaps are equal. */
static void poisson_gaps_have_the_right_spread(void)
{
	double sum = 0, squares = 0, gap, mean, deviation;
	const unsigned n = 200000;
	uint64_t last = 0, due;
	struct pace p;
	unsigned k;

	pace_init(&p, 100000, 1, GAP_POISSON, 0, 42);
	pace_next(&p);
	for (k = 0; k < n; k++) {
		due = pace_next(&p);
		gap = (double)(due - last);
		last = due;
		sum += gap;
		squares += gap * gap;
	}
	mean = sum / n;
	deviation = sqrt(squares / n - mean * mean);
	CU_ASSERT_DOUBLE_EQUAL(mean, 10000, 100);
	CU_ASSERT_DOUBLE_EQUAL(deviation, 10000, 200);
}

static void replay_keeps_scales_and_drops_the_timing(void)
{
	struct pcap_packet packets[] = {{0, 0, 60}, {1000, 0, 60}, {4000, 0, 60}};
	struct pcapfile f = {.packets = packets, .count = 3};

	CU_ASSERT_EQUAL(replay_due_ns(&f, 0, 0, 1.0), 0);
	CU_ASSERT_EQUAL(replay_due_ns(&f, 0, 2, 1.0), 4000);
	CU_ASSERT_EQUAL(replay_due_ns(&f, 0, 2, 4.0), 1000);
	CU_ASSERT_EQUAL(replay_due_ns(&f, 0, 2, 0.5), 8000);
	/* A round is 4000 ns and a mean gap of 2000 ns long. */
	CU_ASSERT_EQUAL(replay_due_ns(&f, 1, 0, 1.0), 6000);
	CU_ASSERT_EQUAL(replay_due_ns(&f, 3, 1, 2.0), 9500);
	CU_ASSERT_EQUAL(replay_due_ns(&f, 3, 1, 0.0), 0);
}

static void imix_is_seven_four_one(void)
{
	uint32_t position = 0, n60 = 0, n590 = 0, n1514 = 0, bytes;
	struct rng rng = {1};
	struct vb_err err;
	struct sizes s;
	unsigned i;

	CU_ASSERT_EQUAL_FATAL(sizes_parse(&s, "imix", &err), 0);
	CU_ASSERT(s.low == 60 && s.high == 1514);
	for (i = 0; i < 1200; i++) {
		bytes = sizes_next(&s, &position, &rng);
		n60 += bytes == 60;
		n590 += bytes == 590;
		n1514 += bytes == 1514;
		/* Spread, not in blocks: after any 12 the proportions hold. */
		if (i % 12 == 11)
			CU_ASSERT(n60 == 7 * (i + 1) / 12 && n590 == 4 * (i + 1) / 12 &&
				  n1514 == (i + 1) / 12);
	}
	sizes_free(&s);
}

static void sizes_come_as_written(void)
{
	uint32_t position = 0, bytes, low = 0, high = 0;
	struct rng rng;
	struct vb_err err;
	struct sizes s;
	unsigned i;

	rng_seed(&rng, 3);
	CU_ASSERT_EQUAL_FATAL(sizes_parse(&s, "60,508,1514", &err), 0);
	for (i = 0; i < 9; i++)
		CU_ASSERT_EQUAL(sizes_next(&s, &position, &rng), i % 3 == 0   ? 60u
								 : i % 3 == 1 ? 508u
									      : 1514u);
	sizes_free(&s);
	CU_ASSERT_EQUAL_FATAL(sizes_parse(&s, "100-107", &err), 0);
	for (i = 0; i < 8000; i++) {
		bytes = sizes_next(&s, &position, &rng);
		CU_ASSERT_FATAL(bytes >= 100 && bytes <= 107);
		low += bytes == 100;
		high += bytes == 107;
	}
	CU_ASSERT(low > 850 && low < 1150 && high > 850 && high < 1150);
	CU_ASSERT_EQUAL_FATAL(sizes_parse(&s, "60", &err), 0);
	CU_ASSERT(sizes_fixed(&s));
	sizes_free(&s);
}

/* Packets every 5 us: each look finds them while it still spins. */
static void spinning_goes_on_where_it_pays(void)
{
	struct spin s = {.spinning = false};
	uint64_t now_ns = 0;
	unsigned i;

	for (i = 0; i < 100; i++, now_ns += 5000) {
		CU_ASSERT(spin_again(&s, now_ns, true));
		CU_ASSERT(spin_again(&s, now_ns + 2500, false));
	}
}

/* A spin in vain: looks that take look_ns each. How many they were. */
static unsigned spin_in_vain(struct spin *s, uint64_t now_ns, uint64_t look_ns)
{
	unsigned looks = 1;

	while (spin_again(s, now_ns += look_ns, false))
		looks++;
	return looks;
}

/* Packets every ms: waits take the place of spins, and these cost less than 1 % of a CPU. */
static void spinning_ends_where_it_does_not_pay(void)
{
	struct spin s = {.spinning = false};
	uint64_t now_ns = 0;
	unsigned i, spins = 0;

	for (i = 0; i < 1000; i++, now_ns += NS_PER_MS)
		if (spin_again(&s, now_ns, true)) {
			spins++;
			CU_ASSERT_EQUAL(spin_in_vain(&s, now_ns, SPIN_NS / 100), 100);
		}
	CU_ASSERT(spins > 10 && spins * SPIN_NS < 1000 * NS_PER_MS / 100);
}

/* Where a look takes longer than a spin is to take, so does a wake-up, and one look proves little. */
static void spinning_is_some_looks_at_least(void)
{
	struct spin s = {.spinning = false};

	CU_ASSERT(spin_again(&s, NS_PER_S, true));
	CU_ASSERT_EQUAL(spin_in_vain(&s, NS_PER_S, 2 * SPIN_NS), SPIN_LOOKS);
}

/* However long it was in vain, a receiver soon tries again, and stays awake where that pays. */
static void spinning_comes_back(void)
{
	struct spin s = {.spinning = false};
	uint64_t now_ns = 0;
	unsigned i;

	for (i = 0; i < 1000; i++, now_ns += NS_PER_MS)
		if (spin_again(&s, now_ns, true))
			spin_in_vain(&s, now_ns, SPIN_NS / 10);
	now_ns += SPIN_BAR_MAX;
	for (i = 0; i < 100; i++, now_ns += 5000)
		CU_ASSERT(spin_again(&s, now_ns, true));
}

static const struct suite_test tests[] = {
	{"bursts shrink with the rate", bursts_shrink_with_the_rate},
	{"senders start on a whole second", senders_start_on_a_whole_second},
	{"constant gaps do not drift", constant_gaps_do_not_drift},
	{"Poisson gaps have the right spread", poisson_gaps_have_the_right_spread},
	{"replay keeps, scales and drops the timing", replay_keeps_scales_and_drops_the_timing},
	{"imix is 7:4:1", imix_is_seven_four_one},
	{"spinning goes on where it pays", spinning_goes_on_where_it_pays},
	{"spinning ends where it does not pay", spinning_ends_where_it_does_not_pay},
	{"spinning is some looks at least", spinning_is_some_looks_at_least},
	{"spinning comes back", spinning_comes_back},
	{"sizes come as written", sizes_come_as_written},
};

SUITE_MAIN("gen-timing", tests)
