/* SPDX-License-Identifier: BSD-2-Clause */
#include "fitness.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void fitness_add(struct fitness *f, const char *name, const char *unit, double value, double bound,
		 const char *fmt, ...)
{
	struct fitness_check *c;
	va_list ap;

	if (f->n >= FITNESS_CHECKS_MAX)
		return;
	c = &f->checks[f->n++];
	*c = (struct fitness_check){
		.name = name, .unit = unit, .value = value, .bound = bound, .ok = FITNESS_UNKNOWN};
	if (!isnan(value) && !isnan(bound))
		c->ok = value <= bound ? FITNESS_GOOD : FITNESS_BAD;
	va_start(ap, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, ap);
	va_end(ap);
}

const char *fitness_verdict(const struct fitness *f)
{
	const char *verdict = "unknown";
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->checks[i].ok == FITNESS_BAD)
			return "unfit";
		if (f->checks[i].ok == FITNESS_GOOD)
			verdict = "fit";
	}
	return verdict;
}
