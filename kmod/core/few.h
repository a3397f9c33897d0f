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
 * Takes a queue of a plain batch without flood, for that port. False, and nothing is done: they are
 * many, or the port or ring is not as other ones are.
 */
bool nm_few_add(struct nm_ring *src, struct nm_port *port, const struct nm_queue *q);
/* Delivers those that were added. */
void nm_few_deliver(struct nm_work *w);

#endif
