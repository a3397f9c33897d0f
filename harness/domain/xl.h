/* SPDX-License-Identifier: BSD-2-Clause */
/* The few commands of Xen's toolstack that a guest's life takes. Each has a time limit. */
#ifndef VB_DOMAIN_XL_H
#define VB_DOMAIN_XL_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Is this a dom0 with its toolstack? 0, or -1 with one line on what is missing. */
int xl_check(struct vb_err *err);

/* Makes the domain of a configuration file; it does not run yet. */
int xl_create_paused(const char *name, const char *config, struct vb_err *err);
int xl_unpause(const char *name, struct vb_err *err);

/* Ends it at once; it is gone when this returns 0. */
int xl_destroy(const char *name, struct vb_err *err);

bool xl_is_there(const char *name);

/* Its state as `xl list` shows it ("-b----"), or "gone". */
void xl_state(const char *name, char *buf, size_t bytes);

/* The path of its console's terminal, which xenconsoled makes when it finds the domain. */
int xl_console(const char *name, char *path, size_t bytes, struct vb_err *err);

#endif
