/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Who polls is added without saying how much. */
#include <linux/netdevice.h>

void probe(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int))
{
	netif_napi_add(dev, napi, poll);
}
