/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is running: a process id is reused, but not together with its start time in the same boot. */
#ifndef VB_IDENTITY_H
#define VB_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

/* "BOOT-ID/START" of a process, START in clock ticks since boot; the caller frees. NULL when there
 * is no such process. */
char *identity_of(int64_t pid);

/* Is the process of that id the very one that had this identity? */
bool identity_lives(int64_t pid, const char *identity);

#endif
