/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a build like the good one or like the bad one? A sequential probability ratio test (A. Wald,
 * "Sequential Tests of Statistical Hypotheses", 1945): pairs of trials are added until the evidence
 * suffices, which takes fewer of them than any test of fixed size with the same chance of error.
 */
#ifndef VB_SPRT_H
#define VB_SPRT_H

#include <stddef.h>

enum sprt_verdict { SPRT_UNDECIDED, SPRT_GOOD, SPRT_BAD };

struct sprt {
	double shift;	 /* what the bad build differs by: logarithm of its ratio to the good one */
	double scatter;	 /* standard deviation of the logarithm of one pair's ratio */
	double evidence; /* logarithm of the likelihood ratio, bad over good */
	double bound;	 /* of |evidence|, where the verdict falls */
	unsigned pairs;
};

/* error: the chance that a verdict is wrong, either way. */
void sprt_begin(struct sprt *s, double shift, double scatter, double error);
/* good, other: the figures of one pair of trials, both above 0. */
enum sprt_verdict sprt_add(struct sprt *s, double good, double other);

/*
 * What n pairs of trials of the good and the bad build say: their shift, and the scatter as it is
 * at most with 90 % confidence, since few pairs may agree by chance. 0; -1 when the shift is
 * less than SPRT_CLEAR standard errors, so that the two builds cannot be told apart.
 */
int sprt_measure(const double *good, const double *bad, size_t n, double *shift, double *scatter);

#define SPRT_CLEAR 4.0

#endif
