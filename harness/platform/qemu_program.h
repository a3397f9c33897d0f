/* SPDX-License-Identifier: BSD-2-Clause */
/* Which QEMU runs a guest: the machine's, or a newer one where a card or a kernel is beyond that.
 */
#ifndef VB_QEMU_PROGRAM_H
#define VB_QEMU_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "platform.h"

#define QEMU_PROGRAM "qemu-system-x86_64"

/* The version of the machine's QEMU, as it says. 0, or -1 with err. */
int qemu_program_version(char *version, size_t bytes, struct vb_err *err);

/* Does a QEMU of this version emulate the cards? Cards that none emulates do not matter. */
bool qemu_program_suits(const char *version, const struct platform_config *cfg);

/*
 * The program for a guest of cfg; fetches a newer one if need be, which takes a minute, once.
 * kernel is the release that several emulated CPUs are to run, NULL when KVM or one CPU does. 0, or
 * -1 with err.
 */
int qemu_program_for(const struct platform_config *cfg, const char *kernel, char *path,
		     size_t bytes, struct vb_err *err);

#endif
