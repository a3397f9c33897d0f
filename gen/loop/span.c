/* SPDX-License-Identifier: BSD-2-Clause */
#include "span.h"

#include <stdbool.h>
#include <stdlib.h>

#include "yardstick.h"

#define HANDFUL 5

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t fastest_of(const struct span *spans, size_t n)
{
	uint64_t fastest = UINT64_MAX;
	size_t i;

	for (i = 0; i < n; i++)
		fastest = least(least(fastest, spans[i].before),
				least(spans[i].between, spans[i].after));
	return fastest;
}

static double limit_of(const struct span *spans, size_t n)
{
	return fastest_of(spans, n) * (1 + SPAN_TOLERANCE);
}

static bool undisturbed(const struct span *s, double limit)
{
	return s->before <= limit && s->between <= limit && s->after <= limit;
}

size_t span_undisturbed(const struct span *spans, size_t n)
{
	const double limit = limit_of(spans, n);
	size_t i, found = 0;

	for (i = 0; i < n; i++)
		found += undisturbed(&spans[i], limit);
	return found;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double lower_quartile(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_size);
	return values[(n - 1) / 4];
}

static double cycles(uint64_t ticks, uint64_t before, uint64_t after)
{
	return (double)ticks * 2 * YARDSTICK_CYCLES / (before + after);
}

static double ticks_of(const struct span *s)
{
	return s->work;
}

static double cycles_of(const struct span *s)
{
	return cycles(s->work, s->before, s->between);
}

static double copy_cycles_of(const struct span *s)
{
	return cycles(s->copy, s->between, s->after);
}

int span_cost(const struct span *spans, size_t n, struct span_cost *cost)
{
	double (*const of[])(const struct span *) = {ticks_of, cycles_of, copy_cycles_of};
	double *const to[] = {&cost->work_ticks, &cost->work_cycles, &cost->copy_cycles};
	double *values = calloc(n, sizeof(*values)), limit = limit_of(spans, n);
	size_t i, k, taken;

	if (!values)
		return -1;
	*cost = (struct span_cost){.spans = n,
				   .undisturbed = span_undisturbed(spans, n),
				   .cycles_per_tick =
					   (double)YARDSTICK_CYCLES / fastest_of(spans, n)};
	for (k = 0; k < sizeof(of) / sizeof(of[0]); k++) {
		for (i = taken = 0; i < n; i++)
			if (cost->undisturbed < HANDFUL || undisturbed(&spans[i], limit))
				values[taken++] = of[k](&spans[i]);
		*to[k] = lower_quartile(values, taken);
	}
	free(values);
	return 0;
}
