/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The net device of a frontend, whatever moves its frames. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "compat_xen.h"
#include "netfront.h"

static struct front *front_of(const struct net_device *netdev)
{
	return netdev_priv(netdev);
}

static int front_open(struct net_device *netdev)
{
	struct front *front = front_of(netdev);

	if (front->connected)
		front->protocol->begin(front);
	return 0;
}

static int front_close(struct net_device *netdev)
{
	struct front *front = front_of(netdev);

	front->protocol->end(front);
	return 0;
}

static void front_rx_mode(struct net_device *netdev)
{
	front_filter_update(front_of(netdev));
}

static netdev_tx_t front_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct front *front = front_of(netdev);

	return front->protocol->xmit(front, skb);
}

static netdev_features_t front_features(struct net_device *netdev, netdev_features_t wanted)
{
	const struct front *front = front_of(netdev);

	return front->protocol ? front->protocol->features(front, wanted) : wanted;
}

/* Each protocol counts its own, of all connections. */
static void front_stats(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	struct front *front = front_of(netdev);
	const struct front_counters a = front_netmap.count(front), b = front_standard.count(front);

	stats->rx_packets = a.rx_packets + b.rx_packets;
	stats->rx_bytes = a.rx_bytes + b.rx_bytes;
	stats->rx_errors = a.rx_errors + b.rx_errors;
	stats->rx_dropped = a.rx_dropped + b.rx_dropped;
	stats->tx_packets = a.tx_packets + b.tx_packets;
	stats->tx_bytes = a.tx_bytes + b.tx_bytes;
	stats->tx_errors = a.tx_errors + b.tx_errors;
	stats->tx_dropped = a.tx_dropped + b.tx_dropped;
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = front_open,
	.ndo_stop = front_close,
	.ndo_start_xmit = front_xmit,
	.ndo_set_rx_mode = front_rx_mode,
	.ndo_fix_features = front_features,
	.ndo_get_stats64 = front_stats,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

static COMPAT_GET_RINGPARAM(front_ringparam)
{
	const struct front *front = front_of(netdev);

	ring->tx_pending = ring->tx_max_pending = front->protocol->slots(front, FRONT_TX);
	ring->rx_pending = ring->rx_max_pending = front->protocol->slots(front, FRONT_RX);
}

static void front_channels(struct net_device *netdev, struct ethtool_channels *channels)
{
	channels->max_combined = netdev->num_tx_queues;
	channels->combined_count = netdev->real_num_tx_queues;
}

static void front_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	const struct front *front = front_of(netdev);

	strscpy(info->driver, "xen-netfront", sizeof(info->driver));
	strscpy(info->version, front->protocol->name, sizeof(info->version));
	strscpy(info->bus_info, dev_name(&front->dev->dev), sizeof(info->bus_info));
}

static const struct ethtool_ops ethtool_ops = {
	.get_drvinfo = front_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ringparam = front_ringparam,
	.get_channels = front_channels,
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

struct net_device *front_netdev_create(struct xenbus_device *dev, unsigned int queues)
{
	struct net_device *netdev = alloc_etherdev_mqs(sizeof(struct front), queues, queues);
	struct front *front;

	if (!netdev)
		return NULL;
	front = front_of(netdev);
	front->dev = dev;
	front->netdev = netdev;
	mutex_init(&front->lock);
	spin_lock_init(&front->count_lock);
	netdev->netdev_ops = &netdev_ops;
	netdev->ethtool_ops = &ethtool_ops;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->hw_features =
		NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_TSO | NETIF_F_TSO6;
	netdev->features = netdev->hw_features | NETIF_F_RXCSUM | NETIF_F_HIGHDMA;
	compat_set_tso_max_size(netdev, VIF_FRAME_MAX);
	set_address(netdev, dev);
	SET_NETDEV_DEV(netdev, &dev->dev);
	netif_carrier_off(netdev);
	return netdev;
}

int front_netdev_use(struct front *front, const struct front_protocol *protocol)
{
	struct net_device *netdev = front->netdev;
	int error;

	rtnl_lock();
	front->protocol = protocol;
	rtnl_unlock();
	if (netdev->reg_state != NETREG_UNINITIALIZED)
		return 0;
	error = register_netdev(netdev);
	if (error)
		xenbus_dev_fatal(front->dev, error, "registering a net device");
	return error;
}

int front_netdev_set_queues(struct front *front, unsigned int n)
{
	int error;

	rtnl_lock();
	error = netif_set_real_num_tx_queues(front->netdev, n);
	if (!error)
		error = netif_set_real_num_rx_queues(front->netdev, n);
	rtnl_unlock();
	if (error)
		xenbus_dev_fatal(front->dev, error, "setting the number of queues to %u", n);
	return error;
}

/* What another backend, or another mode, can do. */
static void adapt(struct front *front)
{
	struct net_device *netdev = front->netdev;

	netdev->max_mtu = front->protocol->max_mtu(front);
	if (netdev->mtu > netdev->max_mtu)
		dev_set_mtu(netdev, netdev->max_mtu);
	netdev_update_features(netdev);
}

void front_netdev_start(struct front *front)
{
	rtnl_lock();
	if (!front->connected) {
		front->connected = true;
		adapt(front);
		if (netif_running(front->netdev))
			front->protocol->begin(front);
		netif_carrier_on(front->netdev);
	}
	rtnl_unlock();
}

void front_netdev_stop(struct front *front)
{
	rtnl_lock();
	netif_carrier_off(front->netdev);
	if (front->protocol)
		front->protocol->end(front);
	front->connected = false;
	rtnl_unlock();
}
