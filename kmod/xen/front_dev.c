/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The net device of a frontend: netmap's applications alone use it, the stack has nothing here. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <xen/events.h>

#include "compat_xen.h"
#include "netfront.h"

#define SLOTS_USUAL 1024

static struct front *front_of(const struct net_device *netdev)
{
	return netdev_priv(netdev);
}

static struct vif_slots slots_of(const struct nm_ring *ring)
{
	return (struct vif_slots){
		.slot = ring->shared->slot,
		.bufs = ring->bufs,
		.n = ring->slots,
	};
}

static void kick(struct front *front, enum front_dir dir, struct vif_front_ring *r)
{
	if (r->kick)
		notify_remote_via_irq(front->irq[dir]);
	r->kick = false;
}

/* What finds no room stays posted. */
static void send(struct nm_native_ring *r, u32 to)
{
	struct front *front = front_of(r->native->netdev);
	const struct vif_slots slots = slots_of(r->ring);

	if (test_and_clear_bit(FRONT_TX, &front->told))
		vif_front_answered(&front->ends);
	r->posted = vif_front_send(&front->ends, &slots, r->posted, to, &r->ring->tx_stats);
	kick(front, FRONT_TX, &front->ends.tx);
}

static void tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	send(r, to);
}

static u32 tx_done(struct nm_native_ring *r)
{
	send(r, r->ring->hwcur);
	return r->posted;
}

static void rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
}

static u32 rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct front *front = front_of(r->native->netdev);
	const struct vif_slots slots = slots_of(r->ring);

	if (test_and_clear_bit(FRONT_RX, &front->told))
		vif_front_told(&front->ends);
	pos = vif_front_receive(&front->ends, &slots, pos, max, r->got);
	kick(front, FRONT_RX, &front->ends.rx);
	return pos;
}

static u32 rx_bytes(struct net_device *netdev)
{
	return VIF_SHARE_BUF_BYTES;
}

static void front_down(struct net_device *netdev)
{
}

/* RTNL is held, no ring is live. What arrived for nobody is not for who comes now. */
static void front_up(struct net_device *netdev)
{
	struct front *front = front_of(netdev);

	if (!front->connected)
		return;
	vif_front_told(&front->ends);
	vif_front_flush(&front->ends);
	kick(front, FRONT_RX, &front->ends.rx);
	nm_native_resume(netdev);
}

/* RTNL is held, no sync is under way, and none may come: what was taken from a task is not kept. */
static void finish(struct front *front)
{
	if (!front->connected)
		return;
	vif_front_finish(&front->ends);
	kick(front, FRONT_TX, &front->ends.tx);
}

static void front_switched(struct net_device *netdev, struct nm_native *native)
{
	finish(front_of(netdev));
}

struct nm_native_ops front_native_ops = {
	.driver = &front_driver.driver,
	.copies = true,
	.max_mtu = VIF_SHARE_BUF_BYTES - ETH_HLEN,
	.switched = front_switched,
	.rx_bytes = rx_bytes,
	.down = front_down,
	.up = front_up,
	.tx_post = tx_post,
	.tx_done = tx_done,
	.rx_post = rx_post,
	.rx_fill = rx_fill,
};

static int front_open(struct net_device *netdev)
{
	front_up(netdev);
	return 0;
}

static int front_close(struct net_device *netdev)
{
	nm_native_pause(netdev);
	finish(front_of(netdev));
	return 0;
}

static netdev_tx_t front_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	dev_kfree_skb_any(skb);
	compat_count_tx_drop(netdev);
	return NETDEV_TX_OK;
}

static void front_stats(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	const struct vif_front *f = &front_of(netdev)->ends;

	stats->rx_packets = f->rx_packets;
	stats->rx_bytes = f->rx_bytes;
	stats->tx_packets = f->tx_packets;
	stats->tx_bytes = f->tx_bytes;
	stats->tx_dropped = f->tx_dropped;
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = front_open,
	.ndo_stop = front_close,
	.ndo_start_xmit = front_xmit,
	.ndo_get_stats64 = front_stats,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

static COMPAT_GET_RINGPARAM(front_ringparam)
{
	const struct front *front = front_of(netdev);

	ring->tx_pending = ring->tx_max_pending = front->slots[FRONT_TX];
	ring->rx_pending = ring->rx_max_pending = front->slots[FRONT_RX];
}

static const struct ethtool_ops ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ringparam = front_ringparam,
};

static void set_address(struct net_device *netdev, const struct xenbus_device *dev)
{
	char *text = xenbus_read(XBT_NIL, dev->nodename, "mac", NULL);
	u8 address[ETH_ALEN], *a = address;

	if (!IS_ERR(text) && sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &a[0], &a[1], &a[2],
				    &a[3], &a[4], &a[5]) == ETH_ALEN)
		compat_dev_addr_set(netdev, address);
	else
		eth_hw_addr_random(netdev);
	if (!IS_ERR(text))
		kfree(text);
}

static void setup(struct net_device *netdev, struct xenbus_device *dev)
{
	struct front *front = front_of(netdev);
	int dir;

	front->dev = dev;
	front->netdev = netdev;
	for (dir = 0; dir < FRONT_DIRS; dir++)
		front->slots[dir] = front_read_slots(front, dir) ?: SLOTS_USUAL;
	netdev->netdev_ops = &netdev_ops;
	netdev->ethtool_ops = &ethtool_ops;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = VIF_SHARE_BUF_BYTES - ETH_HLEN;
	set_address(netdev, dev);
	SET_NETDEV_DEV(netdev, &dev->dev);
	netif_carrier_off(netdev);
}

struct net_device *front_netdev_create(struct xenbus_device *dev)
{
	struct net_device *netdev = alloc_etherdev(sizeof(struct front));
	int error;

	if (!netdev)
		return ERR_PTR(-ENOMEM);
	setup(netdev, dev);
	error = register_netdev(netdev);
	if (!error)
		return netdev;
	free_netdev(netdev);
	return ERR_PTR(error);
}

void front_netdev_start(struct front *front)
{
	rtnl_lock();
	if (!front->connected) {
		front->connected = true;
		netif_carrier_on(front->netdev);
		kick(front, FRONT_TX, &front->ends.tx);
		kick(front, FRONT_RX, &front->ends.rx);
		if (netif_running(front->netdev))
			front_up(front->netdev);
	}
	rtnl_unlock();
}

void front_netdev_stop(struct front *front)
{
	rtnl_lock();
	nm_native_pause(front->netdev);
	finish(front);
	front->connected = false;
	netif_carrier_off(front->netdev);
	rtnl_unlock();
}
