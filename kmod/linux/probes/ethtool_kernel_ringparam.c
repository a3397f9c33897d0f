/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* get_ringparam() takes two arguments more. */
#include <linux/ethtool.h>

void probe(struct net_device *dev, const struct ethtool_ops *ops, struct ethtool_ringparam *ring)
{
	struct kernel_ethtool_ringparam kernel_ring = {};

	ops->get_ringparam(dev, ring, &kernel_ring, NULL);
}
