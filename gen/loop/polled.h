/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One poll over both ports in the place of a sync of each, as programs do it that serve several
 * ports: it hands over what one has to send, and looks for what the other has received.
 */
#ifndef LOOP_POLLED_H
#define LOOP_POLLED_H

#include "window.h"

/* From now on l->tx and l->rx[0] are synced so. nmdev NULL: ports in memory, which have no poll. */
void polled_begin(struct loop *l, const struct nmdev_ops *nmdev);

#endif
