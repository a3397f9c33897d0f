/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as the tables show them. */
#ifndef VB_RESULTS_WORDS_H
#define VB_RESULTS_WORDS_H

#include <stddef.h>

/* A value in the unit that the metric's name ends in; "-" below 0. */
const char *results_number(const char *metric, double value, char *buf, size_t bytes);
/* A ratio as percent; "-" below 0. */
const char *results_percent(double ratio, char *buf, size_t bytes);

#endif
