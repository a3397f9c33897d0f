/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests and tools may do to a QEMU guest beyond platform.h. */
#ifndef VB_QEMU_H
#define VB_QEMU_H

#include <sys/types.h>

#include "platform.h"

/* Stops the guest's processors, and lets them go on. 0, or -1 with err. */
int qemu_pause(struct platform *p, struct vb_err *err);
int qemu_resume(struct platform *p, struct vb_err *err);

/* The process that is QEMU. */
pid_t qemu_pid(const struct platform *p);

#endif
