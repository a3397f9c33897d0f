/* SPDX-License-Identifier: BSD-2-Clause */
/* netmap ports, over any struct nmdev_ops: the kernel's device or the switch in this process. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "libnetmap/device.h"

struct binding {
	struct nmctx_of context; /* first: messages come with its address */
	struct nmport_d *port;
	struct vb_err *err; /* where they go while the port is opened */
};

/* The first message says why; those that follow are about the clean-up. */
static void keep_message(struct nmctx *ctx, const char *text)
{
	struct binding *b = (struct binding *)ctx;

	vb_fail(b->err, b->port ? VB_MISSING : VB_USAGE, "%s", text);
	b->err = NULL;
}

/* One thread takes the binding as it is named; of several, thread k takes ring k. */
static void choose_rings(struct nmreq_register *reg, const struct io_request *req)
{
	reg->nr_flags |= NR_ACCEPT_VNET_HDR;
	if (req->only_receives) /* another process may be sending on the same rings */
		reg->nr_flags |= NR_NO_TX_POLL;
	if (req->tx_slots)
		reg->nr_tx_slots = req->tx_slots;
	if (req->rx_slots)
		reg->nr_rx_slots = req->rx_slots;
	if (req->tx_rings)
		reg->nr_tx_rings = req->tx_rings;
	if (req->rx_rings)
		reg->nr_rx_rings = req->rx_rings;
	if (req->mem_id)
		reg->nr_mem_id = req->mem_id;
	if (req->threads < 2)
		return;
	reg->nr_mode = reg->nr_mode == NR_REG_SW ? NR_REG_ONE_SW : NR_REG_ONE_NIC;
	reg->nr_ringid = (uint16_t)req->thread;
}

/* Threads of a NIC-and-host binding that find no NIC ring left go on to the host rings. */
static void choose_host_ring(struct nmport_d *d, const struct io_request *req)
{
	struct nmreq_port_info_get info = {0};
	unsigned rings;

	if (nmport_request(d, NETMAP_REQ_PORT_INFO_GET, &info) < 0)
		return;
	rings = info.nr_tx_rings < info.nr_rx_rings ? info.nr_tx_rings : info.nr_rx_rings;
	if (req->thread >= rings) {
		d->reg.nr_mode = NR_REG_ONE_SW;
		d->reg.nr_ringid = (uint16_t)(req->thread - rings);
	}
}

static void list_rings(struct io *io, const struct nmport_d *d)
{
	unsigned i;

	for (i = d->first_tx_ring; i != (uint16_t)(d->last_tx_ring + 1) && io->n_tx < IO_MAX_RINGS;
	     i++)
		io->tx[io->n_tx++] = NETMAP_TXRING(d->nifp, i);
	for (i = d->first_rx_ring; i != (uint16_t)(d->last_rx_ring + 1) && io->n_rx < IO_MAX_RINGS;
	     i++)
		io->rx[io->n_rx++] = NETMAP_RXRING(d->nifp, i);
	io->tx_queues = d->reg.nr_tx_rings + d->reg.nr_host_tx_rings;
	io->rx_queues = d->reg.nr_rx_rings + d->reg.nr_host_rx_rings;
	io->mem_id = d->reg.nr_mem_id;
}

static void release(struct binding *b)
{
	nmport_close(b->port);
	nmctx_end(&b->context);
	free(b);
}

static int open_port(struct binding *b, const struct io_request *req)
{
	bool with_host;

	b->port = nmport_prepare_in(&b->context.ctx, req->name);
	if (!b->port)
		return -errno;
	with_host = b->port->reg.nr_mode == NR_REG_NIC_SW && req->threads > 1;
	choose_rings(&b->port->reg, req);
	if (with_host)
		choose_host_ring(b->port, req);
	return nmport_open_desc(b->port) ? -errno : 0;
}

static int netmap_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	struct binding *b;
	int ret;

	b = calloc(1, sizeof(*b));
	if (!b) {
		vb_fail(err, VB_NO_SPACE, "cannot open %s: no memory", req->name);
		return -ENOMEM;
	}
	b->err = err;
	nmctx_begin(&b->context, req->nmdev, keep_message);
	ret = open_port(b, req);
	b->err = NULL;
	if (ret < 0) {
		release(b);
		return ret;
	}
	list_rings(io, b->port);
	io->priv = b;
	return 0;
}

void *io_netmap_handle(const struct io *io)
{
	const struct binding *b = io->priv;

	return nmport_handle(b->port);
}

static int netmap_txsync(struct io *io)
{
	struct binding *b = io->priv;
	int ret = nmport_ioctl(b->port, NIOCTXSYNC, NULL);

	return ret < 0 ? ret : 0;
}

static int netmap_rxsync(struct io *io)
{
	struct binding *b = io->priv;
	int ret = nmport_ioctl(b->port, NIOCRXSYNC, NULL);

	return ret < 0 ? ret : 0;
}

static int netmap_wait(struct io *io, short events, int timeout_ms)
{
	struct binding *b = io->priv;
	short revents = 0;
	int ret =
		nmport_device(b->port)->poll(nmport_handle(b->port), events, &revents, timeout_ms);

	if (ret > 0 && revents & POLLERR)
		return -EIO;
	return ret;
}

static void netmap_close(struct io *io)
{
	release(io->priv);
	io->priv = NULL;
}

static int netmap_get_header(struct io *io)
{
	struct binding *b = io->priv;
	struct nmreq_port_hdr hdr = {0};
	int ret = nmport_request(b->port, NETMAP_REQ_PORT_HDR_GET, &hdr);

	return ret < 0 ? ret : (int)hdr.nr_hdr_len;
}

static int netmap_set_header(struct io *io, unsigned bytes)
{
	struct binding *b = io->priv;
	struct nmreq_port_hdr hdr = {.nr_hdr_len = bytes};
	int ret = nmport_request(b->port, NETMAP_REQ_PORT_HDR_SET, &hdr);

	return ret < 0 ? ret : 0;
}

const struct io_ops io_netmap = {
	.name = "netmap",
	.open = netmap_open,
	.txsync = netmap_txsync,
	.rxsync = netmap_rxsync,
	.wait = netmap_wait,
	.close = netmap_close,
	.get_header = netmap_get_header,
	.set_header = netmap_set_header,
	.netmap = true,
};
