/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log-linear histogram of 64-bit values, after the idea of HdrHistogram (Tene): every power of
 * two is cut into HIST_SUB buckets, so a bucket is at most 1/32 (3.1 %) as wide as its values are
 * large; below 64 each value has its own bucket.
 */
#ifndef PG_HIST_H
#define PG_HIST_H

#include <stddef.h>
#include <stdint.h>

#define HIST_SUB_BITS 5
#define HIST_SUB      (1u << HIST_SUB_BITS)
#define HIST_BUCKETS  ((65u - HIST_SUB_BITS) * HIST_SUB)

struct hist {
	uint64_t count;
	uint64_t min; /* of the values themselves, not of buckets; UINT64_MAX while empty */
	uint64_t max;
	double sum;
	uint64_t bucket[HIST_BUCKETS];
};

void hist_init(struct hist *h);
void hist_record(struct hist *h, uint64_t value);
void hist_merge(struct hist *into, const struct hist *from);

/*
 * The value that the fraction q (0..1] of all values do not exceed: the upper end of the bucket
 * that holds it, but never more than the largest value. 0 while empty. Error: at most 1/32 of the
 * value, and never too low.
 */
uint64_t hist_quantile(const struct hist *h, double q);
double hist_mean(const struct hist *h);

/* Which bucket a value falls into, and the values [low, high] that a bucket holds. */
unsigned hist_index(uint64_t value);
uint64_t hist_low(unsigned index);
uint64_t hist_high(unsigned index);

#endif
