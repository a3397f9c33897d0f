/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a command failed, in one line of its own log. */
#ifndef VB_MATRIX_REASON_H
#define VB_MATRIX_REASON_H

#include <stddef.h>

/*
 * What the first line of the file says that begins with FAILED, else the last that is not blank; cut to
 * `bytes`, with control characters as blanks. Empty when there is no line.
 */
void reason_of_log(const char *path, char *buf, size_t bytes);

#endif
