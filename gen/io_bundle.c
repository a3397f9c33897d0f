/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many netmap ports as one: "vale0:rx[250]" is vale0:rx0 to vale0:rx249, served by one thread by
 * turns. Their rings follow one another, port by port.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct bundle {
	unsigned n;
	const struct nmdev_ops *nmdev;
	struct nmdev_wait *set; /* one a port */
	struct io port[];
};

/* "BEFORE[COUNT]AFTER" */
struct series {
	int before_bytes;
	unsigned count;
	const char *after;
};

static int parse(struct series *s, const char *name, struct vb_err *err)
{
	const char *open = strchr(name, '[');
	int end = 0;

	if (!open || sscanf(open, "[%4u]%n", &s->count, &end) != 1 || !end || !s->count ||
	    s->count > IO_MAX_RINGS)
		return vb_fail(
			err, VB_USAGE,
			"-i: \"%s\" names no ports; for p0 to p9 of vale0 write vale0:p[10], "
			"%d at most",
			name, IO_MAX_RINGS);
	s->before_bytes = (int)(open - name);
	s->after = open + end;
	return 0;
}

static void bundle_close(struct io *io)
{
	struct bundle *b = io->priv;

	while (b->n)
		io_close(&b->port[--b->n]);
	free(b->set);
	free(b);
	io->priv = NULL;
}

static int open_next(struct bundle *b, const struct series *s, const struct io_request *req,
		     struct vb_err *err)
{
	char name[IO_NAME_MAX + 1];
	struct io_request one = *req;
	int ret;

	snprintf(name, sizeof(name), "%.*s%u%s", s->before_bytes, req->name, b->n, s->after);
	one.name = name;
	ret = io_open(&b->port[b->n], &one, err);
	if (ret < 0)
		return ret;
	b->set[b->n].handle = io_netmap_handle(&b->port[b->n]);
	b->n++;
	return 0;
}

static void list_rings(struct io *io, const struct io *port)
{
	unsigned i;

	for (i = 0; i < port->n_tx && io->n_tx < IO_MAX_RINGS; i++)
		io->tx[io->n_tx++] = port->tx[i];
	for (i = 0; i < port->n_rx && io->n_rx < IO_MAX_RINGS; i++)
		io->rx[io->n_rx++] = port->rx[i];
	io->tx_queues += port->tx_queues;
	io->rx_queues += port->rx_queues;
	io->mem_id = port->mem_id;
}

static int open_all(struct io *io, const struct series *s, const struct io_request *req,
		    struct vb_err *err)
{
	struct bundle *b = io->priv;
	int ret = 0;

	while (!ret && b->n < s->count)
		ret = open_next(b, s, req, err);
	for (io->ports = 0; !ret && io->ports < b->n; io->ports++)
		list_rings(io, &b->port[io->ports]);
	if (ret)
		bundle_close(io);
	return ret;
}

static int bundle_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	struct bundle *b;
	struct series s;

	if (parse(&s, req->name, err))
		return -EINVAL;
	if (req->threads > 1) {
		vb_fail(err, VB_USAGE, "-p: the ports of %s are served by one thread", req->name);
		return -EINVAL;
	}
	b = calloc(1, sizeof(*b) + s.count * sizeof(b->port[0]));
	if (b)
		b->set = calloc(s.count, sizeof(b->set[0]));
	if (!b || !b->set) {
		free(b);
		vb_fail(err, VB_NO_SPACE, "cannot open %s: no memory", req->name);
		return -ENOMEM;
	}
	b->nmdev = req->nmdev;
	io->priv = b;
	return open_all(io, &s, req, err);
}

static int bundle_txsync(struct io *io)
{
	struct bundle *b = io->priv;
	int ret = 0;
	unsigned i;

	for (i = 0; i < b->n && ret == 0; i++)
		ret = b->port[i].ops->txsync(&b->port[i]);
	return ret;
}

static int bundle_rxsync(struct io *io)
{
	struct bundle *b = io->priv;
	int ret = 0;
	unsigned i;

	for (i = 0; i < b->n && ret == 0; i++)
		ret = b->port[i].ops->rxsync(&b->port[i]);
	return ret;
}

static int bundle_wait(struct io *io, short events, int timeout_ms)
{
	struct bundle *b = io->priv;
	unsigned i;
	int ret;

	for (i = 0; i < b->n; i++)
		b->set[i].events = events;
	ret = b->nmdev->wait(b->set, b->n, timeout_ms);
	for (i = 0; ret > 0 && i < b->n; i++)
		if (b->set[i].revents & POLLERR)
			ret = -EIO;
	return ret;
}

static int bundle_get_header(struct io *io)
{
	struct bundle *b = io->priv;

	return b->port[0].ops->get_header(&b->port[0]);
}

static int bundle_set_header(struct io *io, unsigned bytes)
{
	struct bundle *b = io->priv;
	int ret = 0;
	unsigned i;

	for (i = 0; i < b->n && ret == 0; i++)
		ret = b->port[i].ops->set_header(&b->port[i], bytes);
	return ret;
}

const struct io_ops io_bundle = {
	.name = "bundle",
	.open = bundle_open,
	.txsync = bundle_txsync,
	.rxsync = bundle_rxsync,
	.wait = bundle_wait,
	.close = bundle_close,
	.get_header = bundle_get_header,
	.set_header = bundle_set_header,
	.netmap = true,
};
