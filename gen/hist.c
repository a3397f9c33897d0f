/* SPDX-License-Identifier: BSD-2-Clause */
#include "hist.h"

#include <math.h>
#include <string.h>

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

unsigned hist_index(uint64_t value)
{
	unsigned shift;

	if (value < 2 * HIST_SUB)
		return (unsigned)value;
	shift = 63u - HIST_SUB_BITS - (unsigned)__builtin_clzll(value);
	return shift * HIST_SUB + (unsigned)(value >> shift);
}

uint64_t hist_low(unsigned index)
{
	unsigned shift;

	if (index < 2 * HIST_SUB)
		return index;
	shift = index / HIST_SUB - 1;
	return (uint64_t)(index - shift * HIST_SUB) << shift;
}

uint64_t hist_high(unsigned index)
{
	unsigned shift = index < 2 * HIST_SUB ? 0 : index / HIST_SUB - 1;

	return hist_low(index) + ((1ull << shift) - 1);
}

void hist_record(struct hist *h, uint64_t value)
{
	h->count++;
	h->sum += (double)value;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
	h->bucket[hist_index(value)]++;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	unsigned i;

	into->count += from->count;
	into->sum += from->sum;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	for (i = 0; i < HIST_BUCKETS; i++)
		into->bucket[i] += from->bucket[i];
}

uint64_t hist_quantile(const struct hist *h, double q)
{
	uint64_t rank, seen = 0, high;
	unsigned i;

	if (!h->count)
		return 0;
	rank = (uint64_t)ceil(q * (double)h->count);
	rank = rank < 1 ? 1 : rank > h->count ? h->count : rank;
	for (i = 0; i < HIST_BUCKETS - 1; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			break;
	}
	high = hist_high(i);
	return high < h->max ? high : h->max;
}

double hist_mean(const struct hist *h)
{
	return h->count ? h->sum / (double)h->count : 0;
}
