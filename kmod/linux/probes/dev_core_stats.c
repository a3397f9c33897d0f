/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The network core counts drops per processor, through helpers. */
#include <linux/netdevice.h>

void probe(struct net_device *dev)
{
	dev_core_stats_rx_dropped_inc(dev);
	dev_core_stats_tx_dropped_inc(dev);
}
