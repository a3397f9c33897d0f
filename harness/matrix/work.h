/* SPDX-License-Identifier: BSD-2-Clause */
/* Working a matrix off: some cells side by side, each after those that it needs. */
#ifndef VB_MATRIX_WORK_H
#define VB_MATRIX_WORK_H

#include <signal.h>

#include "rows.h"

#define WORK_MAX_JOBS 64

struct work {
	struct grid *grid;
	struct store *store;
	const struct rows_run *run;
	const char *results; /* folder of results */
	unsigned jobs;
	const volatile sig_atomic_t *interrupted;
};

/*
 * Runs every pending cell and stores each at its end, with one line of progress on stderr. A cell
 * that fails stops nothing but those that need it. 0 when all are done; -1 with err:
 * VB_INTERRUPTED, or what the store says.
 */
int work_off(struct work *work, struct vb_err *err);

#endif
