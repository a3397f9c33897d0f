/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The network devices that NEWIF makes: a name and an address for the host's tools, no frames. */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>

#include "os.h"

struct os_ifnet {
	struct net_device *dev;
};

static netdev_tx_t ifnet_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev->stats.tx_dropped++;
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops ifnet_ops = {
	.ndo_start_xmit = ifnet_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void ifnet_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &ifnet_ops;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->min_mtu = 0;
	dev->max_mtu = 0; /* no limit: no frame is ever looked at */
	eth_hw_addr_random(dev);
}

bool os_ifnet_exists(void *host_ns, const char *name)
{
	bool found;

	rcu_read_lock();
	found = dev_get_by_name_rcu(host_ns, name) != NULL;
	rcu_read_unlock();
	return found;
}

/* With a percent sign the kernel would choose the name, and it would differ from the port's. */
static bool ifnet_name_ok(const char *name)
{
	return strlen(name) < IFNAMSIZ && dev_valid_name(name) && !strchr(name, '%');
}

int os_ifnet_create(void *host_ns, const char *name, struct os_ifnet **out)
{
	struct net_device *dev;
	struct os_ifnet *ifnet;
	int error;

	if (!ifnet_name_ok(name))
		return -EINVAL;
	dev = alloc_netdev(sizeof(*ifnet), name, NET_NAME_USER, ifnet_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, host_ns);
	ifnet = netdev_priv(dev);
	ifnet->dev = dev;
	error = register_netdev(dev);
	if (error) {
		free_netdev(dev);
		return error;
	}
	*out = ifnet;
	return 0;
}

void os_ifnet_destroy(struct os_ifnet *ifnet)
{
	struct net_device *dev = ifnet->dev;

	unregister_netdev(dev);
	free_netdev(dev);
}
