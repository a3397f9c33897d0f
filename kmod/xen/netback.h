/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * xen-netback: a virtual interface of a guest is a net device here, and a native port of netmap's
 * when somebody opens it or attaches it to a switch. backend.c goes through the states, connect.c
 * makes and ends a connection, queue.c is a pair of rings and its interrupts, vif.c the device.
 */
#ifndef VIF_NETBACK_H
#define VIF_NETBACK_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <xen/xenbus.h>

#include "from_guest.h"
#include "native.h"
#include "state.h"
#include "to_guest.h"

#define VIF_QUEUES_MAX 8

enum vif_side { VIF_FROM, VIF_TO, VIF_SIDES };

struct vif;

/* One end of a queue: what its guest tells of, and when we look again unasked. */
struct vif_end {
	struct vif_queue *queue;
	enum vif_side side;
	int irq; /* 0: none; both ends may share one */
	bool shared;
	unsigned long told; /* bit 0: the event is not acknowledged yet */
	struct hrtimer again;
	char name[IFNAMSIZ + 16];
};

struct vif_queue {
	struct vif *vif;
	unsigned int id;
	spinlock_t to_lock; /* rings beyond the guest's queues share them */
	struct vif_from_guest *from;
	struct vif_to_guest *to;
	struct vif_end end[VIF_SIDES];
};

struct vif {
	struct xenbus_device *dev;
	struct net_device *netdev;
	struct mutex lock;    /* of the states, and connecting */
	enum vif_state state; /* what we are in */
	bool awaits_hotplug;  /* Connected is not said before the script is done */
	struct xenbus_watch hotplug;
	struct work_struct fault; /* the guest broke the protocol */
	const char *fault_reason;
	bool said; /* why it was closed: a guest fills no log */

	/* Written under RTNL while no sync is under way. */
	struct vif_queue *queues;
	unsigned int nqueues; /* 0: not connected */
	bool rx_notify;	      /* the guest tells of pages that it offers */
	struct vif_filter filter;
	u64 rate_bytes, rate_ns;
	u32 slots[NM_DIRS];
	spinlock_t stats_lock; /* held by who reads them, and while queues come and go */
	u64 before[4];	       /* of connections that ended */
};

/* queue.c. The rings and channels of a queue that are named in dir. 0 or -errno, which is said. */
int vif_queue_connect(struct vif_queue *queue, const char *dir);
void vif_queue_disconnect(struct vif_queue *queue);
u32 vif_queue_fill(struct vif_queue *queue, struct nm_ring *ring, u32 pos, u32 max,
		   struct nm_rx_stats *got);
u32 vif_queue_send(struct vif_queue *queue, struct nm_ring *ring, u32 from, u32 to);
/* Something is waiting that no event will tell of: look again then. */
void vif_queue_again(struct vif_queue *queue, enum vif_side side, u64 ns);

/* connect.c. The lock is held. 0 or -errno, which is said. */
int vif_connect(struct vif *vif);
void vif_disconnect(struct vif *vif);

/* vif.c */
struct net_device *vif_netdev_create(struct xenbus_device *dev, unsigned int handle,
				     unsigned int queues);
/* Gives the queues to the syncs, or takes them away; no sync is under way when it returns. */
void vif_netdev_start(struct vif *vif, struct vif_queue *queues, unsigned int n);
void vif_netdev_stop(struct vif *vif);
extern struct nm_native_ops vif_native_ops;

/* backend.c */
void vif_broken(struct vif *vif, const char *why);
/* Says once why, and closes our side; error is -errno. The lock is held. */
__printf(3, 4) void vif_fail(struct vif *vif, int error, const char *fmt, ...);
extern struct xenbus_driver vif_driver;

/* main.c: parameters. */
extern unsigned int vif_max_queues, vif_tx_desc, vif_rx_desc;
extern bool vif_separate_irqs;

#endif
