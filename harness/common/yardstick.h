/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What time is measured with: a loop of an addition and a jump, which current processors do in one
 * cycle. It touches no memory, so it takes longer only where somebody else has the core: another
 * task, another guest, or whoever shares its execution units.
 */
#ifndef VB_YARDSTICK_H
#define VB_YARDSTICK_H

#include <stdint.h>

#define YARDSTICK_CYCLES 250000

/* Takes YARDSTICK_CYCLES cycles of a core that nobody disturbs. */
void yardstick(void);

#endif
