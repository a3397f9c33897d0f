/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The multicast addresses that the backend is asked to deliver; the others it need not copy. */
#include <linux/etherdevice.h>

#include "netfront.h"

#define KEY	 "request-multicast-control"
#define RETRY_MS 10

struct addresses {
	u8 mac[FRONT_FILTER_MAX][ETH_ALEN];
	unsigned int n;
	bool all; /* more than can be asked for */
};

static void collect(struct net_device *netdev, struct addresses *wanted)
{
	struct netdev_hw_addr *address;

	wanted->n = 0;
	netif_addr_lock_bh(netdev);
	wanted->all = netdev->flags & (IFF_PROMISC | IFF_ALLMULTI) ||
		      netdev_mc_count(netdev) > FRONT_FILTER_MAX;
	if (!wanted->all)
		netdev_for_each_mc_addr(address, netdev)
			ether_addr_copy(wanted->mac[wanted->n++], address->addr);
	netif_addr_unlock_bh(netdev);
}

static bool has(const u8 (*mac)[ETH_ALEN], unsigned int n, const u8 *address)
{
	while (n--)
		if (ether_addr_equal(mac[n], address))
			return true;
	return false;
}

/* False: there is no room now. The lock of the first queue is held. */
static bool ask(struct front *front, u8 command, const u8 *address)
{
	struct vif_to_backend *to = &front->queues[0].to;

	if (!vif_to_backend_room(to))
		return false;
	vif_to_backend_command(to, command, address);
	return true;
}

static bool forget_others(struct front *front, const struct addresses *wanted)
{
	struct front_filter *f = &front->filter;
	unsigned int i = 0;

	while (i < f->n) {
		if (has(wanted->mac, wanted->n, f->mac[i])) {
			i++;
			continue;
		}
		if (!ask(front, VIF_EXTRA_MCAST_DEL, f->mac[i]))
			return false;
		ether_addr_copy(f->mac[i], f->mac[--f->n]);
	}
	return true;
}

static bool ask_for_new(struct front *front, const struct addresses *wanted)
{
	struct front_filter *f = &front->filter;
	unsigned int i;

	for (i = 0; i < wanted->n; i++) {
		if (has(f->mac, f->n, wanted->mac[i]))
			continue;
		if (!ask(front, VIF_EXTRA_MCAST_ADD, wanted->mac[i]))
			return false;
		ether_addr_copy(f->mac[f->n++], wanted->mac[i]);
	}
	return true;
}

/* Commands go with the frames of the first queue, and their answers come with those of frames. */
static bool ask_all(struct front *front, const struct addresses *wanted)
{
	struct netdev_queue *txq = netdev_get_tx_queue(front->netdev, 0);
	struct front_queue *queue = &front->queues[0];
	bool done;

	__netif_tx_lock_bh(txq);
	front_queue_reap(queue);
	done = forget_others(front, wanted) && ask_for_new(front, wanted);
	front_queue_publish(queue);
	if (!vif_to_backend_await_all(&queue->to))
		front_queue_reap(queue);
	__netif_tx_unlock_bh(txq);
	return done;
}

static void set(struct front *front, bool on)
{
	if (front->filter.on != on && !xenbus_printf(XBT_NIL, front->dev->nodename, KEY, "%u", on))
		front->filter.on = on;
}

/* The lock is held. False: to be gone on with. */
static bool update(struct front *front)
{
	struct addresses wanted;

	if (!front->moving || !front->offer.filters)
		return true;
	collect(front->netdev, &wanted);
	if (!wanted.all && !ask_all(front, &wanted))
		return false;
	set(front, !wanted.all);
	/* It may have been so already, and who finds it out later sees that we are on. */
	if (READ_ONCE(front->queues[0].to.command_failed))
		set(front, false);
	return true;
}

static void work(struct work_struct *work)
{
	struct front *front = container_of(work, struct front, filter.work.work);

	mutex_lock(&front->lock);
	if (!update(front))
		schedule_delayed_work(&front->filter.work, msecs_to_jiffies(RETRY_MS));
	mutex_unlock(&front->lock);
}

void front_filter_init(struct front *front)
{
	INIT_DELAYED_WORK(&front->filter.work, work);
}

void front_filter_restart(struct front *front)
{
	front->filter.on = false;
	front->filter.n = 0;
}

void front_filter_update(struct front *front)
{
	schedule_delayed_work(&front->filter.work, 0);
}
