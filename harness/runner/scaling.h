/* SPDX-License-Identifier: BSD-2-Clause */
/* How a rate should go with a parameter, and how far what was measured is from that. */
#ifndef VB_SCALING_H
#define VB_SCALING_H

#include <stddef.h>

#include "scenario.h"

struct scaling_point {
	double x, rate; /* x > 0; rate in packets a second, > 0 */
	double ratio;	/* measured over expected; filled by scaling_compare() */
};

/*
 * Fills the ratios. The point with the least x is the yardstick of
 *	SHAPE_FLAT	the same rate everywhere
 *	SHAPE_LINEAR	a rate in proportion to x, as long as there are cpus_each CPUs for each unit
 *			of x (0: for ever)
 * while of SHAPE_AFFINE_COST, where a packet takes a + b * x, a and b are those with the least sum
 * of squared relative errors, and all points are held against them; two points always fit.
 */
void scaling_compare(enum scenario_expected shape, struct scaling_point *points, size_t n,
		     unsigned cpus, unsigned cpus_each);

#endif
