/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns of two runners that measure on one machine: one byte that goes back and forth through two
 * pipes. Whoever holds it takes a trial; when one has ended, the other always holds it.
 */
#ifndef VB_BATON_H
#define VB_BATON_H

#include <stdbool.h>

struct baton {
	int in, out; /* read end of ours, write end of the other's; -1: there is no other */
	bool second; /* the other one begins, once we have passed for the first time */
	bool begun;
};

/* Is it our turn? Waits at most wait_ms for it. */
bool baton_mine(struct baton *b, unsigned wait_ms);
void baton_pass(struct baton *b);

#endif
