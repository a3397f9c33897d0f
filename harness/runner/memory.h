/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel memory in use on the platform, from its /proc/meminfo. */
#ifndef VB_MEMORY_H
#define VB_MEMORY_H

#include "session.h"

/*
 * Bytes in use by the kernel itself: all that is neither free nor page cache nor anonymous memory
 * of programs. Pages that a driver maps into programs count as the kernel's, which is what a
 * switch's rings and buffers are.
 */
int memory_kernel_bytes(struct session *s, int64_t *bytes, struct vb_err *err);

#endif
