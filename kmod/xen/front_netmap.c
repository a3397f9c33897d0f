/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Netmap mode: the syncs of a native port whose rings lie in the backend's domain. */
#include <linux/etherdevice.h>
#include <xen/events.h>

#include "compat_xen.h"
#include "netfront.h"
#include "transact.h"

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

static bool is_native(const struct net_device *netdev)
{
	return front_of(netdev)->protocol == &front_netmap;
}

/* A port that is held may have come to another backend, which knows nothing of netmap. */
static bool is_connected(const struct front *front)
{
	return front->connected && front->protocol == &front_netmap;
}

static void native_down(struct net_device *netdev)
{
}

/* RTNL is held, no ring is live. What arrived for nobody is not for who comes now. */
static void native_up(struct net_device *netdev)
{
	struct front *front = front_of(netdev);

	if (!is_connected(front))
		return;
	vif_front_told(&front->ends);
	vif_front_flush(&front->ends);
	kick(front, FRONT_TX, &front->ends.tx);
	kick(front, FRONT_RX, &front->ends.rx);
	nm_native_resume(netdev);
}

/* RTNL is held, no sync is under way, and none may come: what was taken from a task is not kept. */
static void finish(struct front *front)
{
	if (!is_connected(front))
		return;
	vif_front_finish(&front->ends);
	kick(front, FRONT_TX, &front->ends.tx);
}

static void switched(struct net_device *netdev, struct nm_native *native)
{
	finish(front_of(netdev));
}

struct nm_native_ops front_native_ops = {
	.driver = &front_driver.driver,
	.is_native = is_native,
	.copies = true,
	.max_mtu = VIF_SHARE_BUF_BYTES - ETH_HLEN,
	.switched = switched,
	.rx_bytes = rx_bytes,
	.down = native_down,
	.up = native_up,
	.tx_post = tx_post,
	.tx_done = tx_done,
	.rx_post = rx_post,
	.rx_fill = rx_fill,
};

static irqreturn_t on_event(struct front *front, enum front_dir dir, enum nm_dir ring)
{
	set_bit(dir, &front->told);
	nm_native_interrupt(front->netdev, ring, 0);
	return IRQ_HANDLED;
}

static irqreturn_t on_tx(int irq, void *arg)
{
	return on_event(arg, FRONT_TX, NM_TX);
}

static irqreturn_t on_rx(int irq, void *arg)
{
	return on_event(arg, FRONT_RX, NM_RX);
}

static int bind(struct front *front, enum front_dir dir)
{
	int irq, error = xenbus_alloc_evtchn(front->dev, &front->port[dir]);

	if (error)
		return error; /* which has been said */
	irq = bind_evtchn_to_irqhandler(front->port[dir], dir == FRONT_TX ? on_tx : on_rx, 0,
					front->netdev->name, front);
	if (irq < 0) {
		xenbus_free_evtchn(front->dev, front->port[dir]);
		xenbus_dev_fatal(front->dev, irq, "binding an event channel");
		return irq;
	}
	front->irq[dir] = irq;
	return 0;
}

static int write_channels(const void *what, struct xenbus_transaction xbt)
{
	const struct front *front = what;
	const char *path = front->dev->nodename;
	int error = front_forget_keys(front, xbt);

	if (!error)
		error = xenbus_printf(xbt, path, "event-channel-tx", "%u", front->port[FRONT_TX]);
	if (error)
		return error;
	return xenbus_printf(xbt, path, "event-channel-rx", "%u", front->port[FRONT_RX]);
}

static int publish(struct front *front)
{
	int error = vif_transact(write_channels, front);

	if (error)
		xenbus_dev_fatal(front->dev, error, "writing event channels");
	return error;
}

static int netmap_connect(struct front *front)
{
	int dir, error = front_netdev_set_queues(front, 1);

	if (!error)
		error = front_map_ring(front, FRONT_TX, &front->ends.tx);
	if (!error)
		error = front_map_ring(front, FRONT_RX, &front->ends.rx);
	for (dir = 0; dir < FRONT_DIRS && !error; dir++)
		error = bind(front, dir);
	if (!error)
		error = publish(front);
	if (!error)
		vif_front_begin(&front->ends);
	return error;
}

static void netmap_disconnect(struct front *front)
{
	int dir;

	for (dir = 0; dir < FRONT_DIRS; dir++) {
		if (front->irq[dir])
			unbind_from_irqhandler(front->irq[dir], front);
		front->irq[dir] = 0;
		front_unmap_ring(front, dir);
	}
}

static void netmap_begin(struct front *front)
{
	native_up(front->netdev);
}

static void netmap_end(struct front *front)
{
	nm_native_pause(front->netdev);
	finish(front);
}

static netdev_tx_t netmap_xmit(struct front *front, struct sk_buff *skb)
{
	dev_kfree_skb_any(skb);
	compat_count_tx_drop(front->netdev);
	return NETDEV_TX_OK;
}

/* A frame is one buffer, and nobody finishes it. */
static netdev_features_t netmap_features(const struct front *front, netdev_features_t wanted)
{
	return wanted & ~(NETIF_F_CSUM_MASK | NETIF_F_ALL_TSO | NETIF_F_RXCSUM);
}

static unsigned int netmap_max_mtu(const struct front *front)
{
	return VIF_SHARE_BUF_BYTES - ETH_HLEN;
}

static u32 netmap_slots(const struct front *front, enum front_dir dir)
{
	return front->slots[dir];
}

static struct front_counters netmap_count(struct front *front)
{
	const struct vif_front *f = &front->ends;

	return (struct front_counters){
		.rx_packets = f->rx_packets,
		.rx_bytes = f->rx_bytes,
		.tx_packets = f->tx_packets,
		.tx_bytes = f->tx_bytes,
		.tx_dropped = f->tx_dropped,
	};
}

const struct front_protocol front_netmap = {
	.name = "netmap mode",
	.connect = netmap_connect,
	.disconnect = netmap_disconnect,
	.begin = netmap_begin,
	.end = netmap_end,
	.xmit = netmap_xmit,
	.features = netmap_features,
	.max_mtu = netmap_max_mtu,
	.slots = netmap_slots,
	.count = netmap_count,
};
