/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * xen-netfront: an interface of this guest whose buffers and rings are those of a switch's port in
 * the backend's domain, as a native port of netmap. front_bus.c goes through the states,
 * front_map.c maps what is granted, front_dev.c is the net device.
 */
#ifndef VIF_NETFRONT_H
#define VIF_NETFRONT_H

#include <linux/netdevice.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "front_ring.h"
#include "native.h"

enum front_dir { FRONT_TX, FRONT_RX, FRONT_DIRS };

/* What was mapped of one direction. */
struct front_map {
	void *ring; /* its pages follow each other */
	struct page **page;
	void **data; /* the buffers' pages */
	struct gnttab_map_grant_ref *map;
	struct gnttab_unmap_grant_ref *unmap;
	unsigned int npages;
	unsigned int mapped;
};

struct front {
	struct xenbus_device *dev;
	struct net_device *netdev;
	struct vif_front ends;
	struct front_map map[FRONT_DIRS];
	int irq[FRONT_DIRS]; /* 0: none */
	evtchn_port_t port[FRONT_DIRS];
	unsigned long told; /* bits by front_dir: news that no sync has looked at */
	bool connected;	    /* under RTNL */
	u32 slots[FRONT_DIRS];
};

/* front_map.c. 0 or -errno, which is said. */
int front_map_ring(struct front *front, enum front_dir dir, struct vif_front_ring *r);
void front_unmap_ring(struct front *front, enum front_dir dir);
u32 front_read_slots(const struct front *front, enum front_dir dir);

/* front_dev.c */
struct net_device *front_netdev_create(struct xenbus_device *dev);
/* Gives the rings to the syncs, or takes them away. */
void front_netdev_start(struct front *front);
void front_netdev_stop(struct front *front);
extern struct nm_native_ops front_native_ops;

extern struct xenbus_driver front_driver;
extern const char *const front_names[FRONT_DIRS];

#endif
