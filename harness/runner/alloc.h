/* SPDX-License-Identifier: BSD-2-Clause */
/* Allocation for lists of a few hundred bytes: if even these fail, one line and exit status 5. */
#ifndef VB_ALLOC_H
#define VB_ALLOC_H

#include <stddef.h>

void *alloc_grow(void *old, size_t n, size_t bytes);
void *alloc_zero(size_t n, size_t bytes);
char *alloc_string(const char *text);
__attribute__((format(printf, 1, 2))) char *alloc_printf(const char *fmt, ...);

#endif
