/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that does what some bytes say. */
#ifndef XEN_TEST_FUZZ_H
#define XEN_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_INPUT_MAX 4096

/* Aborts when something happened that no guest may bring about. */
void fuzz_guest(const uint8_t *data, size_t size);

#endif
