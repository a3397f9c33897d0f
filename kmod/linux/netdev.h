/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A network device that the core has opened, as the files netdev*.c share it: netdev.c takes
 * devices over and gives them back, netdev_rx.c has what arrives and what the stack sends,
 * netdev_tx.c what goes out and up.
 */
#ifndef NM_LINUX_NETDEV_H
#define NM_LINUX_NETDEV_H

#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/netdevice.h>

#include "compat.h"
#include "core.h"
#include "os_dev.h"

/* Frames that wait for the core. Arrivals join the backlog; the core takes all of it at a time. */
struct netdev_rxq {
	struct os_dev *dev;
	struct sk_buff_head backlog;
	struct sk_buff_head taken; /* the core's own */
	struct sk_buff_head done;  /* those of them that it has read */
	u32 limit;
	bool diverted;
	/* Wake-ups are generic_mit apart: under backlog.lock. */
	struct hrtimer quiet;
	bool quieted;
	bool waiting; /* something came meanwhile */
};

/* What outlives the device: frames under way carry a reference. */
struct netdev_flight {
	struct kref refs;
	struct os_dev __rcu *dev; /* NULL: nobody wants to know any more */
	unsigned int queue;
	u32 half; /* completions are reported at this number in flight, and at none */
	atomic_t frames;
};

struct netdev_txq {
	struct os_dev *dev;
	struct netdev_flight *flight;
	struct sk_buff_head pending; /* its lock serialises the transmission */
	struct hrtimer retry;
	bool diverted; /* what the stack sends on this queue is ours */
};

struct nm_native;

struct os_dev {
	struct list_head all;		 /* under RTNL */
	struct net_device __rcu *netdev; /* NULL: gone */
	const struct os_dev_events *events;
	void *arg;
	struct os_dev_queues has;
	bool started; /* under RTNL */
	const struct net_device_ops *driver_ops;
	struct net_device_ops ops;
	const struct ethtool_ops *driver_ethtool;
	struct ethtool_ops ethtool;
	struct netdev_rxq *rxq;
	struct netdev_txq *txq;
	struct netdev_flight *injected;
	struct nm_native *native; /* NULL: emulated; since started, until started again or closed */
};

/* netdev_rx.c */
int netdev_rx_alloc(struct os_dev *dev);
void netdev_rx_free(struct os_dev *dev);
/* No event is under way and no frame waits any more, once nothing arrives. */
void netdev_rx_stop(struct os_dev *dev);
rx_handler_result_t netdev_rx_handler(struct sk_buff **pskb);
netdev_tx_t netdev_xmit(struct sk_buff *skb, struct net_device *netdev);

/* netdev_tx.c */
int netdev_tx_alloc(struct os_dev *dev);
void netdev_tx_free(struct os_dev *dev);
void netdev_tx_stop(struct os_dev *dev);
/* The device can send again. */
void netdev_tx_resume(struct os_dev *dev);
bool netdev_is_ours(const struct os_dev *dev, const struct sk_buff *skb);
bool netdev_is_injected(const struct os_dev *dev, const struct sk_buff *skb);
/* Waits until no frame anywhere refers to this module. */
void netdev_wait_for_frames(void);

/* native.c. RTNL held. NULL: its driver knows nothing of netmap. */
const struct nm_native_ops *netdev_native_ops(const struct net_device *netdev);
/* 0, -ENOMEM, or -EINVAL: its rings or buffers do not suit the hardware, and why is in the log. */
int netdev_native_take(struct os_dev *dev, struct net_device *netdev);
void netdev_native_free(struct nm_native *native);
/* Every queue is the stack's afterwards, and the hardware knows no buffer any more. */
void netdev_native_give_back(struct os_dev *dev);

/* native_rings.c. 0 or -ENOMEM; what there is of them can be freed in either case. */
int netdev_native_rings_alloc(struct nm_native *native, const struct os_dev_queues *has);
void netdev_native_rings_free(struct nm_native *native);

/* native_sync.c. What hardware had no room for when it was sent; what was completed the next sync
 * learns. */
void netdev_native_send_rest(struct work_struct *work);

/* netdev_settings.c. RTNL held; around the time that dev->ops is in place. */
void netdev_settings_guard(struct os_dev *dev, struct net_device *netdev);
void netdev_settings_release(struct os_dev *dev, struct net_device *netdev);

/* netdev.c: devices are watched between the two. 0 or -errno. */
int nm_netdev_register(void);
void nm_netdev_unregister(void);

#endif
