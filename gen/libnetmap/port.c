/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors as wholes: made, filled from a name, copied, opened, deleted. */
#include <errno.h>
#include <string.h>

#define NETMAP_WITH_LIBS
#include "private.h"

struct nmport_d *nmport_new_in(struct nmctx *ctx)
{
	struct nmport *port = nmctx_calloc(ctx, sizeof(*port));
	struct nmport_d *d = port ? &port->d : NULL;

	if (!d)
		return NULL;
	nmreq_header_init(&d->hdr, NETMAP_REQ_REGISTER, &d->reg);
	d->ctx = ctx;
	d->fd = -1;
	return d;
}

struct nmport_d *nmport_new(void)
{
	return nmport_new_in(nmctx_get());
}

void nmport_delete(struct nmport_d *d)
{
	nmport_run_cleanups(d);
	nmctx_free(d->ctx, d);
}

void nmport_push_cleanup(struct nmport_d *d, struct nmport_cleanup_d *c)
{
	c->next = d->clist;
	d->clist = c;
}

void nmport_run_cleanups(struct nmport_d *d)
{
	while (d->clist) {
		struct nmport_cleanup_d *c = d->clist;

		d->clist = c->next;
		c->run(d, c);
	}
}

int nmport_parse(struct nmport_d *d, const char *portspec)
{
	const char *rest = portspec;

	d->hdr.nr_reqtype = NETMAP_REQ_REGISTER;
	d->hdr.nr_body = (uintptr_t)&d->reg;
	if (nmreq_header_decode(&rest, &d->hdr, d->ctx) ||
	    nmreq_register_decode(&rest, &d->reg, d->ctx) ||
	    nmreq_options_decode(rest, nmport_parsers, d, d->ctx)) {
		nmport_undo_parse(d);
		return -1;
	}
	return 0;
}

void nmport_undo_parse(struct nmport_d *d)
{
	int error = errno;

	nmport_run_cleanups(d);
	memset(&d->hdr, 0, sizeof(d->hdr));
	memset(&d->reg, 0, sizeof(d->reg));
	errno = error;
}

struct nmport_d *nmport_prepare_in(struct nmctx *ctx, const char *portspec)
{
	struct nmport_d *d = nmport_new_in(ctx);

	if (d && nmport_parse(d, portspec)) {
		nmport_delete(d);
		return NULL;
	}
	return d;
}

struct nmport_d *nmport_prepare(const char *portspec)
{
	return nmport_prepare_in(nmctx_get(), portspec);
}

void nmport_undo_prepare(struct nmport_d *d)
{
	nmport_undo_parse(d);
	nmport_delete(d);
}

struct nmport_d *nmport_clone(struct nmport_d *d)
{
	struct nmport_d *c = nmport_new_in(d->ctx);

	if (!c)
		return NULL;
	c->hdr = d->hdr;
	c->reg = d->reg;
	c->hdr.nr_body = (uintptr_t)&c->reg;
	c->hdr.nr_options = 0;
	return c;
}

int nmport_open_desc(struct nmport_d *d)
{
	if (nmport_register(d))
		return -1;
	if (nmport_mmap(d) == 0)
		return 0;
	nmport_undo_register(d);
	return -1;
}

void nmport_undo_open_desc(struct nmport_d *d)
{
	nmport_undo_mmap(d);
	nmport_undo_register(d);
}

struct nmport_d *nmport_open_in(struct nmctx *ctx, const char *portspec)
{
	struct nmport_d *d = nmport_prepare_in(ctx, portspec);

	if (d && nmport_open_desc(d)) {
		nmport_undo_prepare(d);
		return NULL;
	}
	return d;
}

struct nmport_d *nmport_open(const char *portspec)
{
	return nmport_open_in(nmctx_get(), portspec);
}

void nmport_close(struct nmport_d *d)
{
	if (!d)
		return;
	nmport_undo_open_desc(d);
	nmport_undo_prepare(d);
}

/* Room is what counts, so that a packet is put into one ring as a whole or not at all. */
int nmport_inject(struct nmport_d *d, const void *buf, size_t size)
{
	unsigned n = d->last_tx_ring + 1u - d->first_tx_ring, i, index = d->cur_tx_ring;

	for (i = 0; i < (n & UINT16_MAX); i++) {
		struct netmap_ring *ring = NETMAP_TXRING(d->nifp, index);

		if (size <= (size_t)nm_ring_space(ring) * ring->nr_buf_size) {
			d->cur_tx_ring = (uint16_t)index;
			nm_fill_slots(ring, buf, size);
			return (int)size;
		}
		index = index == d->last_tx_ring ? d->first_tx_ring : index + 1;
	}
	return 0;
}
