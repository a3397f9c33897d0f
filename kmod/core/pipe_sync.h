/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The data path of a pipe: one transmit ring and the receive ring that it fills, equally long. */
#ifndef NM_PIPE_SYNC_H
#define NM_PIPE_SYNC_H

#include "ring.h"

/*
 * Hands slots hwcur..head over, makes the whole packets among them visible, and takes back what the
 * receiver released. One caller a transmit ring at a time.
 */
void nm_pipe_send(struct nm_ring *tx, struct nm_ring *rx);
/* Gives slots hwcur..head back to the sender. One caller a receive ring at a time. */
void nm_pipe_release(struct nm_ring *rx, struct nm_ring *tx);
/* Brings every buffer home to the transmit ring. No sync may be going on. */
void nm_pipe_settle(struct nm_ring *tx, struct nm_ring *rx);

#endif
