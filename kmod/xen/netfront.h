/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * xen-netfront: an interface of this guest. With a backend that offers it its buffers and rings are
 * those of a switch's port in the backend's domain, as a native port of netmap (front_netmap.c,
 * front_map.c); with any other it is the standard protocol's (front_std.c, front_queue.c).
 * front_bus.c goes through the states, front_dev.c is the net device of both.
 */
#ifndef VIF_NETFRONT_H
#define VIF_NETFRONT_H

#include <linux/netdevice.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "front_queue.h"
#include "front_ring.h"
#include "native.h"

struct front;

struct front_counters {
	u64 tx_packets, tx_bytes, tx_errors, tx_dropped;
	u64 rx_packets, rx_bytes, rx_errors, rx_dropped;
};

/* How frames get to the backend and back. All but connect and xmit cannot fail. */
struct front_protocol {
	const char *name;
	/* 0, and the backend can connect; or -errno, which is said. */
	int (*connect)(struct front *front);
	/* Also after a connect that failed, and when there was none. */
	void (*disconnect)(struct front *front);
	/* RTNL is held. The device is up and connected: frames move; or they do no more. */
	void (*begin)(struct front *front);
	void (*end)(struct front *front);
	netdev_tx_t (*xmit)(struct front *front, struct sk_buff *skb);
	netdev_features_t (*features)(const struct front *front, netdev_features_t wanted);
	unsigned int (*max_mtu)(const struct front *front);
	u32 (*slots)(const struct front *front, enum front_dir dir);
	struct front_counters (*count)(struct front *front);
};

extern const struct front_protocol front_netmap, front_standard;

/* What was mapped of one direction in netmap mode. */
struct front_map {
	void *ring; /* its pages follow each other */
	struct page **page;
	void **data; /* the buffers' pages */
	struct gnttab_map_grant_ref *map;
	struct gnttab_unmap_grant_ref *unmap;
	unsigned int npages;
	unsigned int mapped;
};

/* What a backend can do of the standard protocol. */
struct front_offer {
	bool scatters, tso4, tso6, csum6, split, filters;
	unsigned int queues;
};

#define FRONT_FILTER_MAX 64

/* Multicast addresses that the backend was asked to deliver. */
struct front_filter {
	struct delayed_work work;
	u8 mac[FRONT_FILTER_MAX][ETH_ALEN];
	unsigned int n;
	bool on;
};

struct front {
	struct xenbus_device *dev;
	struct net_device *netdev;
	struct mutex lock; /* of connecting, and its end */
	struct work_struct fault;
	struct xenbus_watch hotplug;	       /* of the backend's script */
	const char *fault_reason;	       /* the backend broke the protocol */
	const struct front_protocol *protocol; /* the last one; written under RTNL */
	bool connected;			       /* under RTNL */

	/* Netmap mode. */
	struct vif_front ends;
	struct front_map map[FRONT_DIRS];
	int irq[FRONT_DIRS]; /* 0: none */
	evtchn_port_t port[FRONT_DIRS];
	unsigned long told; /* bits by front_dir: news that no sync has looked at */
	u32 slots[FRONT_DIRS];

	/* The standard protocol. */
	struct front_offer offer;
	struct front_queue *queues;
	unsigned int nqueues;
	bool moving; /* queues are the stack's; written under RTNL and the lock */
	struct front_filter filter;
	spinlock_t count_lock;
	struct front_counters before; /* of connections that ended */
};

/* front_map.c. 0 or -errno, which is said. */
int front_map_ring(struct front *front, enum front_dir dir, struct vif_front_ring *r);
void front_unmap_ring(struct front *front, enum front_dir dir);
u32 front_read_slots(const struct front *front, enum front_dir dir);

/* front_netmap.c */
extern struct nm_native_ops front_native_ops;

/* front_filter.c */
void front_filter_init(struct front *front);
/* Nothing has been asked for yet. */
void front_filter_restart(struct front *front);
/* Has the backend asked for what the stack wants by now. Any context. */
void front_filter_update(struct front *front);

/* front_dev.c */
struct net_device *front_netdev_create(struct xenbus_device *dev, unsigned int queues);
/* Makes it known, at first, and says how its frames will move. 0 or -errno, which is said. */
int front_netdev_use(struct front *front, const struct front_protocol *protocol);
/* The stack learns how many it has. 0 or -errno, which is said. */
int front_netdev_set_queues(struct front *front, unsigned int n);
/* Gives the rings to their users, or takes them away: nobody uses them when it returns. */
void front_netdev_start(struct front *front);
void front_netdev_stop(struct front *front);

/* front_bus.c */
void front_broken(struct front *front, const char *why);
/* Takes away what connections before this one wrote. 0 or -errno. */
int front_forget_keys(const struct front *front, struct xenbus_transaction xbt);
extern struct xenbus_driver front_driver;
extern const char *const front_names[FRONT_DIRS];

#endif
