/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain binary search of RFC 2544 and RFC 9004: the greatest value that is good, each value
 * tried once. It begins at the greatest value and halves what is left until that is no wider than
 * the resolution.
 */
#ifndef VB_BISECT_H
#define VB_BISECT_H

#include <stdbool.h>

enum bisect_scale {
	BISECT_LINEAR,	  /* resolution: the same distance everywhere */
	BISECT_GEOMETRIC, /* resolution: a share of the upper bound; values are whole numbers */
};

struct bisect {
	enum bisect_scale scale;
	double lower, upper; /* the greatest good value, the least bad one */
	double resolution;
	bool upper_bad; /* false: even the greatest value was good, or was not tried yet */
	bool begun;
};

/* lower need not be good: it is never tried. 0 <= lower < greatest; geometric: 1 <= lower. */
void bisect_init(struct bisect *b, enum bisect_scale scale, double lower, double greatest,
		 double resolution);
/* False when it is over. */
bool bisect_next(const struct bisect *b, double *value);
void bisect_add(struct bisect *b, double value, bool good);

#endif
