/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* NIOCVALESTATS: the counters of one port, named or next in order. */
#ifndef NM_STATS_H
#define NM_STATS_H

#include <net/vale_stats.h>

#include "file.h"

/* 0, -EINVAL (version, scope, reserved field, name without "vale"), -ENOENT or -EFAULT. */
int nm_stats(struct nm_file *f, void __user *arg);

/* Moves what the port counted into sum, when it leaves its switch. Nothing forwards
 * meanwhile, but its owner may send what has no switch. */
void nm_stats_retire(struct vale_port_stats *sum, struct nm_port *port);

#endif
