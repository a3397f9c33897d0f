/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a device can segment is a limit of its own. */
#include <linux/netdevice.h>

void probe(struct net_device *dev)
{
	netif_set_tso_max_size(dev, 65535);
}
