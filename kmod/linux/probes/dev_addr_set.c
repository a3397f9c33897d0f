/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A device's address is written by a function. */
#include <linux/netdevice.h>

void probe(struct net_device *netdev, const u8 *address)
{
	dev_addr_set(netdev, address);
}
