/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No port, no switch: the cursors move in memory (mirror.h), and in the place of each sync stands a
 * call that the device refuses at once. So much a loop of two system calls costs whatever does the
 * switching.
 */
#ifndef LOOP_REFUSED_H
#define LOOP_REFUSED_H

#include "err.h"
#include "window.h"

/* From now on l->tx and l->rx[0], which are in memory, are synced so. 0, or -1 with err. */
int refused_begin(struct loop *l, const struct nmdev_ops *nmdev, struct vb_err *err);
void refused_end(struct loop *l);

#endif
