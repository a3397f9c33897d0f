/* SPDX-License-Identifier: BSD-2-Clause */
/* From a record to a request: whole structures with some things wrong, or bytes without sense. */
#ifndef NM_FUZZ_REQUEST_H
#define NM_FUZZ_REQUEST_H

#include <stdint.h>

#include <net/netmap.h>

/* Memory of the task: requests are built here, and pointers may point here. */
void *fuzz_arena(void);

/* A control request of any type with a body and options. Valid until the next one is made. */
struct nmreq_header *fuzz_request(const uint8_t *r);

/* Any command and argument. */
void *fuzz_raw(const uint8_t *r, unsigned long *cmd);

#endif
