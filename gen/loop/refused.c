/* SPDX-License-Identifier: BSD-2-Clause */
#include "refused.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#define NO_REQUEST _IO('i', 255) /* of any version of the device */

static struct loop *loop_of_sender(struct io *sender)
{
	return (struct loop *)((char *)sender - offsetof(struct loop, tx));
}

/* 0 if the call was refused, as it should be. */
static int call(const struct refused *r)
{
	int ret = r->nmdev->ioctl(r->handle, NO_REQUEST, NULL);

	return ret == -EOPNOTSUPP || ret == -ENOTTY ? 0 : -EPROTO;
}

static int send(struct io *sender)
{
	const struct refused *r = &loop_of_sender(sender)->refused;
	int ret = call(r);

	return ret ? ret : r->tx_before->txsync(sender);
}

static int receive(struct io *receiver)
{
	const struct refused *r = &loop_of(receiver)->refused;
	int ret = call(r);

	return ret ? ret : r->rx_before->rxsync(receiver);
}

int refused_begin(struct loop *l, const struct nmdev_ops *nmdev, struct vb_err *err)
{
	struct refused *r = &l->refused;
	int ret = nmdev->open(&r->handle);

	if (ret < 0)
		return vb_fail(err, VB_MISSING, "--refused: cannot open the device: %s",
			       strerror(-ret));
	r->nmdev = nmdev;
	r->tx_before = l->tx.ops;
	r->rx_before = l->rx[0].ops;
	r->tx = *l->tx.ops;
	r->rx = *l->rx[0].ops;
	r->tx.txsync = send;
	r->rx.rxsync = receive;
	l->tx.ops = &r->tx;
	l->rx[0].ops = &r->rx;
	return 0;
}

void refused_end(struct loop *l)
{
	if (l->refused.nmdev)
		l->refused.nmdev->close(l->refused.handle);
}
