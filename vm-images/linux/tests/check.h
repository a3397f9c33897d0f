/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of vb-guest-check: a name and a function that says what it found. */
#ifndef VB_GUEST_CHECK_H
#define VB_GUEST_CHECK_H

#include <stdbool.h>

/* Says what was expected and not found, once a line; returns whether it was. */
__attribute__((format(printf, 2, 3))) bool expect(bool found, const char *fmt, ...);

/* Each returns whether all that it expects was found. */
bool check_ioctl_unknown(void);
bool check_ioctl_compat(void);
bool check_unbound(void);
bool check_mmap_rules(void);
bool check_mmap_unbacked(void);
bool check_mmap_keeps_port(void);
bool check_mmap_in_child(void);
bool check_wake_poll(void);
bool check_wake_select(void);
bool check_wake_epoll(void);

/* Ports opened, used, abused and killed with -9 at random; afterwards none may be left. */
bool check_storm(void);

/* The largest ports, until there is no memory for one more: it is refused, the others stay. */
bool check_no_memory(void);

/* Each thing that can fail while a port is opened fails in turn: refused, and nothing is left. */
bool check_allocation_failures(void);

/* Rings of a device keep their size while netmap has it, and change it otherwise. */
bool check_rings_fixed(void);
bool check_rings_free(void);

/* All frames of one batch leave a device, though it is synced once only. */
bool check_one_sync(void);

/* Every frame that arrives at a device wakes who sleeps until it does. */
bool check_sleepers(void);

#endif
