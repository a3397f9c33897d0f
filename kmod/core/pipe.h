/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Pipes: two ports joined back to back in the memory of a third, their parent. Packets go over by
 * exchange of slot descriptors, so nothing is copied and nothing is ever dropped.
 *
 * Slot i of a transmit ring and slot i of the peer's receive ring share one buffer. Between the
 * receive ring's hwcur and the transmit ring's hwcur it is the receiver's, elsewhere the sender's.
 */
#ifndef NM_PIPE_H
#define NM_PIPE_H

#include "port.h"

/* Is this the name of a pipe's end: "parent{id" (master) or "parent}id" (slave)? */
bool nm_pipe_named(const char *name);

/*
 * Port kind "pipe": finds the named end, or makes both, and their parent when there is none. The
 * sizes asked for are the master's. 0, -EINVAL (mode, name, too many pipes), -EBUSY (the parent is
 * attached to a switch), -ENODEV (no such pipe), -ENOMEM, or why there can be no such parent.
 */
int nm_pipe_get(const struct nm_port_query *query, struct nm_port **out);

#endif
