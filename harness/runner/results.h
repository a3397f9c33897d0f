/* SPDX-License-Identifier: BSD-2-Clause */
/* The verb `results`: what the store holds, as tables on a terminal. */
#ifndef VB_RESULTS_H
#define VB_RESULTS_H

#include <stdio.h>

#include "store.h"

/* One line a run, newest last. */
int results_list(struct store *st, FILE *out, struct vb_err *err);

/*
 * One run's points: medians and spread (half the range of the good trials over the median), the
 * ratio to the copy loop, the ceiling, the loss and its greatest place; failed trials with their
 * reason; ratios to the baseline of a comparison. -1 (VB_USAGE) when there is no such run.
 */
int results_show(struct store *st, const char *run, FILE *out, struct vb_err *err);

#endif
