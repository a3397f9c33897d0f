/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's part under valgrind's callgrind, which counts what a function and its callees
 * execute. */
#ifndef LOOP_CALLGRIND_H
#define LOOP_CALLGRIND_H

#include <stdint.h>

#include "err.h"

#define CALLGRIND_LIMIT_MS 300000

/*
 * Runs argv (NULL-terminated; argv[0] a path) under callgrind and counts the instructions within
 * calls of `function`. The beginning of what it prints is left in out. 0, or -1: VB_MISSING
 * without valgrind, else what the program or callgrind failed with.
 */
int callgrind_count(char *const *argv, const char *function, char *out, size_t bytes,
		    uint64_t *instructions, struct vb_err *err);

/* The "totals:" line of a profile; -1 (VB_FAILED) when it has none or a zero. */
int callgrind_total(const char *path, uint64_t *instructions, struct vb_err *err);

#endif
