/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What may not change while somebody has a device: the size and number of its rings, and an MTU
 * beyond a buffer. The driver is not even asked, as it would set up its hardware at once.
 */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

#include "mem.h"
#include "native.h"
#include "netdev.h"

#define FRAME_EXTRA_BYTES (ETH_HLEN + VLAN_HLEN + ETH_FCS_LEN)

static int busy(const struct net_device *netdev, const char *what)
{
	os_log_limited(OS_LOG_ERR, "%s: %s cannot change while netmap has the device", netdev->name,
		       what);
	return -EBUSY;
}

static COMPAT_SET_RINGPARAM(refuse_ringparam)
{
	return busy(netdev, "the size of rings");
}

static int refuse_channels(struct net_device *netdev, struct ethtool_channels *channels)
{
	return busy(netdev, "the number of rings");
}

static bool native_mtu_ok(const struct os_dev *dev, u32 mtu)
{
	u32 max = dev->native->ops->max_mtu;

	return mtu + FRAME_EXTRA_BYTES <= dev->has.bufs->objsize && (!max || mtu <= max);
}

static int change_mtu(struct net_device *netdev, int mtu)
{
	struct os_dev *dev = rtnl_dereference(netdev->rx_handler_data);

	if (!dev->events->mtu_ok(dev->arg, mtu) || (dev->native && !native_mtu_ok(dev, mtu)))
		return -EINVAL;
	if (dev->driver_ops->ndo_change_mtu)
		return dev->driver_ops->ndo_change_mtu(netdev, mtu);
	WRITE_ONCE(netdev->mtu, mtu);
	return 0;
}

void netdev_settings_guard(struct os_dev *dev, struct net_device *netdev)
{
	if (dev->ops.ndo_change_mtu || dev->native)
		dev->ops.ndo_change_mtu = change_mtu;
	dev->driver_ethtool = netdev->ethtool_ops;
	if (!netdev->ethtool_ops)
		return;
	dev->ethtool = *netdev->ethtool_ops;
	if (dev->ethtool.set_ringparam)
		dev->ethtool.set_ringparam = refuse_ringparam;
	if (dev->ethtool.set_channels)
		dev->ethtool.set_channels = refuse_channels;
	WRITE_ONCE(netdev->ethtool_ops, &dev->ethtool);
}

void netdev_settings_release(struct os_dev *dev, struct net_device *netdev)
{
	if (netdev->ethtool_ops == &dev->ethtool)
		WRITE_ONCE(netdev->ethtool_ops, dev->driver_ethtool);
}
