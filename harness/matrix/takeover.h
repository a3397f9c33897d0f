/* SPDX-License-Identifier: BSD-2-Clause */
/* What earlier matrices of the store know already. */
#ifndef VB_MATRIX_TAKEOVER_H
#define VB_MATRIX_TAKEOVER_H

#include "rows.h"

/*
 * Settles each cell of a new run, in grid and store, that passed when it was last run, whatever was
 * selected then and whatever the source was: on the same kernel, release and package version, and
 * the same item. Each says in matrix_origins whose it is. A kernel of the user's own may have
 * changed under its name, so nothing is taken over for it. 0, or -1 with err.
 */
int take_over(struct store *st, const struct rows_run *run, struct grid *grid, struct vb_err *err);

#endif
