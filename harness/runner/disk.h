/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of the results, and whether there is room for more. */
#ifndef VB_DISK_H
#define VB_DISK_H

#include <stdint.h>

#include "err.h"

/* mkdir -p. VB_NO_SPACE when the disk is full, VB_MISSING otherwise. */
int disk_make_folder(const char *path, struct vb_err *err);

/* Free bytes for us at path; -1 when it cannot be told. */
int64_t disk_free_bytes(const char *path);

/* -1 (VB_NO_SPACE) when fewer than `bytes` are free there. */
int disk_need(const char *path, int64_t bytes, struct vb_err *err);

#endif
