/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of what a run's searches found. */
#ifndef VB_RESULTS_OUTCOMES_H
#define VB_RESULTS_OUTCOMES_H

#include <stdio.h>

#include "store.h"

/* Prints it if the run's measured points have such results. */
int results_outcomes(struct store *st, int64_t run, FILE *out, struct vb_err *err);

#endif
