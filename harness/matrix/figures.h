/* SPDX-License-Identifier: BSD-2-Clause */
/* What the source itself says of how much of it depends on kernels. */
#ifndef VB_MATRIX_FIGURES_H
#define VB_MATRIX_FIGURES_H

#include "rows.h"

/* Stores with a run what FIGURES_PROGRAM counts. 0, or -1 with err. */
#define FIGURES_PROGRAM "kmod/linux/version-figures"
int figures_store(struct store *st, const struct rows_run *run, struct vb_err *err);

#endif
