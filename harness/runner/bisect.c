/* SPDX-License-Identifier: BSD-2-Clause */
#include "bisect.h"

#include <math.h>

void bisect_init(struct bisect *b, enum bisect_scale scale, double lower, double greatest,
		 double resolution)
{
	*b = (struct bisect){
		.scale = scale, .lower = lower, .upper = greatest, .resolution = resolution};
}

static bool narrow(const struct bisect *b)
{
	double gap = b->upper - b->lower;

	if (b->scale == BISECT_LINEAR)
		return gap <= b->resolution;
	return gap <= 1 || gap <= b->upper * b->resolution;
}

bool bisect_next(const struct bisect *b, double *value)
{
	if (!b->begun) {
		*value = b->upper;
		return true;
	}
	if (!b->upper_bad || narrow(b))
		return false;
	*value = b->scale == BISECT_LINEAR ? (b->lower + b->upper) / 2
					   : floor(sqrt(b->lower * b->upper));
	if (*value <= b->lower)
		*value = b->lower + 1;
	return true;
}

void bisect_add(struct bisect *b, double value, bool good)
{
	b->begun = true;
	if (good && value > b->lower)
		b->lower = value;
	if (!good && value <= b->upper) {
		b->upper = value;
		b->upper_bad = true;
	}
}
