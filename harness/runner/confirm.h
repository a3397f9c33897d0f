/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the gate does before it believes a change: the commit that the baseline was taken of is
 * built again, and it and this tree are measured in turn. A machine that is no longer what it was
 * when the baseline was taken slows both alike.
 */
#ifndef VB_CONFIRM_H
#define VB_CONFIRM_H

#include <signal.h>

#include "err.h"
#include "tree.h"

#define CONFIRM_PAIRS_MAX 20

struct confirm {
	const char *scenario, *platform, *results; /* path, name, folder */
	const volatile sig_atomic_t *interrupted;
	struct tree old;
	char *pairs[CONFIRM_PAIRS_MAX]; /* names of the comparisons, one a pair of runs */
	unsigned n, unfit;
};

/*
 * Builds the one commit of all runs of a baseline's file. -1: VB_INTERRUPTED, or VB_CANNOT_TELL
 * when they are of several, or of a tree with changes that no commit holds, or it is not here or
 * does not build.
 */
int confirm_open(struct confirm *c, const char *baseline, struct vb_err *err);

/*
 * Takes pairs of whole runs, the trials of each pair in turn, until there are so many; one on a
 * machine that was not fit is taken again. -1: VB_CANNOT_TELL with the reason, VB_INTERRUPTED.
 */
int confirm_take(struct confirm *c, unsigned pairs, struct vb_err *err);

void confirm_close(struct confirm *c);

#endif
