/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's store as a guest sees it: keys of its own are relative, others begin with a slash. */
#ifndef FRONTEND_STORE_H
#define FRONTEND_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define STORE_PATH_BYTES  256
#define STORE_VALUE_BYTES 256

int store_open(struct vb_err *err);
/* The value as text, "" when there is no such key. */
int store_read(const char *path, char value[STORE_VALUE_BYTES], struct vb_err *err);
int store_write(const char *path, const char *value, struct vb_err *err);
int store_remove(const char *path, struct vb_err *err);

#endif
