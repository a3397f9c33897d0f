/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Frames of the core on their way out of the device, or up to the stack. */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "netdev.h"

#define RETRY_NS       100000 /* a driver that is full says nothing to us when it no longer is */
#define BUDGET_FRAMES  64     /* with the driver's lock held */
#define WAIT_STEP_MS   10
#define WAIT_REPORT_MS 5000

static atomic_t frames_out = ATOMIC_INIT(0);

static void flight_free(struct kref *refs)
{
	kfree(container_of(refs, struct netdev_flight, refs));
}

static struct netdev_flight *flight_of(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->destructor_arg;
}

/* The last thing done here is to say that nothing refers to this code any more; see the wait below.
 */
static void frame_done(struct sk_buff *skb, bool report)
{
	struct netdev_flight *flight = flight_of(skb);
	struct os_dev *dev;
	u32 left;

	rcu_read_lock();
	left = atomic_dec_return(&flight->frames);
	dev = rcu_dereference(flight->dev);
	if (report && dev && (left == 0 || left == flight->half))
		dev->events->tx(dev->arg, flight->queue);
	kref_put(&flight->refs, flight_free);
	atomic_dec(&frames_out);
	rcu_read_unlock();
}

static void sent_done(struct sk_buff *skb)
{
	frame_done(skb, true);
}

static void injected_done(struct sk_buff *skb)
{
	frame_done(skb, false);
}

bool netdev_is_ours(const struct os_dev *dev, const struct sk_buff *skb)
{
	return skb->destructor == sent_done && rcu_access_pointer(flight_of(skb)->dev) == dev;
}

bool netdev_is_injected(const struct os_dev *dev, const struct sk_buff *skb)
{
	return skb->destructor == injected_done && rcu_access_pointer(flight_of(skb)->dev) == dev;
}

void netdev_wait_for_frames(void)
{
	unsigned int waited = 0;

	while (atomic_read(&frames_out)) {
		msleep(WAIT_STEP_MS);
		waited += WAIT_STEP_MS;
		if (waited % WAIT_REPORT_MS == 0)
			os_log(OS_LOG_INFO, "unloading waits for %d frames that drivers hold",
			       atomic_read(&frames_out));
	}
	synchronize_rcu();
}

static struct netdev_flight *flight_new(struct os_dev *dev, unsigned int queue)
{
	struct netdev_flight *flight = kzalloc(sizeof(*flight), GFP_KERNEL);

	if (!flight)
		return NULL;
	kref_init(&flight->refs);
	RCU_INIT_POINTER(flight->dev, dev);
	flight->queue = queue;
	flight->half = dev->has.tx_limit / 2;
	return flight;
}

/* Frames under way keep it. */
static void flight_put(struct netdev_flight *flight)
{
	if (flight)
		kref_put(&flight->refs, flight_free);
}

static void frame_depart(struct sk_buff *skb, struct netdev_flight *flight,
			 void (*done)(struct sk_buff *skb))
{
	kref_get(&flight->refs);
	atomic_inc(&flight->frames);
	atomic_inc(&frames_out);
	skb_shinfo(skb)->destructor_arg = flight;
	skb->destructor = done;
}

static struct sk_buff *frame_new(const struct os_piece *pieces, unsigned int n, u32 longest,
				 u32 headroom, u32 tailroom)
{
	struct sk_buff *skb;
	unsigned int i;
	u32 bytes = 0;

	for (i = 0; i < n; i++)
		bytes += pieces[i].bytes;
	if (bytes < ETH_HLEN || bytes > longest)
		return NULL;
	skb = alloc_skb(headroom + max_t(u32, bytes, ETH_ZLEN) + tailroom, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	for (i = 0; i < n; i++)
		skb_put_data(skb, pieces[i].data, pieces[i].bytes);
	return skb;
}

static enum hrtimer_restart retry(struct hrtimer *timer);

static unsigned int queues(const struct os_dev *dev)
{
	return dev->has.tx + dev->has.host;
}

int netdev_tx_alloc(struct os_dev *dev)
{
	unsigned int i;

	dev->txq = os_alloc(queues(dev) * sizeof(*dev->txq));
	if (!dev->txq)
		return -ENOMEM;
	for (i = 0; i < queues(dev); i++) {
		struct netdev_txq *q = &dev->txq[i];

		q->dev = dev;
		skb_queue_head_init(&q->pending);
		compat_hrtimer_setup(&q->retry, retry, HRTIMER_MODE_REL_SOFT);
	}
	for (i = 0; i < queues(dev); i++) {
		dev->txq[i].flight = flight_new(dev, i);
		if (!dev->txq[i].flight)
			return -ENOMEM;
	}
	dev->injected = flight_new(dev, 0);
	return dev->injected ? 0 : -ENOMEM;
}

void netdev_tx_stop(struct os_dev *dev)
{
	unsigned int i;

	RCU_INIT_POINTER(dev->injected->dev, NULL);
	for (i = 0; i < queues(dev); i++)
		RCU_INIT_POINTER(dev->txq[i].flight->dev, NULL);
	synchronize_net(); /* for reports of completions */
	for (i = 0; i < queues(dev); i++) {
		hrtimer_cancel(&dev->txq[i].retry);
		skb_queue_purge(&dev->txq[i].pending);
	}
}

void netdev_tx_free(struct os_dev *dev)
{
	unsigned int i;

	for (i = 0; dev->txq && i < queues(dev); i++) {
		skb_queue_purge(&dev->txq[i].pending);
		flight_put(dev->txq[i].flight);
	}
	flight_put(dev->injected);
	os_free(dev->txq);
	dev->injected = NULL;
	dev->txq = NULL;
}

static struct netdev_queue *wire_queue(struct net_device *netdev, const struct netdev_txq *q)
{
	unsigned int queue = q->flight->queue % q->dev->has.tx;

	return netdev_get_tx_queue(netdev, queue % netdev->real_num_tx_queues);
}

/* A few frames to the driver. False: it takes no more for now. The queue's lock is held. */
static bool to_driver(struct netdev_txq *q, struct net_device *netdev)
{
	struct netdev_queue *wire = wire_queue(netdev, q);
	unsigned int budget = BUDGET_FRAMES;
	struct sk_buff *skb;
	bool taken = true;

	HARD_TX_LOCK(netdev, wire, smp_processor_id());
	while (budget-- && (skb = skb_peek(&q->pending)) != NULL) {
		taken = !netif_xmit_frozen_or_drv_stopped(wire);
		if (!taken)
			break;
		__skb_unlink(skb, &q->pending);
		skb->dev = netdev;
		skb_set_queue_mapping(skb, wire - netdev->_tx);
		taken = dev_xmit_complete(netdev_start_xmit(
			skb, netdev, wire, budget && !skb_queue_empty(&q->pending)));
		if (!taken) {
			__skb_queue_head(&q->pending, skb);
			break;
		}
	}
	HARD_TX_UNLOCK(netdev, wire);
	return taken;
}

/* Past the driver's own queueing, as a driver of ours would send; what it refuses is kept. */
static void send_direct(struct netdev_txq *q, struct net_device *netdev)
{
	bool taken = true;

	while (taken && !skb_queue_empty_lockless(&q->pending)) {
		spin_lock(&q->pending.lock);
		taken = to_driver(q, netdev);
		spin_unlock(&q->pending.lock);
	}
	if (!taken)
		hrtimer_start(&q->retry, ns_to_ktime(RETRY_NS), HRTIMER_MODE_REL_SOFT);
}

/* Through the device's queueing discipline; what that refuses is lost. */
static void send_queued(struct netdev_txq *q, struct net_device *netdev)
{
	struct netdev_queue *wire = wire_queue(netdev, q);
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&q->pending)) != NULL) {
		skb->dev = netdev;
		skb_set_queue_mapping(skb, wire - netdev->_tx);
		dev_queue_xmit(skb);
	}
}

/* Frames for a device that is down, or has no link, wait for it. */
static void flush(struct netdev_txq *q)
{
	struct net_device *netdev;

	rcu_read_lock_bh();
	netdev = rcu_dereference_bh(q->dev->netdev);
	if (netdev && netif_running(netdev) && netif_device_present(netdev) &&
	    netif_carrier_ok(netdev)) {
		if (READ_ONCE(nm_params.generic_txqdisc))
			send_direct(q, netdev);
		else
			send_queued(q, netdev);
	}
	rcu_read_unlock_bh();
}

static enum hrtimer_restart retry(struct hrtimer *timer)
{
	flush(container_of(timer, struct netdev_txq, retry));
	return HRTIMER_NORESTART;
}

void netdev_tx_resume(struct os_dev *dev)
{
	unsigned int i;

	for (i = 0; i < queues(dev); i++)
		flush(&dev->txq[i]);
}

void os_dev_divert_tx(struct os_dev *dev, unsigned queue, bool on)
{
	if (dev->txq)
		WRITE_ONCE(dev->txq[queue].diverted, on);
}

void os_dev_send(struct os_dev *dev, unsigned queue, const struct os_piece *pieces, unsigned n)
{
	struct netdev_txq *q = &dev->txq[queue];
	u32 longest = 0, headroom = 0, tailroom = 0;
	struct net_device *netdev;
	struct sk_buff *skb;

	rcu_read_lock();
	netdev = rcu_dereference(dev->netdev);
	if (netdev) {
		longest = READ_ONCE(netdev->mtu) + ETH_HLEN + VLAN_HLEN;
		headroom = LL_RESERVED_SPACE(netdev);
		tailroom = netdev->needed_tailroom;
	}
	rcu_read_unlock();
	skb = frame_new(pieces, n, longest, headroom, tailroom);
	if (!skb)
		return;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;
	frame_depart(skb, q->flight, sent_done);
	skb_queue_tail(&q->pending, skb);
}

void os_dev_flush(struct os_dev *dev, unsigned queue)
{
	if (!skb_queue_empty_lockless(&dev->txq[queue].pending))
		flush(&dev->txq[queue]);
}

uint32_t os_dev_in_flight(const struct os_dev *dev, unsigned queue)
{
	return atomic_read(&dev->txq[queue].flight->frames);
}

/* Bottom halves off, because the stack expects frames from an interrupt. */
void os_dev_inject(struct os_dev *dev, const struct os_piece *pieces, unsigned n)
{
	struct sk_buff *skb = frame_new(pieces, n, U16_MAX, NET_SKB_PAD + NET_IP_ALIGN, 0);
	struct net_device *netdev;

	if (!skb)
		return;
	rcu_read_lock_bh();
	netdev = rcu_dereference_bh(dev->netdev);
	if (netdev && netif_running(netdev)) {
		skb->protocol = eth_type_trans(skb, netdev);
		if (READ_ONCE(nm_params.generic_hwcsum))
			skb->ip_summed = CHECKSUM_UNNECESSARY;
		frame_depart(skb, dev->injected, injected_done);
		netif_rx(skb);
	} else {
		kfree_skb(skb);
	}
	rcu_read_unlock_bh();
}
