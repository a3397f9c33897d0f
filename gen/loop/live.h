/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A receiver that looks at its ring and asks for no sync while packets are there and no more than
 * half of the ring waits to be given back (NR_LIVE, docs/abi.md).
 */
#ifndef LOOP_LIVE_H
#define LOOP_LIVE_H

#include "window.h"

/* From now on l->rx[0] is synced so. -errno of a sync, or 0. */
int live_begin(struct loop *l);

#endif
