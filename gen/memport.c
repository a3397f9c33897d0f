/* SPDX-License-Identifier: BSD-2-Clause */
#include "memport.h"

#include <stdlib.h>

void *memport_new(struct io *io, const struct io_request *req, size_t bytes, struct vb_err *err)
{
	struct memport *p = calloc(1, bytes);

	io->priv = p;
	if (p && memring_init(&p->tx, true, req->tx_slots) == 0 &&
	    memring_init(&p->rx, false, req->rx_slots) == 0)
		return p;
	if (p)
		memport_free(io);
	vb_fail(err, VB_NO_SPACE, "cannot open %s: no memory", req->name);
	return NULL;
}

void memport_show(struct io *io)
{
	struct memport *p = io->priv;

	io->tx[0] = p->tx.ring;
	io->rx[0] = p->rx.ring;
	io->n_tx = io->n_rx = 1;
	io->tx_queues = io->rx_queues = 1;
}

void memport_free(struct io *io)
{
	struct memport *p = io->priv;

	memring_free(&p->tx);
	memring_free(&p->rx);
	free(p);
	io->priv = NULL;
}
