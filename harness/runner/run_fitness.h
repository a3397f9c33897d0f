/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks, before the first point, whether the machine is fit to measure. */
#ifndef VB_RUN_FITNESS_H
#define VB_RUN_FITNESS_H

#include "run_state.h"

/*
 * Takes the checks that the scenario wants, stores them and the verdict, and warns of a machine
 * that is not fit. -1: interrupted, the store did not take it, or the platform failed.
 */
int run_fitness(struct run *r, struct vb_err *err);

/* After the last point: was there other work during the trials? */
void run_fitness_after(struct run *r);

#endif
