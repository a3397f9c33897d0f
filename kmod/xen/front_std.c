/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The standard protocol: what both sides can do, queues that move frames, and the stack's calls. */
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include "compat_xen.h"
#include "netfront.h"
#include "transact.h"

/* What a guest can take. */
static const char *const features[] = {
	"request-rx-copy",   "feature-rx-notify", "feature-sg",
	"feature-gso-tcpv4", "feature-gso-tcpv6", "feature-ipv6-csum-offload",
};

static bool offered(const struct front *front, const char *key)
{
	return xenbus_read_unsigned(front->dev->otherend, key, 0) == 1;
}

static int read_offer(struct front *front)
{
	struct front_offer *o = &front->offer;

	if (!offered(front, "feature-rx-copy")) {
		xenbus_dev_fatal(front->dev, -EOPNOTSUPP, "the backend does not copy to guests");
		return -EOPNOTSUPP;
	}
	o->scatters = offered(front, "feature-sg");
	o->tso4 = o->scatters && offered(front, "feature-gso-tcpv4");
	o->tso6 = o->scatters && offered(front, "feature-gso-tcpv6");
	o->csum6 = offered(front, "feature-ipv6-csum-offload");
	o->split = offered(front, "feature-split-event-channels");
	o->filters = offered(front, "feature-dynamic-multicast-control");
	o->queues = xenbus_read_unsigned(front->dev->otherend, "multi-queue-max-queues", 1);
	o->queues = clamp(o->queues, 1U, front->netdev->num_tx_queues);
	return 0;
}

static int write_queues(const struct front *front, struct xenbus_transaction xbt)
{
	const char *dir = front->dev->nodename;
	unsigned int i;
	int error;

	if (front->nqueues == 1)
		return front_queue_write(&front->queues[0], xbt, dir);
	error = xenbus_printf(xbt, dir, "multi-queue-num-queues", "%u", front->nqueues);
	for (i = 0; i < front->nqueues && !error; i++) {
		char *path = kasprintf(GFP_KERNEL, "%s/queue-%u", dir, i);

		error = path ? front_queue_write(&front->queues[i], xbt, path) : -ENOMEM;
		kfree(path);
	}
	return error;
}

static int write_all(const void *what, struct xenbus_transaction xbt)
{
	const struct front *front = what;
	const char *dir = front->dev->nodename;
	unsigned int i;
	int error = front_forget_keys(front, xbt);

	for (i = 0; i < ARRAY_SIZE(features) && !error; i++)
		error = xenbus_printf(xbt, dir, features[i], "%u", 1);
	if (!error)
		error = xenbus_printf(xbt, dir, "request-multicast-control", "%u", 0);
	return error ? error : write_queues(front, xbt);
}

static int make_queues(struct front *front, unsigned int n)
{
	unsigned int i;
	int error;

	front->queues = kvcalloc(n, sizeof(*front->queues), GFP_KERNEL);
	if (!front->queues) {
		xenbus_dev_fatal(front->dev, -ENOMEM, "memory for queues");
		return -ENOMEM;
	}
	front->nqueues = n;
	for (i = 0; i < n; i++) {
		front->queues[i].netdev = front->netdev;
		front->queues[i].id = i;
		compat_napi_add(front->netdev, &front->queues[i].napi, front_queue_poll);
	}
	error = front_netdev_set_queues(front, n);
	for (i = 0; i < n && !error; i++)
		error = front_queue_connect(&front->queues[i], front->dev, front->offer.split);
	return error;
}

static int std_connect(struct front *front)
{
	int error = read_offer(front);

	if (!error)
		error = make_queues(front, front->offer.queues);
	if (error)
		return error;
	front_filter_restart(front);
	error = vif_transact(write_all, front);
	if (error)
		xenbus_dev_fatal(front->dev, error, "writing rings and channels");
	return error;
}

static void add_counters(struct front_counters *sum, const struct front_queue *q)
{
	sum->tx_packets += READ_ONCE(q->to.packets);
	sum->tx_bytes += READ_ONCE(q->to.bytes);
	sum->tx_errors += READ_ONCE(q->to.errors);
	sum->tx_dropped += READ_ONCE(q->tx_dropped);
	sum->rx_packets += READ_ONCE(q->from.packets);
	sum->rx_bytes += READ_ONCE(q->from.bytes);
	sum->rx_errors += READ_ONCE(q->from.errors);
	sum->rx_dropped += READ_ONCE(q->rx_dropped);
}

static struct front_counters std_count(struct front *front)
{
	struct front_counters sum;
	unsigned int i;

	spin_lock_bh(&front->count_lock);
	sum = front->before;
	for (i = 0; i < front->nqueues; i++)
		add_counters(&sum, &front->queues[i]);
	spin_unlock_bh(&front->count_lock);
	return sum;
}

/* What they counted stays. */
static void std_disconnect(struct front *front)
{
	struct front_queue *queues = front->queues;
	struct front_counters sum = std_count(front);
	unsigned int n = front->nqueues, i;

	spin_lock_bh(&front->count_lock);
	front->before = sum;
	front->nqueues = 0;
	front->queues = NULL;
	spin_unlock_bh(&front->count_lock);
	for (i = 0; i < n; i++) {
		front_queue_disconnect(&queues[i]);
		netif_napi_del(&queues[i].napi);
	}
	kvfree(queues);
}

/* RTNL is held; the device is up, and its backend connected. */
static void std_begin(struct front *front)
{
	unsigned int i;

	if (front->moving)
		return;
	front->moving = true;
	for (i = 0; i < front->nqueues; i++)
		napi_enable(&front->queues[i].napi);
	netif_tx_start_all_queues(front->netdev);
	local_bh_disable();
	for (i = 0; i < front->nqueues; i++)
		napi_schedule(&front->queues[i].napi);
	local_bh_enable();
	front_filter_update(front);
}

/* No queue is used by the stack when it returns. */
static void std_end(struct front *front)
{
	unsigned int i;

	if (!front->moving)
		return;
	front->moving = false;
	netif_tx_disable(front->netdev);
	for (i = 0; i < front->nqueues; i++)
		napi_disable(&front->queues[i].napi);
}

static netdev_tx_t std_xmit(struct front *front, struct sk_buff *skb)
{
	u16 queue = skb_get_queue_mapping(skb);

	if (likely(front->moving && queue < front->nqueues))
		return front_queue_xmit(&front->queues[queue], skb, front->offer.scatters);
	dev_kfree_skb_any(skb);
	compat_count_tx_drop(front->netdev);
	return NETDEV_TX_OK;
}

static netdev_features_t std_features(const struct front *front, netdev_features_t wanted)
{
	const struct front_offer *o = &front->offer;

	if (!o->csum6)
		wanted &= ~NETIF_F_IPV6_CSUM;
	if (!o->tso4)
		wanted &= ~NETIF_F_TSO;
	if (!o->tso6)
		wanted &= ~NETIF_F_TSO6;
	return wanted;
}

static unsigned int std_max_mtu(const struct front *front)
{
	return front->offer.scatters ? VIF_FRAME_MAX - ETH_HLEN : ETH_DATA_LEN;
}

static u32 std_slots(const struct front *front, enum front_dir dir)
{
	return VIF_RING_ENTRIES;
}

const struct front_protocol front_standard = {
	.name = "standard protocol",
	.connect = std_connect,
	.disconnect = std_disconnect,
	.begin = std_begin,
	.end = std_end,
	.xmit = std_xmit,
	.features = std_features,
	.max_mtu = std_max_mtu,
	.slots = std_slots,
	.count = std_count,
};
