/* SPDX-License-Identifier: BSD-2-Clause */
/* Which release a kernel of the configuration, or of the command line, is today. */
#ifndef VB_MATRIX_RESOLVE_H
#define VB_MATRIX_RESOLVE_H

#include "grid.h"

/*
 * Adds the row of a configured kernel. A suite that does not carry it is trouble of that row, not of
 * the run: 0, or -1 (VB_INTERRUPTED) when a signal came meanwhile.
 */
int resolve_configured(struct grid *grid, const struct config_kernel *kernel, struct vb_err *err);

/*
 * Adds the row of a kernel that the user names: an entry of the configuration, a package
 * (linux-image-RELEASE) or release of one of its suites, or a path: a kernel's build tree,
 * /lib/modules/RELEASE, or "VMLINUZ,BUILD-TREE", whose source is in that folder (NULL: looked for).
 */
int resolve_named(struct grid *grid, const struct config_kernels *all, const char *name,
		  const char *source, struct vb_err *err);

#endif
