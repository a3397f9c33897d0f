/* SPDX-License-Identifier: BSD-2-Clause */
/* The histogram against the sorted samples it was made from. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "rng.h"
#include "suite.h"

#define SAMPLES 20000

static struct hist h;
static uint64_t sample[SAMPLES];

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void buckets_tile_all_values(void)
{
	unsigned i;

	CU_ASSERT_EQUAL(hist_low(0), 0);
	for (i = 0; i + 1 < HIST_BUCKETS; i++) {
		CU_ASSERT_FATAL(hist_high(i) + 1 == hist_low(i + 1));
		CU_ASSERT_FATAL(hist_index(hist_low(i)) == i && hist_index(hist_high(i)) == i);
	}
	CU_ASSERT_EQUAL(hist_high(HIST_BUCKETS - 1), UINT64_MAX);
	CU_ASSERT_EQUAL(hist_index(UINT64_MAX), HIST_BUCKETS - 1);
}

static void buckets_are_at_most_a_32nd_wide(void)
{
	unsigned i;

	for (i = 1; i < HIST_BUCKETS; i++)
		CU_ASSERT_FATAL((hist_high(i) - hist_low(i)) <= hist_low(i) / 32);
}

/* A quantile is never below the sample of that rank and at most 1/32 above it. */
static void compare(double q)
{
	uint64_t want, got = hist_quantile(&h, q);
	size_t rank = (size_t)(q * SAMPLES);

	if ((double)rank < q * SAMPLES)
		rank++;
	want = sample[rank ? rank - 1 : 0];
	CU_ASSERT(got >= want);
	CU_ASSERT(got - want <= want / 32);
}

static void quantiles_agree_with_sorted_samples(void)
{
	static const double q[] = {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0};
	struct rng rng;
	double sum = 0;
	size_t i;

	rng_seed(&rng, 7);
	hist_init(&h);
	for (i = 0; i < SAMPLES; i++) {
		/* From some ns to hours, evenly over the magnitudes. */
		sample[i] = rng_next(&rng) >> (20 + rng_below(&rng, 40));
		sum += (double)sample[i];
		hist_record(&h, sample[i]);
	}
	qsort(sample, SAMPLES, sizeof(sample[0]), by_value);
	for (i = 0; i < sizeof(q) / sizeof(q[0]); i++)
		compare(q[i]);
	CU_ASSERT_EQUAL(h.min, sample[0]);
	CU_ASSERT_EQUAL(h.max, sample[SAMPLES - 1]);
	CU_ASSERT_EQUAL(hist_quantile(&h, 1.0), sample[SAMPLES - 1]);
	CU_ASSERT_DOUBLE_EQUAL(hist_mean(&h), sum / SAMPLES, sum / SAMPLES * 1e-9);
}

static void empty_says_zero(void)
{
	hist_init(&h);
	CU_ASSERT_EQUAL(hist_quantile(&h, 0.5), 0);
	CU_ASSERT_EQUAL(hist_mean(&h), 0);
}

static void merging_equals_recording_together(void)
{
	static struct hist a, b;
	uint64_t v;

	hist_init(&a);
	hist_init(&b);
	hist_init(&h);
	for (v = 1; v < 100000; v += 37) {
		hist_record(v % 2 ? &a : &b, v);
		hist_record(&h, v);
	}
	hist_merge(&a, &b);
	CU_ASSERT_EQUAL(a.count, h.count);
	CU_ASSERT_EQUAL(a.min, h.min);
	CU_ASSERT_EQUAL(a.max, h.max);
	CU_ASSERT_EQUAL(memcmp(a.bucket, h.bucket, sizeof(a.bucket)), 0);
}

static const struct suite_test tests[] = {
	{"buckets tile all values", buckets_tile_all_values},
	{"buckets are at most 1/32 wide", buckets_are_at_most_a_32nd_wide},
	{"quantiles agree with sorted samples", quantiles_agree_with_sorted_samples},
	{"an empty histogram says zero", empty_says_zero},
	{"merging equals recording together", merging_equals_recording_together},
};

SUITE_MAIN("gen-hist", tests)
