/* SPDX-License-Identifier: BSD-2-Clause */
/* Which source a matrix is of: only cells of the same belong together. */
#ifndef VB_MATRIX_SOURCE_H
#define VB_MATRIX_SOURCE_H

#include <stddef.h>

#include "err.h"

/* The commit, and a digest of all that differs from it; outside git a word that says so. */
int source_identity(char *buf, size_t bytes, struct vb_err *err);

#endif
