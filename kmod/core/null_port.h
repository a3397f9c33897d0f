/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Null ports: rings that lead nowhere, made to map a region and to take extra buffers from it. */
#ifndef NM_NULL_PORT_H
#define NM_NULL_PORT_H

#include "port.h"

/* Port kind "null", a new one each time. 0, -EINVAL (no region named) or -ENOMEM. */
int nm_null_port_get(const struct nm_port_query *query, struct nm_port **out);

#endif
