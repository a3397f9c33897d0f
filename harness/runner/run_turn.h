/* SPDX-License-Identifier: BSD-2-Clause */
/* A run that is half of a comparison takes its trials in turn with the other half. */
#ifndef VB_RUN_TURN_H
#define VB_RUN_TURN_H

#include "run_state.h"

/* Waits for the turn, listening to the platform meanwhile. -1: interrupted, or VB_TIMEOUT. */
int run_take_turn(struct run *r, struct vb_err *err);
void run_pass_turn(struct run *r);

#endif
