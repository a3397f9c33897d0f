/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "dev_port.h"
#include "attach.h"
#include "file.h"
#include "ns.h"

#define RINGS_MAX    16
#define SLOTS_MIN    3 /* less is no answer */
#define SLOTS_MAX    4096
#define MTU_ONE_SLOT 32768 /* beyond it a frame would need several slots to be sent */

enum { ADMODE_BEST, ADMODE_NATIVE, ADMODE_EMULATED };

static void on_rx(void *arg, unsigned queue)
{
	struct nm_device *dev = arg;
	struct nm_attach *attach = OS_READ_ONCE(dev->attach);
	struct os_worker *lookout = OS_READ_ONCE(dev->lookout);

	if (attach)
		nm_attach_kick(attach);
	else
		nm_port_wake(dev->port, &dev->port->rings[NM_RX][queue]);
	if (unlikely(lookout))
		os_worker_kick(lookout);
}

static void on_tx(void *arg, unsigned queue)
{
	struct nm_device *dev = arg;
	struct nm_attach *attach = OS_READ_ONCE(dev->attach);

	if (attach)
		nm_attach_kick(attach);
	else if (queue < dev->port->nrings[NM_TX])
		nm_port_wake(dev->port, &dev->port->rings[NM_TX][queue]);
}

static void on_gone(void *arg)
{
	struct nm_device *dev = arg;
	struct nm_port *port = dev->port;
	unsigned dir, i;

	OS_WRITE_ONCE(port->dead, true);
	for (dir = 0; dir < NM_DIRS; dir++)
		for (i = 0; i < nm_port_rings(port, dir); i++)
			nm_port_wake(port, &port->rings[dir][i]);
	nm_attach_reap();
}

static bool mtu_fits(const struct nm_port *port, uint32_t mtu)
{
	return mtu <= MTU_ONE_SLOT && mtu <= port->region->pool[NM_POOL_BUF].objsize;
}

static bool on_mtu(void *arg, uint32_t mtu)
{
	struct nm_device *dev = arg;

	return mtu_fits(dev->port, mtu);
}

static const struct os_dev_events events = {
	.rx = on_rx,
	.tx = on_tx,
	.gone = on_gone,
	.mtu_ok = on_mtu,
};

static bool binds_rx(const struct nm_port *port, const struct nm_file *f)
{
	return f->first[NM_RX] < f->last[NM_RX] && f->first[NM_RX] < port->nrings[NM_RX];
}

static int dev_admit(struct nm_port *port, const struct nm_file *f)
{
	struct nm_device *dev = nm_device_of(port);
	struct os_dev_facts facts;

	if (dev->attach && !nm_attach_owns(dev->attach, f))
		return -EBUSY;
	if (nm_params.admode == ADMODE_NATIVE && !dev->native)
		return -EOPNOTSUPP;
	if (os_dev_facts(dev->os, &facts))
		return -ENXIO;
	if (port->bindings || !binds_rx(port, f) || mtu_fits(port, facts.mtu))
		return 0;
	os_log_limited(OS_LOG_ERR, "%s: frames of MTU %u do not fit into buffers of %u bytes",
		       port->name, facts.mtu, port->region->pool[NM_POOL_BUF].objsize);
	return -EINVAL;
}

static int dev_enter(struct nm_port *port)
{
	const struct os_dev_queues queues = {
		.tx = port->nrings[NM_TX],
		.rx = port->nrings[NM_RX],
		.host = port->nhost[NM_RX],
		.tx_limit = port->slots[NM_TX],
		.rx_limit = port->slots[NM_RX],
		.buf_bytes = port->region->pool[NM_POOL_BUF].objsize,
		.native = nm_device_of(port)->native,
		.bufs = &port->region->pool[NM_POOL_BUF],
	};

	return os_dev_start(nm_device_of(port)->os, &queues);
}

static void dev_leave(struct nm_port *port)
{
	os_dev_stop(nm_device_of(port)->os);
	nm_dev_unwatched(nm_device_of(port));
}

void nm_dev_port_stop(struct nm_port *port)
{
	dev_leave(port);
}

/* Rings without users stay the stack's. */
static void dev_settle(struct nm_port *port)
{
	struct os_dev *os = nm_device_of(port)->os;
	unsigned i;

	os_mutex_lock(&nm_device_of(port)->look_lock);
	for (i = 0; i < nm_port_rings(port, NM_RX); i++)
		os_dev_divert_rx(os, i, port->rings[NM_RX][i].open);
	for (i = 0; i < port->nrings[NM_TX]; i++)
		os_dev_divert_tx(os, i, port->rings[NM_TX][i].open);
	os_mutex_unlock(&nm_device_of(port)->look_lock);
}

/* Transmit queues are diverted with their rings: a frame of the stack's among ours would be the end.
 */
static void native_settle(struct nm_port *port)
{
	struct os_dev *os = nm_device_of(port)->os;
	unsigned i;

	os_mutex_lock(&nm_device_of(port)->look_lock);
	for (i = port->nrings[NM_RX]; i < nm_port_rings(port, NM_RX); i++)
		os_dev_divert_rx(os, i, port->rings[NM_RX][i].open);
	os_dev_native_switch(os, port);
	os_mutex_unlock(&nm_device_of(port)->look_lock);
}

static void dev_destroy(struct nm_port *port)
{
	struct nm_device *dev = nm_device_of(port), **link = &port->ns->devices;

	while (*link != dev)
		link = &(*link)->next;
	*link = dev->next;
	os_dev_close(dev->os);
	os_mutex_destroy(&dev->look_lock);
	os_free(dev);
}

const struct nm_port_ops nm_dev_port_ops = {
	.kind = "netdev",
	.txsync = nm_dev_txsync,
	.rxsync = nm_dev_rxsync,
	.watched = nm_dev_watched,
	.opened = dev_settle,
	.settle = dev_settle,
	.destroy = dev_destroy,
	.admit = dev_admit,
	.enter = dev_enter,
	.leave = dev_leave,
};

const struct nm_port_ops nm_dev_native_ops = {
	.kind = "native netdev",
	.no_offsets = true, /* hardware writes whole buffers */
	.txsync = nm_dev_txsync,
	.rxsync = nm_dev_rxsync,
	.watched = nm_dev_watched,
	.opened = native_settle,
	.settle = native_settle,
	.destroy = dev_destroy,
	.admit = dev_admit,
	.enter = dev_enter,
	.leave = dev_leave,
};

static uint32_t slots_of(uint32_t device)
{
	int wish = nm_params.generic_ringsize;

	if (device < SLOTS_MIN)
		device = wish < SLOTS_MIN ? SLOTS_MIN : wish;
	return device < SLOTS_MAX ? device : SLOTS_MAX;
}

static void size_port(struct nm_port_size *size, const struct os_dev_facts *facts)
{
	int dir;

	size->rings[NM_TX] = nm_clamp(facts->tx_queues, 1, RINGS_MAX);
	size->rings[NM_RX] = nm_clamp(facts->rx_queues, 1, RINGS_MAX);
	size->slots[NM_TX] = slots_of(facts->tx_slots);
	size->slots[NM_RX] = slots_of(facts->rx_slots);
	for (dir = 0; dir < NM_DIRS; dir++)
		size->host[dir] = nm_clamp(size->host[dir], 1, RINGS_MAX);
}

static int region_for(const struct nm_port_size *size, const struct os_dev_facts *facts,
		      struct nm_region **out)
{
	struct nm_port_size apart = *size;

	if (facts->apart && !size->mem_id) {
		apart.packed = true;
		return nm_port_region(&apart, 0, out);
	}
	*out = nm_region_get(size->mem_id ? size->mem_id : NM_REGION_GLOBAL);
	return *out ? 0 : -EINVAL;
}

/* On failure the device is closed by the caller. */
static int port_for(struct nm_device *dev, const struct nm_port_query *query)
{
	struct nm_port_size size = query->size;
	struct os_dev_facts facts;
	struct nm_region *region;
	int rc = os_dev_facts(dev->os, &facts);

	if (rc)
		return rc;
	size_port(&size, &facts);
	rc = region_for(&size, &facts, &region);
	if (rc)
		return rc;
	dev->native = facts.native && nm_params.admode != ADMODE_EMULATED;
	rc = nm_port_new(query->ns, dev->native ? &nm_dev_native_ops : &nm_dev_port_ops,
			 query->name, &size, region, &dev->port);
	if (rc)
		return rc;
	dev->port->kind_data = dev;
	dev->port->afar = facts.apart;
	return 0;
}

static int device_new(const struct nm_port_query *query, struct nm_device **out)
{
	struct nm_device *dev = os_alloc(sizeof(*dev));
	int rc;

	if (!dev)
		return -ENOMEM;
	os_mutex_init(&dev->look_lock);
	rc = os_dev_open(query->ns->host_ns, query->name, &events, dev, &dev->os);
	if (!rc) {
		rc = port_for(dev, query);
		if (rc)
			os_dev_close(dev->os);
	}
	if (rc) {
		os_mutex_destroy(&dev->look_lock);
		os_free(dev);
		return rc;
	}
	dev->next = query->ns->devices;
	query->ns->devices = dev;
	*out = dev;
	return 0;
}

int nm_dev_port_get(const struct nm_port_query *query, struct nm_port **out)
{
	struct nm_device *dev = query->ns->devices;
	int rc;

	while (dev && !os_dev_is(dev->os, query->name))
		dev = dev->next;
	if (dev) {
		dev->port->refs++;
	} else {
		rc = device_new(query, &dev);
		if (rc)
			return rc;
	}
	*out = dev->port;
	return 0;
}
