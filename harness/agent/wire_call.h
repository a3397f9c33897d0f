/* SPDX-License-Identifier: BSD-2-Clause */
/* One program run by an agent elsewhere, as if it ran here. */
#ifndef VB_WIRE_CALL_H
#define VB_WIRE_CALL_H

#include <stdio.h>

#include "err.h"

/*
 * Has the agent at fd run argv, writes the lines of its output to out and err as they come, and
 * passes on the signals that the descriptor `signals` (of signalfd(2)) tells of; -1: none. Returns
 * the program's exit status, 128 and the number of the signal that ended it, or -1 with why: no
 * answer for answer_ms, or for longer than limit_ms no end.
 */
struct wire_call {
	int fd, signals;
	const char *const *argv;
	unsigned answer_ms, limit_ms;
	FILE *out, *err;
};

int wire_call(const struct wire_call *call, struct vb_err *why);

#endif
