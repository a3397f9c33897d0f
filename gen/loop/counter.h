/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A clock that counts instructions. Under QEMU's -icount shift=0 the emulated processor's time
 * stamp counter goes on by one with each guest instruction, in the kernel as in programs.
 */
#ifndef LOOP_COUNTER_H
#define LOOP_COUNTER_H

#include <stdint.h>

#include "err.h"

uint64_t counter_read(void);

/*
 * Counts a loop of known length several times. 0, and *per_instruction what the counter goes on by
 * with each instruction (1 within COUNTER_TOLERANCE); -1 (VB_MISSING) on a machine whose counter
 * counts something else.
 */
int counter_check(double *per_instruction, struct vb_err *err);

#define COUNTER_TOLERANCE 0.002

#endif
