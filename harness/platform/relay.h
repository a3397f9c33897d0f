/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wires that lead out of a guest: QEMU holds one end of each for as long as it runs, programs
 * take the other one by turns. A program that goes leaves no part of a frame behind for the next,
 * and QEMU does not learn of it (7.2 and others fail when a stream ends while frames wait for the
 * guest).
 */
#ifndef VB_RELAY_H
#define VB_RELAY_H

#include <stddef.h>

#include "err.h"

#define RELAY_WIRES_MAX 32

/* A wire: the emulator's end, and the abstract name (unix(7)) at which a program finds the other.
 */
struct relay_wire {
	int card;
	const char *name;
};

/* Carries frames, each after its length in four bytes, until an emulator's end is closed: 0; or -1
 * with err. */
int relay_run(const struct relay_wire *wires, size_t n, struct vb_err *err);

#endif
