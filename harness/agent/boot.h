/* SPDX-License-Identifier: BSD-2-Clause */
/* What the first process of a guest does before it can serve: file systems, modules, settings. */
#ifndef VB_BOOT_H
#define VB_BOOT_H

#include <stddef.h>

/*
 * Mounts /proc, /sys, /dev, /dev/pts, /run and /tmp; says on the console what could not be mounted.
 */
void boot_mounts(void);

/*
 * Loads the modules that /lib/modules/load-order lists, one path a line, in that order; one that
 * fails is named, not fatal.
 */
void boot_modules(void);

/*
 * Runs a program of the guest to its end, at most a minute; what goes wrong is said on the console,
 * not fatal. Its daemons stay.
 */
void boot_start(const char *path);

/*
 * Makes the kernel report hangs soon, and survive an oops long enough to tell of it; keeps this
 * process from the OOM killer.
 */
void boot_settings(void);

/*
 * Value of a `key=value` word of the kernel command line, copied to buf. Returns buf, or NULL if
 * there is none.
 */
const char *boot_parameter(const char *key, char *buf, size_t bytes);

/* Everything is synced and the machine is switched off. Does not return. */
void boot_power_off(void) __attribute__((noreturn));

#endif
