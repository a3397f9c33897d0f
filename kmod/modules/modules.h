/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The lookup modules of this folder. Each is a kernel module of its own, and part of the user-space
 * host. */
#ifndef VALE_MODULES_H
#define VALE_MODULES_H

#include <net/vale_lookup.h>

extern struct nm_lookup_module vale_mymodule; /* low byte of the IPv4 destination */
extern struct nm_lookup_module vale_macs;     /* table of MAC sources */
extern struct nm_lookup_module vale_ips;      /* tables of MAC sources and IPv4 addresses */
extern struct nm_lookup_module vale_learn;    /* a learning bridge, or the low byte of the MAC */
extern struct nm_lookup_module vale_demux;    /* table of IPv4 destination, protocol, port */

enum learn_type { LEARN_BRIDGE = 0, LEARN_LOW_BYTE = 1 };
extern int learn_type; /* enum learn_type, of all switches that learn runs */

/* User-space host: all of them, or none and -errno. nm_user_init() first. */
int vale_modules_load(void);
void vale_modules_unload(void);

#endif
