/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every difference between kernels, 5.10 onwards; no other file knows of one. HAVE_NAME says that
 * probes/NAME.c compiles: the build tries it, as vendors' kernels carry changes that their version
 * does not tell (docs/guest.md).
 */
#ifndef NM_COMPAT_H
#define NM_COMPAT_H

#include <linux/ethtool.h>
#include <linux/eventfd.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/netdevice.h>

#include "features.h"

/* 6.5 moved segmentation out of netdevice.h. */
#ifdef HAVE_NET_GSO_H
#include <net/gso.h>
#endif

/* 6.3 made vm_flags read-only behind helpers. */
static inline void compat_vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				       unsigned long clear)
{
#ifdef HAVE_VM_FLAGS_MOD
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

/* 6.8 took the count away, which was always 1. */
static inline void compat_eventfd_signal(struct eventfd_ctx *ctx)
{
#ifdef HAVE_EVENTFD_SIGNAL_COUNTS_ONE
	eventfd_signal(ctx);
#else
	eventfd_signal(ctx, 1);
#endif
}

/* 6.13 gave timers one call for what were two steps. */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*fn)(struct hrtimer *timer),
					enum hrtimer_mode mode)
{
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = fn;
#endif
}

/* 5.17 added two arguments that we have no use for. RTNL held. */
static inline void compat_get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	if (!ops || !ops->get_ringparam)
		return;
#ifdef HAVE_ETHTOOL_KERNEL_RINGPARAM
	{
		struct kernel_ethtool_ringparam kernel_ring = {};

		ops->get_ringparam(dev, ring, &kernel_ring, NULL);
	}
#else
	ops->get_ringparam(dev, ring);
#endif
}

/* A function of the type of get_ringparam or set_ringparam in struct ethtool_ops. */
#ifdef HAVE_ETHTOOL_KERNEL_RINGPARAM
#define COMPAT_GET_RINGPARAM(name)                                                                 \
	void name(struct net_device *netdev, struct ethtool_ringparam *ring,                       \
		  struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
#define COMPAT_SET_RINGPARAM(name)                                                                 \
	int name(struct net_device *netdev, struct ethtool_ringparam *ring,                        \
		 struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
#else
#define COMPAT_GET_RINGPARAM(name)                                                                 \
	void name(struct net_device *netdev, struct ethtool_ringparam *ring)
#define COMPAT_SET_RINGPARAM(name)                                                                 \
	int name(struct net_device *netdev, struct ethtool_ringparam *ring)
#endif

/* 5.15 made a device's address read-only behind a helper. */
static inline void compat_dev_addr_set(struct net_device *dev, const u8 *address)
{
#ifdef HAVE_DEV_ADDR_SET
	dev_addr_set(dev, address);
#else
	memcpy(dev->dev_addr, address, dev->addr_len);
#endif
}

/* 5.19 moved the core's own drop counters. */
static inline void compat_count_rx_drop(struct net_device *dev)
{
#ifdef HAVE_DEV_CORE_STATS
	dev_core_stats_rx_dropped_inc(dev);
#else
	atomic_long_inc(&dev->rx_dropped);
#endif
}

static inline void compat_count_tx_drop(struct net_device *dev)
{
#ifdef HAVE_DEV_CORE_STATS
	dev_core_stats_tx_dropped_inc(dev);
#else
	atomic_long_inc(&dev->tx_dropped);
#endif
}

/* 5.19 gave up the weight, which is the same everywhere. */
static inline void compat_napi_add(struct net_device *dev, struct napi_struct *napi,
				   int (*poll)(struct napi_struct *, int))
{
#ifdef HAVE_NAPI_ADD_WITHOUT_WEIGHT
	netif_napi_add(dev, napi, poll);
#else
	netif_napi_add(dev, napi, poll, NAPI_POLL_WEIGHT);
#endif
}

/* 5.19 told what a device can from what it is asked to do. */
static inline void compat_set_tso_max_size(struct net_device *dev, unsigned int bytes)
{
#ifdef HAVE_TSO_MAX_SIZE
	netif_set_tso_max_size(dev, bytes);
#else
	netif_set_gso_max_size(dev, bytes);
#endif
}

#endif
