/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a network device has a link: a native driver resets it when somebody takes its rings. */
#ifndef VB_CARRIER_H
#define VB_CARRIER_H

#include <stdbool.h>

/* Waits a minute at most, and then says that it expected one. */
bool wait_for_link(const char *device);

#endif
