/* SPDX-License-Identifier: BSD-2-Clause */
#include "polled.h"

#include <poll.h>

static int nothing(struct io *io)
{
	return 0;
}

/* The sender comes first: what it hands over is there when the receiver is looked at. */
static int poll_both(struct io *receiver)
{
	struct polled *p = &loop_of(receiver)->polled;
	int ret = p->nmdev->wait(p->set, 2, 0);

	return ret < 0 ? ret : 0;
}

static int sync_both(struct io *receiver)
{
	struct loop *l = loop_of(receiver);
	int ret = l->polled.tx_before->txsync(&l->tx);

	return ret ? ret : l->polled.rx_before->rxsync(receiver);
}

void polled_begin(struct loop *l, const struct nmdev_ops *nmdev)
{
	struct polled *p = &l->polled;

	p->nmdev = nmdev;
	p->tx_before = l->tx.ops;
	p->rx_before = l->rx[0].ops;
	p->tx = *l->tx.ops;
	p->rx = *l->rx[0].ops;
	p->tx.txsync = nothing;
	p->rx.rxsync = nmdev ? poll_both : sync_both;
	l->tx.ops = &p->tx;
	l->rx[0].ops = &p->rx;
	if (!nmdev)
		return;
	p->set[0] = (struct nmdev_wait){.handle = io_netmap_handle(&l->tx)};
	p->set[1] = (struct nmdev_wait){.handle = io_netmap_handle(&l->rx[0]), .events = POLLIN};
}
