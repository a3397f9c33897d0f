/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VB_MEDIAN_H
#define VB_MEDIAN_H

#include <stddef.h>

/* Sorts the values; n > 0. Of an even number the mean of the two in the middle. */
double median(double *values, size_t n);

#endif
