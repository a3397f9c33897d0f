/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_netmap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake_netmap fake;

static int take(int *error)
{
	int ret = -*error;

	*error = 0;
	return ret;
}

static int fake_open(void **handle)
{
	int ret = take(&fake.open_error);

	if (ret)
		return ret;
	fake.opened++;
	*handle = malloc(1);
	return 0;
}

static void fake_close(void *handle)
{
	free(handle);
	fake.closed++;
}

static int fake_register(struct nmreq_header *h)
{
	struct nmreq_register *reg = (struct nmreq_register *)(uintptr_t)h->nr_body;
	struct nmreq_option *o = (struct nmreq_option *)(uintptr_t)h->nr_options;

	fake.reg = *reg;
	for (; o; o = (struct nmreq_option *)(uintptr_t)o->nro_next)
		o->nro_status = fake.option_status;
	if (fake.register_error)
		return take(&fake.register_error);
	if (!reg->nr_mem_id)
		reg->nr_mem_id = fake.mem_id;
	reg->nr_offset = FAKE_IF_OFFSET;
	reg->nr_memsize = FAKE_REGION_BYTES;
	return 0;
}

static int fake_ioctl(void *handle, unsigned long cmd, void *arg)
{
	struct nmreq_header *h = arg;

	(void)handle;
	if (cmd != NIOCCTRL)
		return 0;
	fake.header = *h;
	if (h->nr_reqtype == NETMAP_REQ_REGISTER)
		return fake_register(h);
	if (h->nr_reqtype != NETMAP_REQ_PORT_INFO_GET)
		return -EOPNOTSUPP;
	if (fake.register_error)
		return take(&fake.register_error);
	((struct nmreq_port_info_get *)(uintptr_t)h->nr_body)->nr_mem_id = fake.mem_id;
	return 0;
}

static unsigned list_rings(struct netmap_if *nifp, unsigned at, unsigned n, uint64_t bound)
{
	unsigned i;

	for (i = 0; i < n; i++)
		nifp->ring_ofs[at + i] = bound >> i & 1 ? 1024 + 256 * (ssize_t)(at + i) : 0;
	return at + n;
}

static int fake_mmap(void *handle, size_t bytes, void **base)
{
	struct netmap_if *nifp;
	int ret = take(&fake.mmap_error);
	unsigned at;

	(void)handle;
	if (ret)
		return ret;
	*base = calloc(1, bytes);
	nifp = (struct netmap_if *)((char *)*base + FAKE_IF_OFFSET);
	nifp->ni_tx_rings = fake.tx_rings;
	nifp->ni_rx_rings = fake.rx_rings;
	nifp->ni_host_tx_rings = nifp->ni_host_rx_rings = 1;
	at = list_rings(nifp, 0, fake.tx_rings + 1, fake.bound_tx);
	list_rings(nifp, at, fake.rx_rings + 1, fake.bound_rx);
	fake.mapped++;
	return 0;
}

static int fake_munmap(void *handle, void *base, size_t bytes)
{
	(void)handle;
	(void)bytes;
	free(base);
	fake.unmapped++;
	return 0;
}

const struct nmdev_ops fake_netmap_ops = {
	.name = "fake",
	.open = fake_open,
	.ioctl = fake_ioctl,
	.mmap = fake_mmap,
	.munmap = fake_munmap,
	.close = fake_close,
};

static void keep(struct nmctx *ctx, const char *text)
{
	size_t used = strlen(fake.said);

	(void)ctx;
	snprintf(fake.said + used, sizeof(fake.said) - used, "%s\n", text);
}

static void *count_malloc(struct nmctx *ctx, size_t bytes)
{
	(void)ctx;
	if (fake.fail_malloc && --fake.fail_malloc == 0)
		return NULL;
	fake.live++;
	return malloc(bytes);
}

static void count_free(struct nmctx *ctx, void *p)
{
	(void)ctx;
	fake.live--;
	free(p);
}

void fake_begin(struct nmctx_of *c)
{
	memset(&fake, 0, sizeof(fake));
	fake.mem_id = 7;
	fake.tx_rings = fake.rx_rings = 2;
	fake.bound_tx = fake.bound_rx = 3;
	nmctx_begin(c, &fake_netmap_ops, keep);
	c->ctx.malloc = count_malloc;
	c->ctx.free = count_free;
}
