/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tasks of the storm do besides sending and receiving, until they are killed. */
#ifndef VB_GUEST_LIVES_H
#define VB_GUEST_LIVES_H

#define STORM_DEVICE "storm0" /* the persistent port that comes and goes */

/* Each comes back only when its port was refused. */
void live_in_loop(const char *name);
void live_in_own_memory(const char *name);
void live_as_monitor(const char *name, unsigned seed);
void live_of_requests(unsigned seed);

#endif
