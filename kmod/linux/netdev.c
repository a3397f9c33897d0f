/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "native.h"
#include "netdev.h"

static LIST_HEAD(devices); /* under RTNL */

/* Why a device cannot be taken over, or NULL. */
static const char *refusal(const struct net_device *netdev)
{
	if (netif_is_bond_master(netdev) || netif_is_team_master(netdev))
		return "it is a bond: take its members, outside of it";
	if (netdev->type != ARPHRD_ETHER && netdev->type != ARPHRD_LOOPBACK)
		return "it carries no Ethernet frames";
	if (!netdev->netdev_ops->ndo_start_xmit)
		return "it cannot transmit";
	return NULL;
}

static int find(struct os_dev *dev, struct net *net, const char *name)
{
	struct net_device *netdev = __dev_get_by_name(net, name);
	const char *why;

	if (!netdev || netdev->reg_state != NETREG_REGISTERED)
		return -ENXIO;
	why = refusal(netdev);
	if (why) {
		os_log_limited(OS_LOG_ERR, "%s: cannot become a port: %s", name, why);
		return -EOPNOTSUPP;
	}
	dev_hold(netdev);
	rcu_assign_pointer(dev->netdev, netdev);
	list_add(&dev->all, &devices);
	return 0;
}

int os_dev_open(void *host_ns, const char *name, const struct os_dev_events *events, void *arg,
		struct os_dev **out)
{
	struct os_dev *dev = os_alloc(sizeof(*dev));
	int error;

	if (!dev)
		return -ENOMEM;
	INIT_LIST_HEAD(&dev->all);
	dev->events = events;
	dev->arg = arg;
	rtnl_lock();
	error = find(dev, host_ns, name);
	rtnl_unlock();
	if (error) {
		os_free(dev);
		return error;
	}
	*out = dev;
	return 0;
}

/* RTNL held. Afterwards the device is as it was, and no frame comes. */
static void give_back(struct os_dev *dev)
{
	struct net_device *netdev = rtnl_dereference(dev->netdev);

	if (!dev->started)
		return;
	dev->started = false;
	if (dev->native)
		netdev_native_give_back(dev);
	if (netdev->netdev_ops == &dev->ops)
		WRITE_ONCE(netdev->netdev_ops, dev->driver_ops);
	netdev_settings_release(dev, netdev);
	synchronize_net(); /* for senders that saw our operations */
	netdev_rx_handler_unregister(netdev);
	netdev_rx_stop(dev);
	netdev_tx_stop(dev);
}

/* RTNL held. */
static void let_go(struct os_dev *dev)
{
	struct net_device *netdev = rtnl_dereference(dev->netdev);

	if (!netdev)
		return;
	give_back(dev);
	list_del_init(&dev->all);
	rcu_assign_pointer(dev->netdev, NULL);
	synchronize_net();
	dev_put(netdev);
}

void os_dev_close(struct os_dev *dev)
{
	rtnl_lock();
	let_go(dev);
	rtnl_unlock();
	netdev_rx_free(dev);
	netdev_tx_free(dev);
	netdev_native_free(dev->native);
	os_free(dev);
}

bool os_dev_is(const struct os_dev *dev, const char *name)
{
	struct net_device *netdev;
	bool same;

	rcu_read_lock();
	netdev = rcu_dereference(dev->netdev);
	same = netdev && strcmp(netdev->name, name) == 0;
	rcu_read_unlock();
	return same;
}

int os_dev_facts(struct os_dev *dev, struct os_dev_facts *facts)
{
	struct ethtool_ringparam ring = {.cmd = ETHTOOL_GRINGPARAM};
	struct net_device *netdev;

	rtnl_lock();
	netdev = rtnl_dereference(dev->netdev);
	if (netdev) {
		compat_get_ringparam(netdev, &ring);
		facts->tx_queues = min_t(unsigned int, netdev->real_num_tx_queues, U16_MAX);
		facts->rx_queues = min_t(unsigned int, netdev->real_num_rx_queues, U16_MAX);
		facts->tx_slots = ring.tx_pending;
		facts->rx_slots = ring.rx_pending;
		facts->mtu = netdev->mtu;
		facts->native = netdev_native_ops(netdev) != NULL;
		facts->apart = facts->native && netdev_native_ops(netdev)->apart;
	}
	rtnl_unlock();
	return netdev ? 0 : -ENXIO;
}

bool os_dev_rests(struct os_dev *dev)
{
	struct net_device *netdev;
	bool rests = false;

	rtnl_lock();
	netdev = rtnl_dereference(dev->netdev);
	if (netdev && dev->native && dev->native->ops->rests)
		rests = dev->native->ops->rests(netdev);
	rtnl_unlock();
	return rests;
}

/* RTNL held. Whoever sees our transmit operation finds us behind the receive handler. */
static int take_over(struct os_dev *dev)
{
	struct net_device *netdev = rtnl_dereference(dev->netdev);
	int error;

	if (!netdev)
		return -ENXIO;
	if (dev->has.native) {
		error = netdev_native_take(dev, netdev);
		if (error)
			return error;
	}
	error = netdev_rx_handler_register(netdev, netdev_rx_handler, dev);
	if (error) {
		if (dev->native)
			netdev_native_give_back(dev);
		return error == -EINVAL ? -EOPNOTSUPP : error;
	}
	dev->driver_ops = netdev->netdev_ops;
	dev->ops = *netdev->netdev_ops;
	dev->ops.ndo_start_xmit = netdev_xmit;
	netdev_settings_guard(dev, netdev);
	smp_wmb(); /* the copy is whole before it is seen */
	WRITE_ONCE(netdev->netdev_ops, &dev->ops);
	dev->started = true;
	return 0;
}

int os_dev_start(struct os_dev *dev, const struct os_dev_queues *queues)
{
	int error;

	netdev_rx_free(dev); /* of the time before */
	netdev_tx_free(dev);
	netdev_native_free(dev->native);
	dev->native = NULL;
	dev->has = *queues;
	error = netdev_rx_alloc(dev);
	if (!error)
		error = netdev_tx_alloc(dev);
	if (error)
		return error;
	rtnl_lock();
	error = take_over(dev);
	rtnl_unlock();
	return error;
}

void os_dev_stop(struct os_dev *dev)
{
	rtnl_lock();
	give_back(dev);
	rtnl_unlock();
}

static int on_event(struct os_dev *dev, const struct net_device *netdev, unsigned long event)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		let_go(dev);
		dev->events->gone(dev->arg);
		break;
	case NETDEV_CHANGEMTU: /* refused, the change is taken back and told of again */
		if (dev->started && !dev->events->mtu_ok(dev->arg, netdev->mtu))
			return notifier_from_errno(-EINVAL);
		break;
	case NETDEV_UP:
	case NETDEV_CHANGE:
		if (dev->started)
			netdev_tx_resume(dev);
		break;
	}
	return NOTIFY_DONE;
}

static int notified(struct notifier_block *nb, unsigned long event, void *info)
{
	const struct net_device *netdev = netdev_notifier_info_to_dev(info);
	struct os_dev *dev, *next;
	int result;

	list_for_each_entry_safe(dev, next, &devices, all)
	{
		if (rtnl_dereference(dev->netdev) != netdev)
			continue;
		result = on_event(dev, netdev, event);
		if (result != NOTIFY_DONE)
			return result;
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = notified,
};

int nm_netdev_register(void)
{
	return register_netdevice_notifier(&notifier);
}

void nm_netdev_unregister(void)
{
	unregister_netdevice_notifier(&notifier);
	netdev_wait_for_frames();
}
