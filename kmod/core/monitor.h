/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Monitors: nameless ports whose receive ring i shows what goes through rings i of another port. */
#ifndef NM_MONITOR_H
#define NM_MONITOR_H

#include "port.h"

/*
 * Port kind "monitor", a new one each time. 0, -EINVAL (nobody has that port open, or no such
 * region), -ENOMEM, or why there is no such port.
 */
int nm_monitor_get(const struct nm_port_query *query, struct nm_port **out);

bool nm_is_monitor(const struct nm_port *port);

#endif
