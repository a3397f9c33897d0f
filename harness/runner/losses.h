/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets went that were sent and not received. */
#ifndef VB_LOSSES_H
#define VB_LOSSES_H

#include "record.h"

/* All in packets. */
struct losses {
	double sent;	 /* copies: of a flood one for each receiver */
	double taken;	 /* by receivers */
	double reported; /* by receivers, of those that found no room before them */
};

/*
 * loss_ratio, and by the counters already in the record the places. With a switch: lost_ring_full,
 * lost_not_ready, lost_bad_slot at receiving ports. Of a run without cards also lost_unread in
 * their rings at the end and lost_at_sender before any queue. Of one with cards sent_packets;
 * lost_at_card, for which a card had no room; lost_in_kernel between card and program;
 * lost_at_program, by what receivers reported; and lost_on_wire: the rest, which reached no card
 * that counts, or was still under way at the end. Nothing when nothing was sent.
 */
void losses_put(struct record *r, const struct losses *l);

#endif
