/* SPDX-License-Identifier: BSD-2-Clause */
#include "sprt.h"

#include <math.h>

/* Equal counts of instructions would otherwise promise that the next pair is equal to the last bit.
 */
#define SCATTER_MIN 0.0005

/*
 * Upper 90 % limit of a standard deviation over its estimate from n - 1 degrees of freedom:
 * sqrt((n - 1) / chi2), with the 10 % quantile of chi-square by E. B. Wilson and M. M. Hilferty,
 * "The Distribution of Chi-Square", 1931.
 */
static double widen(size_t n)
{
	const double normal_10 = -1.2815515655446004;
	double k = (double)n - 1, c = 2 / (9 * k), root = 1 - c + normal_10 * sqrt(c);

	return 1 / sqrt(root * root * root);
}

void sprt_begin(struct sprt *s, double shift, double scatter, double error)
{
	*s = (struct sprt){.shift = shift,
			   .scatter = scatter > SCATTER_MIN ? scatter : SCATTER_MIN,
			   .bound = log((1 - error) / error)};
}

enum sprt_verdict sprt_add(struct sprt *s, double good, double other)
{
	double x = log(other / good);

	s->pairs++;
	s->evidence += s->shift / (s->scatter * s->scatter) * (x - s->shift / 2);
	if (s->evidence >= s->bound)
		return SPRT_BAD;
	return s->evidence <= -s->bound ? SPRT_GOOD : SPRT_UNDECIDED;
}

int sprt_measure(const double *good, const double *bad, size_t n, double *shift, double *scatter)
{
	double sum = 0, squares = 0, x;
	size_t i;

	for (i = 0; i < n; i++)
		sum += log(bad[i] / good[i]);
	*shift = n ? sum / n : 0;
	for (i = 0; i < n; i++) {
		x = log(bad[i] / good[i]) - *shift;
		squares += x * x;
	}
	if (n < 2)
		return -1;
	*scatter = sqrt(squares / (n - 1)) * widen(n);
	if (*scatter < SCATTER_MIN)
		*scatter = SCATTER_MIN;
	return fabs(*shift) > SPRT_CLEAR * *scatter / sqrt(n) ? 0 : -1;
}
