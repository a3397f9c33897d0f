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
#include "mapped.h"
#include "native.h"
#include "share.h"
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
	bool worked;	    /* since the last one was, something moved */
	struct hrtimer again;
	struct vif_mapped mapped; /* the ring of the standard protocol */
	char name[IFNAMSIZ + 16];
};

struct vif_queue {
	struct vif *vif;
	unsigned int id;
	bool batches;	    /* it is counted among those that use them */
	spinlock_t to_lock; /* rings beyond the guest's queues share them */
	struct vif_from_guest *from;
	struct vif_to_guest *to;
	struct vif_end end[VIF_SIDES];
};

struct vif_stats {
	u64 from_packets, from_bytes, from_bad;
	u64 to_packets, to_bytes, to_dropped;
};

struct vif {
	struct xenbus_device *dev;
	struct net_device *netdev;
	struct mutex lock;    /* of the states, and connecting */
	enum vif_state state; /* what we are in */
	bool awaits_hotplug;  /* Connected is not said before the script is done */
	struct xenbus_watch hotplug;
	struct xenbus_watch multicast; /* the guest wants its filter, or no more */
	struct work_struct fault;      /* the guest broke the protocol */
	const char *fault_reason;
	bool said;    /* why it was closed: a guest fills no log */
	bool endless; /* what it sent before it closed was not taken in time */

	/* Written under RTNL while no sync is under way. */
	struct vif_queue *queues;
	unsigned int nqueues;	   /* 0: not connected */
	bool shares;		   /* in netmap mode */
	bool shared_began;	   /* and its rings move */
	bool lost;		   /* but they are gone */
	bool halted;		   /* the device is down meanwhile */
	struct vif_grants *grants; /* NULL: netmap mode is not to be had */
	bool rx_notify;		   /* the guest tells of pages that it offers */
	struct vif_filter filter;
	u64 rate_bytes, rate_ns;
	u32 slots[NM_DIRS];
	spinlock_t stats_lock;	 /* held by who reads them, and while queues come and go */
	struct vif_stats before; /* of connections that ended */
};

/* queue.c. The rings and channels of a queue that are named in dir. 0 or -errno, which is said. */
int vif_queue_connect(struct vif_queue *queue, const char *dir);
void vif_queue_disconnect(struct vif_queue *queue);
u32 vif_queue_fill(struct vif_queue *queue, struct nm_ring *ring, u32 pos, u32 max,
		   struct nm_rx_stats *got);
u32 vif_queue_send(struct vif_queue *queue, struct nm_ring *ring, u32 from, u32 to);
/* Something is waiting that no event will tell of: look again then. */
void vif_queue_again(struct vif_queue *queue, enum vif_side side, u64 ns);

/* Its channels alone, for netmap mode. */
int vif_queue_bind(struct vif_queue *queue, const char *dir);
void vif_end_tell(struct vif_end *end);
/* Events come again, later if nothing moved since the last one. */
void vif_end_acknowledge(struct vif_end *end);

/* As xl's rate= says; all of it is there at first. */
static inline struct vif_credit vif_credit_of(const struct vif *vif)
{
	return (struct vif_credit){.bytes = vif->rate_bytes, .interval_ns = vif->rate_ns};
}

static inline struct vif_slots vif_slots_of(const struct nm_ring *ring)
{
	return (struct vif_slots){
		.slot = ring->shared->slot,
		.bufs = ring->bufs,
		.n = ring->slots,
	};
}

/* grants.c. RTNL is held. NULL: not to be had, and why is in the log. */
struct vif_grants *vif_grants_new(struct vif *vif, struct nm_ring *from, struct nm_ring *to);
void vif_grants_free(struct vif_grants *grants);
/* No sync is under way. */
void vif_grants_restart(struct vif_grants *grants);
/* A guest is there, with whatever it left or wrote in its rings. */
void vif_grants_meet(struct vif_grants *grants);
struct vif_share *vif_share_of(struct vif_grants *grants);
/* The port's ring for what the guest sends. */
const struct nm_ring *vif_ring_from(const struct vif_grants *grants);

/* shared.c: the syncs of netmap mode. */
u32 vif_shared_fill(struct vif_queue *queue, struct nm_ring *ring, u32 pos, u32 max,
		    struct nm_rx_stats *got);
void vif_shared_release(struct vif_queue *queue, u32 to);
void vif_shared_send(struct vif_queue *queue, struct nm_ring *ring, u32 to);
u32 vif_shared_sent(struct vif_queue *queue, struct nm_ring *ring);

/* Has the guest sent what was not taken yet? */
bool vif_shared_waits(const struct vif *vif);
bool vif_queue_waits(const struct vif_queue *queue);

/* drain.c: what a guest sent before it closes is taken, if anybody takes anything. May sleep. */
void vif_drain(struct vif *vif);

/* connect.c. The lock is held. 0 or -errno, which is said. */
int vif_connect(struct vif *vif);
/* Has the guest written a 1 there? */
bool vif_asks(const struct vif *vif, const char *key);
void vif_disconnect(struct vif *vif);

/* vif.c */
struct net_device *vif_netdev_create(struct xenbus_device *dev, unsigned int handle,
				     unsigned int queues);
/* Gives the queues to the syncs, or takes them away; no sync is under way when it returns. */
void vif_netdev_start(struct vif *vif, struct vif_queue *queues, unsigned int n, bool shares);
void vif_netdev_stop(struct vif *vif);
extern struct nm_native_ops vif_native_ops;

/* backend.c */
void vif_broken(struct vif *vif, const char *why);
/* Says once why, and closes our side; error is -errno. The lock is held. */
__printf(3, 4) void vif_fail(struct vif *vif, int error, const char *fmt, ...);
extern struct xenbus_driver vif_driver;

/* main.c: parameters. */
extern unsigned int vif_max_queues, vif_tx_desc, vif_rx_desc;
extern bool vif_separate_irqs, vif_netmap;

#endif
