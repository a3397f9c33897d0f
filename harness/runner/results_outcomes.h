/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of what a run's searches found. */
#ifndef VB_RESULTS_OUTCOMES_H
#define VB_RESULTS_OUTCOMES_H

#include <stdbool.h>
#include <stdio.h>

#include "store.h"

/* Prints it unless the run's measured points have no such results; printed says which. */
int results_outcomes(struct store *st, int64_t run, FILE *out, bool *printed, struct vb_err *err);

#endif
