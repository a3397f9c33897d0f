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

#define SLOTS_SHARED 256U /* what goes at once between domains that may share the port */
#define SLOTS_OWN    64U  /* of others, whose guests' rings hold 256 more */

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
	struct vif *vif = vif_of(r->native->netdev);

	if (vif->shares)
		vif_shared_send(vif->queues, r->ring, to);
	else
		tx_continue(r, to);
}

static u32 tx_done(struct nm_native_ring *r)
{
	struct vif *vif = vif_of(r->native->netdev);

	if (vif->shares)
		return vif_shared_sent(vif->queues, r->ring);
	tx_continue(r, r->ring->hwcur);
	return r->posted;
}

static void rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct vif *vif = vif_of(r->native->netdev);

	if (vif->shares)
		vif_shared_release(vif->queues, to);
}

static u32 rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct vif *vif = vif_of(r->native->netdev);

	if (r->queue >= vif->nqueues || READ_ONCE(vif->halted))
		return pos;
	if (vif->shares)
		return vif_shared_fill(vif->queues, r->ring, pos, max, r->got);
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
	const struct vif *vif = vif_of(netdev);

	if (vif->nqueues && !vif->lost)
		nm_native_resume(netdev);
}

static void share_stats(struct vif_grants *grants, struct vif_stats *sum)
{
	const struct vif_share *s = vif_share_of(grants);

	sum->from_packets += s->from_packets;
	sum->from_bytes += s->from_bytes;
	sum->from_bad += s->from_bad;
	sum->to_packets += s->to_packets;
	sum->to_bytes += s->to_bytes;
	sum->to_dropped += s->to_dropped;
}

static void grants_set(struct vif *vif, struct vif_grants *grants)
{
	spin_lock_bh(&vif->stats_lock);
	if (vif->grants)
		share_stats(vif->grants, &vif->before);
	swap(vif->grants, grants);
	spin_unlock_bh(&vif->stats_lock);
	vif_grants_free(grants);
}

/* Netmap mode begins and ends with both rings; who is in it has to begin anew. */
static void vif_switched(struct net_device *netdev, struct nm_native *native)
{
	struct nm_ring *from = native->rings[NM_RX][0].ring, *to = native->rings[NM_TX][0].ring;
	struct vif *vif = vif_of(netdev);

	if (vif->shares) {
		vif->lost = true;
		vif_broken(vif, "its port's rings were taken away");
	}
	grants_set(vif, NULL);
	if (vif_netmap && from && to && native->count[NM_RX] == 1 && native->count[NM_TX] == 1)
		grants_set(vif, vif_grants_new(vif, from, to));
}

/* Those that a guest was granted are there for as long as it has them. */
static bool vif_rests(struct net_device *netdev)
{
	return !vif_of(netdev)->grants;
}

struct nm_native_ops vif_native_ops = {
	.driver = &vif_driver.driver,
	.copies = true,
	.apart = true,
	.rests = vif_rests,
	.switched = vif_switched,
	.rx_bytes = rx_bytes,
	.down = vif_down,
	.up = vif_up,
	.tx_post = tx_post,
	.tx_done = tx_done,
	.rx_post = rx_post,
	.rx_fill = rx_fill,
};

static void vif_begin(struct vif *vif)
{
	vif->shared_began = vif->shares;
	WRITE_ONCE(vif->halted, false);
	vif_up(vif->netdev);
}

/* In netmap mode rings cannot begin anew under the guest, so they rest where they are. */
static void vif_halt(struct vif *vif, bool halted)
{
	WRITE_ONCE(vif->halted, halted);
	nm_native_interrupt(vif->netdev, NM_RX, 0);
	nm_native_interrupt(vif->netdev, NM_TX, 0);
}

/* RTNL is held. */
static int vif_open(struct net_device *netdev)
{
	struct vif *vif = vif_of(netdev);

	if (!vif->shares || !vif->shared_began)
		vif_begin(vif);
	else
		vif_halt(vif, false);
	return 0;
}

static int vif_close(struct net_device *netdev)
{
	struct vif *vif = vif_of(netdev);

	if (vif->shares)
		vif_halt(vif, true);
	else
		nm_native_pause(netdev);
	return 0;
}

static netdev_tx_t vif_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	dev_kfree_skb_any(skb);
	compat_count_tx_drop(netdev);
	return NETDEV_TX_OK;
}

static void queue_stats(const struct vif_queue *queue, struct vif_stats *sum)
{
	if (!queue->from)
		return;
	sum->from_packets += queue->from->packets;
	sum->from_bytes += queue->from->bytes;
	sum->from_bad += queue->from->bad;
	sum->to_packets += queue->to->packets;
	sum->to_bytes += queue->to->bytes;
	sum->to_dropped += queue->to->dropped;
}

/* Of all connections; rx is what the guest sent. */
static void vif_get_stats(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	struct vif *vif = vif_of(netdev);
	struct vif_stats sum;
	unsigned int i;

	spin_lock_bh(&vif->stats_lock);
	sum = vif->before;
	for (i = 0; i < vif->nqueues; i++)
		queue_stats(&vif->queues[i], &sum);
	if (vif->grants)
		share_stats(vif->grants, &sum);
	spin_unlock_bh(&vif->stats_lock);
	stats->rx_packets = sum.from_packets;
	stats->rx_bytes = sum.from_bytes;
	stats->rx_errors = sum.from_bad;
	stats->tx_packets = sum.to_packets;
	stats->tx_bytes = sum.to_bytes;
	stats->tx_dropped = sum.to_dropped;
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = vif_open,
	.ndo_stop = vif_close,
	.ndo_start_xmit = vif_xmit,
	.ndo_get_stats64 = vif_get_stats,
	.ndo_validate_addr = eth_validate_addr,
};

static COMPAT_GET_RINGPARAM(vif_ringparam)
{
	const struct vif *vif = vif_of(netdev);

	ring->tx_max_pending = ring->rx_max_pending = SLOTS_MAX;
	ring->tx_pending = vif->slots[NM_TX];
	ring->rx_pending = vif->slots[NM_RX];
}

/* Pairs of buffers fill pages. */
static u32 slots_allowed(u32 wanted)
{
	return clamp(round_up(wanted, 2U), SLOTS_MIN, SLOTS_MAX);
}

static u32 slots_wanted(const struct net_device *netdev, unsigned int asked)
{
	bool may_share = vif_netmap && netdev->num_tx_queues == 1;

	if (!asked)
		asked = may_share ? SLOTS_SHARED : SLOTS_OWN;
	return slots_allowed(asked);
}

/* RTNL is held, and the device is in no switch. */
static COMPAT_SET_RINGPARAM(vif_set_ringparam)
{
	struct vif *vif = vif_of(netdev);

	vif->slots[NM_TX] = slots_allowed(ring->tx_pending);
	vif->slots[NM_RX] = slots_allowed(ring->rx_pending);
	return 0;
}

static const struct ethtool_ops ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ringparam = vif_ringparam,
	.set_ringparam = vif_set_ringparam,
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
	vif->slots[NM_TX] = slots_wanted(netdev, vif_rx_desc);
	vif->slots[NM_RX] = slots_wanted(netdev, vif_tx_desc);
	error = register_netdev(netdev);
	if (!error)
		return netdev;
	free_netdev(netdev);
	return ERR_PTR(error);
}

void vif_netdev_start(struct vif *vif, struct vif_queue *queues, unsigned int n, bool shares)
{
	rtnl_lock();
	vif->shares = shares;
	vif->shared_began = false;
	vif->lost = false;
	if (shares && vif->grants) {
		vif_grants_meet(vif->grants);
		vif_share_of(vif->grants)->credit = vif_credit_of(vif);
	}
	spin_lock_bh(&vif->stats_lock);
	vif->queues = queues;
	vif->nqueues = n;
	spin_unlock_bh(&vif->stats_lock);
	netif_carrier_on(vif->netdev);
	if (netif_running(vif->netdev))
		vif_begin(vif);
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
		queue_stats(&vif->queues[i], &vif->before);
	vif->nqueues = 0;
	vif->queues = NULL;
	spin_unlock_bh(&vif->stats_lock);
	vif->shares = false;
	if (vif->grants)
		vif_grants_restart(vif->grants);
	rtnl_unlock();
}
