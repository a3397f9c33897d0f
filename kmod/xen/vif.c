/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The net device of a virtual interface. Frames move between its guest and netmap's rings only: the
 * host's stack has nothing to do with it, and what it sends here is dropped.
 */
#include <linux/ethtool.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

#include "compat_xen.h"
#include "netback.h"

#define SLOTS_MIN 64U
#define SLOTS_MAX 4096U

static struct vif *vif_of(const struct net_device *netdev)
{
	return netdev_priv(netdev);
}

static struct vif_queue *queue_of(const struct nm_native_ring *r)
{
	struct vif *vif = vif_of(r->native->netdev);

	return vif->nqueues ? &vif->queues[r->queue % vif->nqueues] : NULL;
}

/* What the guest offers no pages for stays posted until it does. */
static void tx_continue(struct nm_native_ring *r, u32 to)
{
	struct vif_queue *queue = queue_of(r);

	if (queue)
		r->posted = vif_queue_send(queue, r->ring, r->posted, to);
}

static void tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	tx_continue(r, to);
}

static u32 tx_done(struct nm_native_ring *r)
{
	tx_continue(r, r->ring->hwcur);
	return r->posted;
}

static void rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
}

static u32 rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct vif *vif = vif_of(r->native->netdev);

	if (r->queue >= vif->nqueues)
		return pos;
	return vif_queue_fill(&vif->queues[r->queue], r->ring, pos, max, r->got);
}

static u32 rx_bytes(struct net_device *netdev)
{
	return 0; /* a frame may take several buffers */
}

static void vif_down(struct net_device *netdev)
{
}

static void vif_up(struct net_device *netdev)
{
	if (vif_of(netdev)->nqueues)
		nm_native_resume(netdev);
}

struct nm_native_ops vif_native_ops = {
	.driver = &vif_driver.driver,
	.copies = true,
	.rx_bytes = rx_bytes,
	.down = vif_down,
	.up = vif_up,
	.tx_post = tx_post,
	.tx_done = tx_done,
	.rx_post = rx_post,
	.rx_fill = rx_fill,
};

/* RTNL is held. */
static int vif_open(struct net_device *netdev)
{
	vif_up(netdev);
	return 0;
}

static int vif_close(struct net_device *netdev)
{
	nm_native_pause(netdev);
	return 0;
}

static netdev_tx_t vif_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	dev_kfree_skb_any(skb);
	compat_count_tx_drop(netdev);
	return NETDEV_TX_OK;
}

static void queue_stats(const struct vif_queue *queue, u64 sum[4])
{
	sum[0] += queue->from->packets;
	sum[1] += queue->from->bytes;
	sum[2] += queue->to->packets;
	sum[3] += queue->to->bytes;
}

/* Of all connections; rx is what the guest sent. */
static void vif_stats(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	struct vif *vif = vif_of(netdev);
	u64 sum[4];
	unsigned int i;

	spin_lock_bh(&vif->stats_lock);
	memcpy(sum, vif->before, sizeof(sum));
	for (i = 0; i < vif->nqueues; i++)
		queue_stats(&vif->queues[i], sum);
	spin_unlock_bh(&vif->stats_lock);
	stats->rx_packets = sum[0];
	stats->rx_bytes = sum[1];
	stats->tx_packets = sum[2];
	stats->tx_bytes = sum[3];
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = vif_open,
	.ndo_stop = vif_close,
	.ndo_start_xmit = vif_xmit,
	.ndo_get_stats64 = vif_stats,
	.ndo_validate_addr = eth_validate_addr,
};

static COMPAT_GET_RINGPARAM(vif_ringparam)
{
	const struct vif *vif = vif_of(netdev);

	ring->tx_pending = ring->tx_max_pending = vif->slots[NM_TX];
	ring->rx_pending = ring->rx_max_pending = vif->slots[NM_RX];
}

static const struct ethtool_ops ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ringparam = vif_ringparam,
};

static void setup(struct net_device *netdev, struct xenbus_device *dev)
{
	/* Higher than any other's, so that a bridge never takes it for its own. */
	static const u8 address[ETH_ALEN] = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff};

	netdev->netdev_ops = &netdev_ops;
	netdev->ethtool_ops = &ethtool_ops;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = ETH_MAX_MTU - VLAN_ETH_HLEN;
	compat_dev_addr_set(netdev, address);
	SET_NETDEV_DEV(netdev, &dev->dev);
	netif_carrier_off(netdev);
}

struct net_device *vif_netdev_create(struct xenbus_device *dev, unsigned int handle,
				     unsigned int queues)
{
	struct net_device *netdev;
	char name[IFNAMSIZ];
	struct vif *vif;
	int error;

	snprintf(name, sizeof(name), "vif%u.%u", dev->otherend_id, handle);
	netdev = alloc_netdev_mqs(sizeof(struct vif), name, NET_NAME_ENUM, ether_setup, queues,
				  queues);
	if (!netdev)
		return ERR_PTR(-ENOMEM);
	setup(netdev, dev);
	vif = vif_of(netdev);
	vif->dev = dev;
	vif->netdev = netdev;
	spin_lock_init(&vif->stats_lock);
	vif->slots[NM_TX] = clamp(vif_rx_desc, SLOTS_MIN, SLOTS_MAX);
	vif->slots[NM_RX] = clamp(vif_tx_desc, SLOTS_MIN, SLOTS_MAX);
	error = register_netdev(netdev);
	if (!error)
		return netdev;
	free_netdev(netdev);
	return ERR_PTR(error);
}

void vif_netdev_start(struct vif *vif, struct vif_queue *queues, unsigned int n)
{
	rtnl_lock();
	spin_lock_bh(&vif->stats_lock);
	vif->queues = queues;
	vif->nqueues = n;
	spin_unlock_bh(&vif->stats_lock);
	netif_carrier_on(vif->netdev);
	if (netif_running(vif->netdev))
		vif_up(vif->netdev);
	rtnl_unlock();
}

void vif_netdev_stop(struct vif *vif)
{
	unsigned int i;

	rtnl_lock();
	nm_native_pause(vif->netdev);
	netif_carrier_off(vif->netdev);
	spin_lock_bh(&vif->stats_lock);
	for (i = 0; i < vif->nqueues; i++)
		queue_stats(&vif->queues[i], vif->before);
	vif->nqueues = 0;
	vif->queues = NULL;
	spin_unlock_bh(&vif->stats_lock);
	rtnl_unlock();
}
