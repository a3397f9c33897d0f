/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A few plain packets for each of several rings are delivered side by side, in steps that all of
 * them take before the next one: what a step waits for, memory that is far or that another CPU has,
 * comes at the same time for all.
 */
#ifndef NM_FEW_H
#define NM_FEW_H

#include "deliver.h"

/*
 * Delivers the queues of a plain batch without flood, but for those of more packets, those of ports
 * or rings that are not as other ones are, and those of rings that are full or where others are at
 * work. Their numbers are left in work->later; returns how many.
 */
uint32_t nm_few_deliver(const struct nm_members *members, struct nm_ring *src);

#endif
