/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * So few packets that what a batch prepares for many would cost more than they do. Queues, runs and
 * news are for several destinations; these have one.
 */
#ifndef NM_HANDFUL_H
#define NM_HANDFUL_H

#include "forward.h"

#define NM_HANDFUL 7

/*
 * Forwards the first of n packets, at most NM_HANDFUL, from slot pos on, and those behind it that
 * have its addresses. Returns how many slots that were, or 0, and nothing is done: it is anything
 * but plain packets from one port to another through a switch that learns, or there is no room.
 * Inside the gate.
 */
uint32_t nm_handful(const struct nm_vale *vale, const struct nm_members *members,
		    struct nm_ring *src, uint32_t pos, uint32_t n);

#endif
