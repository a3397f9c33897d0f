/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports that cost next to nothing: what the sender's ring holds is at once in every receiver's,
 * because only cursors move. The loop over them is the loop's own share of a figure.
 */
#ifndef LOOP_MIRROR_H
#define LOOP_MIRROR_H

#include "window.h"

/* Opens l->tx and l->rx[0..n_rx). 0 or -ENOMEM. */
int mirror_open(struct loop *l);

#endif
