/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing at the other end: every sent slot comes straight back, nothing arrives. The generator's
 * own ceiling. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "io.h"
#include "memport.h"
#include "ring.h"

static int null_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	if (!memport_new(io, req, sizeof(struct memport), err))
		return -ENOMEM;
	memport_show(io);
	io->tx_queues = io->rx_queues = req->threads;
	return 0;
}

static int null_txsync(struct io *io)
{
	struct netmap_ring *ring = io->tx[0];

	ring->tail = ring->head ? ring->head - 1 : ring->num_slots - 1;
	return 0;
}

static int null_rxsync(struct io *io)
{
	return 0;
}

static int null_wait(struct io *io, short events, int timeout_ms)
{
	null_txsync(io);
	if (events & POLLOUT)
		return 1;
	return poll(NULL, 0, timeout_ms) < 0 ? -errno : 0;
}

const struct io_ops io_null = {
	.name = "null",
	.open = null_open,
	.txsync = null_txsync,
	.rxsync = null_rxsync,
	.wait = null_wait,
	.close = memport_free,
};
