/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A pair of rings of the standard protocol, their pages and events. Pages are granted once for a
 * connection and frames copied in and out, so that a backend sees nothing of this guest but what
 * was sent to it, and cannot change what was received.
 */
#ifndef VIF_FRONT_QUEUE_H
#define VIF_FRONT_QUEUE_H

#include <linux/netdevice.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "from_backend.h"
#include "to_backend.h"

#define FRONT_QUEUES_MAX 8

enum front_dir { FRONT_TX, FRONT_RX, FRONT_DIRS };

struct front_queue;

/* Pages of one direction, and what the backend tells of. */
struct front_end {
	struct front_queue *queue;
	void *ring;
	grant_ref_t ring_ref;
	void *page[VIF_RING_ENTRIES];
	u32 gref[VIF_RING_ENTRIES];
	int irq; /* 0: none; both ends may share one */
	evtchn_port_t port;
	unsigned long told; /* bit 0: the event is not acknowledged yet */
	char name[IFNAMSIZ + 16];
};

struct front_queue {
	struct net_device *netdev;
	unsigned int id;
	struct napi_struct napi;
	struct vif_to_backend to; /* under the lock of the device's transmit queue */
	struct vif_from_backend from;
	struct front_end end[FRONT_DIRS];
	u64 tx_dropped, rx_dropped;
};

/* front_queue.c. 0 or -errno, which is said. */
int front_queue_connect(struct front_queue *queue, struct xenbus_device *dev, bool split);
void front_queue_disconnect(struct front_queue *queue);
/* What the backend has to know of it, under dir. */
int front_queue_write(const struct front_queue *queue, struct xenbus_transaction xbt,
		      const char *dir);
/* Tells the backend if it wants to be told. */
void front_queue_kick(struct front_queue *queue, enum front_dir dir, bool *wanted);
/* Events come again; useful: those before were not for nothing. */
void front_queue_acknowledge(struct front_queue *queue, bool useful);

/* front_xmit.c. The lock of the transmit queue is held. */
netdev_tx_t front_queue_xmit(struct front_queue *queue, struct sk_buff *skb, bool scatters);
/* Takes what was answered, and wakes the stack. Was there anything? */
bool front_queue_reap(struct front_queue *queue);
void front_queue_publish(struct front_queue *queue);

/* front_poll.c */
int front_queue_poll(struct napi_struct *napi, int budget);

#endif
