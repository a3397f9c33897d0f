/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Devices whose driver moves netmap's slots: which they are, and their rings coming and going. */
#include <linux/rtnetlink.h>

#include "native.h"
#include "netdev.h"
#include "port.h"

static LIST_HEAD(drivers); /* under RTNL */

void nm_native_register(struct nm_native_ops *ops)
{
	rtnl_lock();
	list_add(&ops->all, &drivers);
	rtnl_unlock();
}

void nm_native_unregister(struct nm_native_ops *ops)
{
	rtnl_lock();
	list_del(&ops->all);
	rtnl_unlock();
}

const struct nm_native_ops *netdev_native_ops(const struct net_device *netdev)
{
	const struct device *parent = netdev->dev.parent;
	const struct nm_native_ops *ops;

	list_for_each_entry(ops, &drivers, all)
	{
		if (!parent || parent->driver != ops->driver)
			continue;
		return !ops->is_native || ops->is_native(netdev) ? ops : NULL;
	}
	return NULL;
}

/* The device that does the transfers: a virtio device leaves them to the one it lives on. */
static struct device *dma_device(struct net_device *netdev)
{
	struct device *device = netdev->dev.parent;

	while (device && !device->dma_mask)
		device = device->parent;
	return device;
}

void netdev_native_free(struct nm_native *native)
{
	if (!native)
		return;
	os_free(native->buf);
	netdev_native_rings_free(native);
	os_free(native);
}

static int maps_alloc(struct nm_native *native)
{
	if (native->ops->copies)
		return 0;
	native->buf = os_alloc(native->bufs->objtotal * sizeof(*native->buf));
	return native->buf && native->dma ? 0 : -ENOMEM;
}

static struct nm_native *native_alloc(struct os_dev *dev, struct net_device *netdev)
{
	struct nm_native *native = os_alloc(sizeof(*native));

	if (!native)
		return NULL;
	spin_lock_init(&native->map_lock);
	native->dev = dev;
	native->netdev = netdev;
	native->ops = netdev_native_ops(netdev);
	native->dma = dma_device(netdev);
	native->bufs = dev->has.bufs;
	if (!native->ops || maps_alloc(native) || netdev_native_rings_alloc(native, &dev->has)) {
		netdev_native_free(native);
		return NULL;
	}
	return native;
}

static void unmap(struct nm_native *native)
{
	u32 i;

	if (!native->buf)
		return;
	for (i = 0; i < native->bufs->objtotal; i++)
		if (native->buf[i].known && !native->ops->maps_itself)
			dma_unmap_page(native->dma, native->buf[i].dma, native->bufs->objsize,
				       DMA_BIDIRECTIONAL);
	memset(native->buf, 0, native->bufs->objtotal * sizeof(*native->buf));
}

/* Frames longer than this need several slots, which the hardware fills one after the other. */
static bool fits(const struct nm_native *native)
{
	return native->ops->rx_bytes(native->netdev) <= native->bufs->objsize;
}

static bool can_map(struct nm_native *native)
{
	if (native->ops->copies)
		return true;
	nm_native_map(native, 0);
	return native->buf[0].known;
}

/* Why the hardware cannot work with these rings and buffers, or NULL. */
static const char *refusal(const struct os_dev *dev, struct net_device *netdev)
{
	struct ethtool_ringparam ring = {.cmd = ETHTOOL_GRINGPARAM};

	compat_get_ringparam(netdev, &ring);
	if (ring.tx_pending != dev->has.tx_limit || ring.rx_pending != dev->has.rx_limit)
		return "the size of its rings has changed, or is more than 4096";
	if (!can_map(dev->native))
		return "its buffers cannot be mapped for the hardware: choose a buf_size of 2048";
	if (!fits(dev->native))
		return "it writes more into a buffer than fits: choose a larger buf_size";
	return NULL;
}

int netdev_native_take(struct os_dev *dev, struct net_device *netdev)
{
	const char *why;

	dev->native = native_alloc(dev, netdev);
	if (!dev->native)
		return -ENOMEM;
	why = refusal(dev, netdev);
	if (!why)
		return 0;
	unmap(dev->native);
	os_log_limited(OS_LOG_ERR, "%s: cannot be a native port: %s, or admode 2", netdev->name,
		       why);
	return -EINVAL;
}

/* Blocks of buffers are contiguous unless memory was so scattered that they had to be pieced
 * together. */
static struct page *contiguous(void *data, u32 bytes)
{
	void *end = data + bytes - 1;
	struct page *page;

	if (!is_vmalloc_addr(data))
		return virt_to_page(data);
	page = vmalloc_to_page(data);
	if (page_to_pfn(vmalloc_to_page(end)) - page_to_pfn(page) ==
	    ((unsigned long)end >> PAGE_SHIFT) - ((unsigned long)data >> PAGE_SHIFT))
		return page;
	return NULL;
}

/* What the hardware cannot reach is sent from, and received into, buffer 0, which is nobody's. */
static dma_addr_t cannot(struct nm_native *native, u32 idx)
{
	os_log_limited(OS_LOG_ERR,
		       "%s: buffer %u cannot be mapped for the hardware: frames are lost",
		       native->netdev->name, idx);
	return native->buf[0].dma;
}

static bool map_page(struct nm_native *native, struct page *page, u32 offset, dma_addr_t *dma)
{
	if (native->ops->maps_itself) {
		*dma = page_to_phys(page) + offset;
		return true;
	}
	*dma = dma_map_page(native->dma, page, offset, native->bufs->objsize, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(native->dma, *dma))
		return false;
	if (dma_need_sync(native->dma, *dma))
		native->must_sync = true;
	return true;
}

static dma_addr_t map_locked(struct nm_native *native, u32 idx)
{
	u32 bytes = native->bufs->objsize;
	void *data = nm_buf(native->bufs, idx);
	struct nm_native_buf *buf;
	struct page *page;

	if (!data) {
		idx = 0;
		data = native->bufs->blocks[0];
	}
	buf = &native->buf[idx];
	if (buf->known)
		return buf->dma;
	page = contiguous(data, bytes);
	if (!page)
		return cannot(native, idx);
	if (!map_page(native, page, offset_in_page(data), &buf->dma))
		return cannot(native, idx);
	smp_store_release(&buf->known, true);
	return buf->dma;
}

dma_addr_t nm_native_map(struct nm_native *native, u32 idx)
{
	dma_addr_t dma;

	spin_lock(&native->map_lock);
	dma = map_locked(native, idx);
	spin_unlock(&native->map_lock);
	return dma;
}
EXPORT_SYMBOL(nm_native_map);

/* In softirq context, or under RTNL: it stays until the receive handler has been taken back. */
static struct nm_native *native_of(const struct net_device *netdev)
{
	struct os_dev *dev;

	if (rcu_access_pointer(netdev->rx_handler) != netdev_rx_handler)
		return NULL;
	dev = rcu_dereference_check(netdev->rx_handler_data, lockdep_rtnl_is_held());
	return dev ? READ_ONCE(dev->native) : NULL;
}

static struct nm_native_ring *ring_of(const struct net_device *netdev, enum nm_dir dir,
				      unsigned int queue)
{
	struct nm_native *native = native_of(netdev);
	struct nm_native_ring *r;

	if (!native || queue >= native->count[dir])
		return NULL;
	r = &native->rings[dir][queue];
	return READ_ONCE(r->ring) ? r : NULL;
}

bool nm_native_has(const struct net_device *netdev, enum nm_dir dir, unsigned int queue)
{
	bool has;

	rcu_read_lock();
	has = ring_of(netdev, dir, queue);
	rcu_read_unlock();
	return has;
}
EXPORT_SYMBOL(nm_native_has);

static void tell(const struct nm_native *native, enum nm_dir dir, unsigned int queue)
{
	struct os_dev *dev = native->dev;

	if (dir == NM_RX)
		dev->events->rx(dev->arg, queue);
	else
		dev->events->tx(dev->arg, queue);
}

bool nm_native_interrupt(const struct net_device *netdev, enum nm_dir dir, unsigned int queue)
{
	struct nm_native_ring *r;

	rcu_read_lock();
	r = ring_of(netdev, dir, queue);
	if (r) {
		if (dir == NM_TX && nm_native_holds_back(r))
			schedule_work(&r->rest);
		tell(r->native, dir, queue);
	}
	rcu_read_unlock();
	return r;
}
EXPORT_SYMBOL(nm_native_interrupt);

static void ring_pause(struct nm_native_ring *r)
{
	spin_lock(&r->lock);
	r->live = false;
	spin_unlock(&r->lock);
}

/* What was posted and not sent is lost with the hardware's queue: its slots come back. */
static void tx_restart(struct nm_native_ring *r)
{
	struct nm_ring *ring = r->ring;
	u32 n = ring->slots;

	r->shift = (n - ring->hwcur) % n;
	r->pieces = 0;
	r->posted = r->oldest = ring->hwcur;
	os_store_release(&ring->hwtail, (ring->hwcur + n - 1) % n);
}

static void rx_restart(struct nm_native_ring *r)
{
	struct nm_ring *ring = r->ring;
	u32 n = ring->slots;

	r->shift = (n - ring->hwtail) % n;
	r->posted = ring->hwtail;
	r->native->ops->rx_post(r, ring->hwtail, (ring->hwcur + n - 1) % n);
}

static void ring_resume(struct nm_native_ring *r, enum nm_dir dir)
{
	spin_lock(&r->lock);
	if (r->ring) {
		if (dir == NM_TX)
			tx_restart(r);
		else if (fits(r->native))
			rx_restart(r);
		r->live = dir == NM_TX || fits(r->native);
	}
	spin_unlock(&r->lock);
}

static void each_ring(struct nm_native *native, void (*fn)(struct nm_native_ring *, enum nm_dir))
{
	int dir, i;

	for (dir = 0; dir < NM_DIRS; dir++)
		for (i = 0; i < native->count[dir]; i++)
			fn(&native->rings[dir][i], dir);
}

static void pause_one(struct nm_native_ring *r, enum nm_dir dir)
{
	ring_pause(r);
}

static void resume_one(struct nm_native_ring *r, enum nm_dir dir)
{
	ring_resume(r, dir);
	if (r->ring)
		tell(r->native, dir, r->queue);
}

void nm_native_pause(const struct net_device *netdev)
{
	struct nm_native *native;

	rcu_read_lock();
	native = native_of(netdev);
	if (native)
		each_ring(native, pause_one);
	rcu_read_unlock();
}
EXPORT_SYMBOL(nm_native_pause);

void nm_native_resume(const struct net_device *netdev)
{
	struct nm_native *native;

	rcu_read_lock();
	native = native_of(netdev);
	if (native)
		each_ring(native, resume_one);
	rcu_read_unlock();
}
EXPORT_SYMBOL(nm_native_resume);
EXPORT_SYMBOL(nm_native_register);
EXPORT_SYMBOL(nm_native_unregister);

static struct nm_ring *wanted(struct nm_port *port, int dir, unsigned int i)
{
	struct nm_ring *ring = port ? &port->rings[dir][i] : NULL;

	return ring && ring->open ? ring : NULL;
}

static bool differs(const struct nm_native *native, struct nm_port *port)
{
	int dir, i;

	for (dir = 0; dir < NM_DIRS; dir++)
		for (i = 0; i < native->count[dir]; i++)
			if (native->rings[dir][i].ring != wanted(port, dir, i))
				return true;
	return false;
}

/* RTNL held. While the device is down, rings change hands. */
static void hand_over(struct os_dev *dev, struct nm_port *port)
{
	struct net_device *netdev = rtnl_dereference(dev->netdev);
	struct nm_native *native = dev->native;
	bool up = netif_running(netdev) && netif_device_present(netdev);
	int dir, i;

	if (!differs(native, port))
		return;
	if (up)
		native->ops->down(netdev);
	for (dir = 0; dir < NM_DIRS; dir++)
		for (i = 0; i < native->count[dir]; i++) {
			struct nm_native_ring *r = &native->rings[dir][i];

			ring_pause(r);
			WRITE_ONCE(r->ring, wanted(port, dir, i));
			if (dir == NM_TX)
				WRITE_ONCE(dev->txq[i].diverted, r->ring != NULL);
		}
	if (native->ops->switched)
		native->ops->switched(netdev, native);
	if (up)
		native->ops->up(netdev);
}

void netdev_native_give_back(struct os_dev *dev)
{
	hand_over(dev, NULL);
	unmap(dev->native);
}

void os_dev_native_switch(struct os_dev *dev, struct nm_port *port)
{
	rtnl_lock();
	if (rtnl_dereference(dev->netdev) && dev->native)
		hand_over(dev, port);
	rtnl_unlock();
}
