/* SPDX-License-Identifier: BSD-2-Clause */
/* The two steps that reach the device: registering a port, and mapping its region once. */
#include <errno.h>
#include <string.h>

#include "private.h"

const struct nmdev_ops *nmport_device(const struct nmport_d *d)
{
	return ((const struct nmport *)d)->dev;
}

void *nmport_handle(const struct nmport_d *d)
{
	return ((const struct nmport *)d)->handle;
}

int nmport_ioctl(struct nmport_d *d, unsigned long cmd, void *arg)
{
	struct nmport *port = nmport_of(d);

	return d->register_done ? port->dev->ioctl(port->handle, cmd, arg) : -ENXIO;
}

int nmctx_request(struct nmctx *ctx, struct nmreq_header *h)
{
	const struct nmdev_ops *dev = nmctx_device(ctx);
	void *handle;
	int ret = dev->open(&handle);

	if (ret < 0)
		return ret;
	ret = dev->ioctl(handle, NIOCCTRL, h);
	dev->close(handle);
	return ret;
}

int nmport_request(struct nmport_d *d, uint16_t reqtype, void *body)
{
	struct nmreq_header h;

	nmreq_header_init(&h, reqtype, body);
	memcpy(h.nr_name, d->hdr.nr_name, sizeof(h.nr_name));
	return d->register_done ? nmport_ioctl(d, NIOCCTRL, &h) : nmctx_request(d->ctx, &h);
}

/* An option that was refused says more than the result of the whole request. */
static bool report_options(struct nmport_d *d)
{
	struct nmreq_option *o = (struct nmreq_option *)(uintptr_t)d->hdr.nr_options;
	bool any = false;

	for (; o; o = (struct nmreq_option *)(uintptr_t)o->nro_next)
		if (o->nro_status) {
			nmctx_ferror(d->ctx, "cannot open %s: option %s: %s", d->hdr.nr_name,
				     nmreq_option_name(o->nro_reqtype),
				     strerror((int)o->nro_status));
			any = true;
		}
	return any;
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

int nmport_register(struct nmport_d *d)
{
	struct nmport *port = nmport_of(d);
	int ret;

	if (d->register_done)
		return nmctx_fail(d->ctx, EINVAL, "%s is open already", d->hdr.nr_name);
	port->dev = nmctx_device(d->ctx);
	ret = port->dev->open(&port->handle);
	if (ret < 0)
		return nmctx_fail(d->ctx, -ret, "cannot open the netmap device for %s: %s%s",
				  d->hdr.nr_name, strerror(-ret), advice(-ret));
	ret = port->dev->ioctl(port->handle, NIOCCTRL, &d->hdr);
	if (ret >= 0) {
		d->fd = port->dev->fd ? port->dev->fd(port->handle) : -1;
		d->register_done = 1;
		return 0;
	}
	port->dev->close(port->handle);
	port->handle = NULL;
	if (!report_options(d))
		nmctx_ferror(d->ctx, "cannot open %s: %s%s", d->hdr.nr_name, strerror(-ret),
			     advice(-ret));
	errno = -ret;
	return -1;
}

void nmport_undo_register(struct nmport_d *d)
{
	struct nmport *port = nmport_of(d);

	if (!d->register_done)
		return;
	port->dev->close(port->handle);
	port->handle = NULL;
	d->fd = -1;
	d->register_done = 0;
}

static struct nmem_d *find_mapping(struct nmctx *ctx, uint16_t mem_id)
{
	struct nmem_d *m = ctx->mem_descs;

	while (m && m->mem_id != mem_id)
		m = m->next;
	return m;
}

static struct nmem_d *add_mapping(struct nmport_d *d)
{
	struct nmport *port = nmport_of(d);
	struct nmem_d *m = nmctx_calloc(d->ctx, sizeof(*m));
	int ret = 0;

	if (!m)
		return NULL;
	m->mem_id = d->reg.nr_mem_id;
	m->size = d->reg.nr_memsize;
	m->is_extmem = d->extmem != NULL;
	if (m->is_extmem)
		m->mem = (void *)(uintptr_t)d->extmem->nro_usrptr;
	else
		ret = port->dev->mmap(port->handle, m->size, &m->mem);
	if (ret < 0) {
		nmctx_free(d->ctx, m);
		nmctx_fail(d->ctx, -ret, "cannot map the memory of %s: %s", d->hdr.nr_name,
			   strerror(-ret));
		return NULL;
	}
	m->next = d->ctx->mem_descs;
	if (m->next)
		m->next->prev = m;
	d->ctx->mem_descs = m;
	return m;
}

static void drop_mapping(struct nmport_d *d, struct nmem_d *m)
{
	struct nmport *port = nmport_of(d);

	if (--m->refcount > 0)
		return;
	if (!m->is_extmem)
		port->dev->munmap(port->handle, m->mem, m->size);
	if (m->next)
		m->next->prev = m->prev;
	if (m->prev)
		m->prev->next = m->next;
	else
		d->ctx->mem_descs = m->next;
	nmctx_free(d->ctx, m);
}

/* The first run of rings that this descriptor has bound; first > last where there is none. */
static void find_rings(const ssize_t *offsets, unsigned n, uint16_t *first, uint16_t *last)
{
	unsigned i = 0;

	while (i < n && !offsets[i])
		i++;
	*first = (uint16_t)i;
	while (i < n && offsets[i])
		i++;
	*last = (uint16_t)(i - 1);
}

int nmport_mmap(struct nmport_d *d)
{
	unsigned tx, rx;

	if (!d->register_done || d->mmap_done)
		return nmctx_fail(d->ctx, EINVAL, "%s is %s", d->hdr.nr_name,
				  d->mmap_done ? "mapped already" : "not registered");
	nmctx_lock(d->ctx);
	d->mem = find_mapping(d->ctx, d->reg.nr_mem_id);
	if (!d->mem)
		d->mem = add_mapping(d);
	if (d->mem)
		d->mem->refcount++;
	nmctx_unlock(d->ctx);
	if (!d->mem)
		return -1;
	d->nifp = NETMAP_IF(d->mem->mem, d->reg.nr_offset);
	tx = d->nifp->ni_tx_rings + d->nifp->ni_host_tx_rings;
	rx = d->nifp->ni_rx_rings + d->nifp->ni_host_rx_rings;
	find_rings(d->nifp->ring_ofs, tx, &d->first_tx_ring, &d->last_tx_ring);
	find_rings(d->nifp->ring_ofs + tx, rx, &d->first_rx_ring, &d->last_rx_ring);
	d->cur_tx_ring = d->first_tx_ring;
	d->cur_rx_ring = d->first_rx_ring;
	d->mmap_done = 1;
	return 0;
}

void nmport_undo_mmap(struct nmport_d *d)
{
	if (!d->mmap_done)
		return;
	nmctx_lock(d->ctx);
	drop_mapping(d, d->mem);
	nmctx_unlock(d->ctx);
	d->mem = NULL;
	d->nifp = NULL;
	d->mmap_done = 0;
}
