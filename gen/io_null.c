/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing at the other end: every sent slot comes straight back, nothing arrives. The generator's
 * own ceiling. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "io.h"
#include "memring.h"
#include "ring.h"

struct null_port {
	struct memring tx, rx;
};

static void null_close(struct io *io)
{
	struct null_port *p = io->priv;

	memring_free(&p->tx);
	memring_free(&p->rx);
	free(p);
	io->priv = NULL;
}

static int null_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	struct null_port *p = calloc(1, sizeof(*p));

	io->priv = p;
	if (!p || memring_init(&p->tx, true, req->tx_slots) ||
	    memring_init(&p->rx, false, req->rx_slots)) {
		if (p)
			null_close(io);
		vb_fail(err, VB_NO_SPACE, "cannot open %s: no memory", req->name);
		return -ENOMEM;
	}
	io->tx[0] = p->tx.ring;
	io->rx[0] = p->rx.ring;
	io->n_tx = io->n_rx = 1;
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
	.close = null_close,
};
