/* SPDX-License-Identifier: BSD-2-Clause */
/* After the last point of a scaling scenario: does the rate go as expected? */
#ifndef VB_RUN_SCALING_H
#define VB_RUN_SCALING_H

#include "run_state.h"

/*
 * Stores scaling_ratio, measured over expected rate, as an outcome of every point, and warns of
 * those that miss the scenario's tolerance. Nothing for other measures. -1: the store did not take
 * it.
 */
int run_scaling(struct run *r, struct vb_err *err);

#endif
