/* SPDX-License-Identifier: BSD-2-Clause */
/* netmap ports, over any struct nmdev_ops: the kernel's device or the switch in this process. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "nmname.h"

struct binding {
	const struct nmdev_ops *dev;
	void *handle;
	void *mem;
	size_t mem_bytes;
	struct nmname name;
};

static int control(struct binding *b, const char *name, uint16_t type, void *body)
{
	struct nmreq_header hdr = {
		.nr_version = NETMAP_API, .nr_reqtype = type, .nr_body = (uintptr_t)body};

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	return b->dev->ioctl(b->handle, NIOCCTRL, &hdr);
}

static int resolve_share(struct binding *b)
{
	struct nmreq_port_info_get info = {0};
	int ret;

	if (!b->name.share[0])
		return 0;
	ret = control(b, b->name.share, NETMAP_REQ_PORT_INFO_GET, &info);
	if (ret < 0)
		return ret;
	if (b->name.reg.nr_mem_id && b->name.reg.nr_mem_id != info.nr_mem_id)
		return -EINVAL;
	b->name.reg.nr_mem_id = info.nr_mem_id;
	return 0;
}

/* One thread takes the binding as it is named; of several, thread k takes ring k. */
static void choose_rings(struct nmreq_register *reg, const struct io_request *req)
{
	reg->nr_flags |= NR_ACCEPT_VNET_HDR;
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
static int register_port(struct binding *b, const struct io_request *req)
{
	bool with_host = b->name.reg.nr_mode == NR_REG_NIC_SW && req->threads > 1;
	struct nmreq_port_info_get info = {0};
	unsigned rings;

	choose_rings(&b->name.reg, req);
	if (with_host && control(b, b->name.name, NETMAP_REQ_PORT_INFO_GET, &info) >= 0) {
		rings = info.nr_tx_rings < info.nr_rx_rings ? info.nr_tx_rings : info.nr_rx_rings;
		if (req->thread >= rings) {
			b->name.reg.nr_mode = NR_REG_ONE_SW;
			b->name.reg.nr_ringid = (uint16_t)(req->thread - rings);
		}
	}
	return control(b, b->name.name, NETMAP_REQ_REGISTER, &b->name.reg);
}

/* The rings of one direction are those with an offset; the others belong to somebody else. */
static unsigned collect(struct netmap_if *nifp, unsigned first, unsigned n,
			struct netmap_ring **rings)
{
	unsigned i, found = 0;

	for (i = first; i < first + n && found < IO_MAX_RINGS; i++)
		if (nifp->ring_ofs[i])
			rings[found++] = (struct netmap_ring *)((char *)nifp + nifp->ring_ofs[i]);
	return found;
}

static int map_rings(struct io *io, struct binding *b)
{
	struct nmreq_register *reg = &b->name.reg;
	struct netmap_if *nifp;
	unsigned tx, rx;
	int ret;

	b->mem_bytes = reg->nr_memsize;
	ret = b->dev->mmap(b->handle, b->mem_bytes, &b->mem);
	if (ret < 0)
		return ret;
	nifp = (struct netmap_if *)((char *)b->mem + reg->nr_offset);
	tx = nifp->ni_tx_rings + nifp->ni_host_tx_rings;
	rx = nifp->ni_rx_rings + nifp->ni_host_rx_rings;
	io->n_tx = collect(nifp, 0, tx, io->tx);
	io->n_rx = collect(nifp, tx, rx, io->rx);
	io->tx_queues = reg->nr_tx_rings + reg->nr_host_tx_rings;
	io->rx_queues = reg->nr_rx_rings + reg->nr_host_rx_rings;
	io->mem_id = reg->nr_mem_id;
	return 0;
}

static void release(struct binding *b)
{
	if (b->mem)
		b->dev->munmap(b->handle, b->mem, b->mem_bytes);
	if (b->handle)
		b->dev->close(b->handle);
	free(b);
}

static const char *advice(int error)
{
	switch (error) {
	case ENOENT:
		return " (there is no netmap device; load netmap.ko)";
	case EACCES:
	case EPERM:
		return " (the netmap device is for root; become root)";
	case ENXIO:
		return " (no such network device)";
	case EBUSY:
		return " (somebody else uses it exclusively, or a switch owns it)";
	case EINVAL:
		return " (a mode, ring number or memory region that the port does not have)";
	case ENOMEM:
		return " (no memory, no free switch, or a malformed switch name)";
	case EOPNOTSUPP:
		return " (this netmap does not support such ports)";
	default:
		return "";
	}
}

static int open_error(struct io *io, struct binding *b, const struct io_request *req,
		      const char *step, int ret, struct vb_err *err)
{
	memset(io, 0, sizeof(*io));
	release(b);
	vb_fail(err, VB_MISSING, "cannot %s %s: %s%s", step, req->name, strerror(-ret),
		advice(-ret));
	return ret;
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
	b->dev = req->nmdev;
	ret = nmname_parse(req->name, &b->name, err);
	if (ret < 0) {
		free(b);
		return ret;
	}
	ret = b->dev->open(&b->handle);
	if (ret < 0)
		return open_error(io, b, req, "open the netmap device for", ret, err);
	ret = resolve_share(b);
	if (ret < 0)
		return open_error(io, b, req, "share the memory wanted by", ret, err);
	ret = register_port(b, req);
	if (ret < 0)
		return open_error(io, b, req, "open", ret, err);
	ret = map_rings(io, b);
	if (ret < 0)
		return open_error(io, b, req, "map the memory of", ret, err);
	io->priv = b;
	return 0;
}

static int netmap_txsync(struct io *io)
{
	struct binding *b = io->priv;
	int ret = b->dev->ioctl(b->handle, NIOCTXSYNC, NULL);

	return ret < 0 ? ret : 0;
}

static int netmap_rxsync(struct io *io)
{
	struct binding *b = io->priv;
	int ret = b->dev->ioctl(b->handle, NIOCRXSYNC, NULL);

	return ret < 0 ? ret : 0;
}

static int netmap_wait(struct io *io, short events, int timeout_ms)
{
	struct binding *b = io->priv;
	short revents = 0;
	int ret = b->dev->poll(b->handle, events, &revents, timeout_ms);

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
	int ret = control(b, b->name.name, NETMAP_REQ_PORT_HDR_GET, &hdr);

	return ret < 0 ? ret : (int)hdr.nr_hdr_len;
}

static int netmap_set_header(struct io *io, unsigned bytes)
{
	struct binding *b = io->priv;
	struct nmreq_port_hdr hdr = {.nr_hdr_len = bytes};
	int ret = control(b, b->name.name, NETMAP_REQ_PORT_HDR_SET, &hdr);

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
