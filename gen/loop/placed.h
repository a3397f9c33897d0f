/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One program, linked in several orders of its parts. Where code lies in memory moves a loop of a
 * few ns by some percent, and any change of any part moves what is linked behind it. So no single
 * link is measured: each process becomes one of them, drawn at random.
 */
#ifndef LOOP_PLACED_H
#define LOOP_PLACED_H

/* Lies beside the program; each file in it is named NAME-K, K from 1. */
#define PLACED_FOLDER "placed"

/*
 * Replaces this process by one of its other links. Returns when there are none, as for a program
 * that is itself one of them, or that was copied elsewhere alone.
 */
void placed_draw(char **argv);

/* Which link this process is: its K, or 0 for the one that lies by itself. */
unsigned placed_number(void);

#endif
