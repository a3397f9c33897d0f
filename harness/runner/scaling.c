/* SPDX-License-Identifier: BSD-2-Clause */
#include "scaling.h"

#include <math.h>

static const struct scaling_point *least(const struct scaling_point *points, size_t n)
{
	const struct scaling_point *first = points, *p;

	for (p = points; p < points + n; p++)
		if (p->x < first->x)
			first = p;
	return first;
}

/* Units of x that run at once. */
static double at_once(double x, unsigned cpus, unsigned cpus_each)
{
	return cpus_each ? fmin(x, fmax(1, floor((double)cpus / cpus_each))) : x;
}

/*
 * 1 / rate = a + b x. Dividing by the measured 1 / rate makes the errors relative: least squares of
 * 1 = a rate + b x rate.
 */
static void compare_cost(struct scaling_point *points, size_t n)
{
	double aa = 0, ab = 0, bb = 0, a1 = 0, b1 = 0, u, v, det, a, b;
	double scale = points[0].rate;
	size_t i;

	for (i = 0; i < n; i++) {
		u = points[i].rate / scale;
		v = points[i].x * u;
		aa += u * u;
		ab += u * v;
		bb += v * v;
		a1 += u;
		b1 += v;
	}
	det = aa * bb - ab * ab;
	if (fabs(det) < 1e-12 * aa * bb) {
		a = 1;
		b = 0;
	} else {
		a = (a1 * bb - b1 * ab) / det;
		b = (b1 * aa - a1 * ab) / det;
	}
	for (i = 0; i < n; i++)
		points[i].ratio = points[i].rate / scale * (a + b * points[i].x);
}

void scaling_compare(enum scenario_expected shape, struct scaling_point *points, size_t n,
		     unsigned cpus, unsigned cpus_each)
{
	const struct scaling_point first = *least(points, n);
	double expected;
	size_t i;

	if (shape == SHAPE_AFFINE_COST) {
		compare_cost(points, n);
		return;
	}
	for (i = 0; i < n; i++) {
		expected = first.rate;
		if (shape == SHAPE_LINEAR)
			expected *= at_once(points[i].x, cpus, cpus_each) /
				    at_once(first.x, cpus, cpus_each);
		points[i].ratio = points[i].rate / expected;
	}
}
