/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sequences of system calls with arbitrary arguments against the switch in this process. An input
 * is a row of records of 16 bytes, each one call; any bytes are an input.
 */
#ifndef NM_FUZZ_H
#define NM_FUZZ_H

#include <stddef.h>
#include <stdint.h>

enum { FUZZ_RECORD_BYTES = 16, FUZZ_RECORDS_MAX = 64 };
enum { FUZZ_INPUT_MAX = FUZZ_RECORD_BYTES * FUZZ_RECORDS_MAX };

/*
 * Runs one input from nothing to nothing; aborts when the switch lost memory. Everything else that
 * is wrong is the sanitizers' to find.
 */
void fuzz_run(const uint8_t *input, size_t bytes);

/*
 * Changes an input record by record: adds, drops, swaps and repeats calls, or alters some bytes of
 * one. Returns the new size, at most max.
 */
size_t fuzz_mutate(uint8_t *input, size_t bytes, size_t max, unsigned seed);

#endif
