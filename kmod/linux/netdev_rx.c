/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Frames on their way to the core: what arrives at the device, and what the stack wants it to send.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/dst.h>

#include "netdev.h"

#define QUIET_MIN_NS 32768 /* a shorter pause between wake-ups is none */

static unsigned int queues(const struct os_dev *dev)
{
	return dev->has.rx + dev->has.host;
}

static void notify(struct netdev_rxq *q)
{
	struct os_dev *dev = q->dev;

	dev->events->rx(dev->arg, q - dev->rxq);
}

/* The pause is over: tell what came meanwhile, and begin another one, or be open for the next
 * frame. */
static enum hrtimer_restart quiet_over(struct hrtimer *timer)
{
	struct netdev_rxq *q = container_of(timer, struct netdev_rxq, quiet);
	bool waiting;

	spin_lock_bh(&q->backlog.lock);
	waiting = q->waiting;
	q->waiting = false;
	q->quieted = waiting;
	spin_unlock_bh(&q->backlog.lock);
	if (!waiting)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(max(nm_params.generic_mit, QUIET_MIN_NS)));
	notify(q);
	return HRTIMER_RESTART;
}

/* Is it time to tell of a frame that has joined the backlog? Its lock is held. */
static bool tell_now(struct netdev_rxq *q)
{
	int pause = READ_ONCE(nm_params.generic_mit);

	if (q->quieted) {
		q->waiting = true;
		return false;
	}
	if (pause >= QUIET_MIN_NS) {
		q->quieted = true;
		hrtimer_start(&q->quiet, ns_to_ktime(pause), HRTIMER_MODE_REL_SOFT);
	}
	return true;
}

int netdev_rx_alloc(struct os_dev *dev)
{
	unsigned int i;

	dev->rxq = os_alloc(queues(dev) * sizeof(*dev->rxq));
	if (!dev->rxq)
		return -ENOMEM;
	for (i = 0; i < queues(dev); i++) {
		struct netdev_rxq *q = &dev->rxq[i];

		q->dev = dev;
		q->limit = max_t(u32, dev->has.rx_limit, max(nm_params.generic_ringsize, 0));
		skb_queue_head_init(&q->backlog);
		__skb_queue_head_init(&q->taken);
		__skb_queue_head_init(&q->done);
		compat_hrtimer_setup(&q->quiet, quiet_over, HRTIMER_MODE_REL_SOFT);
	}
	return 0;
}

void netdev_rx_stop(struct os_dev *dev)
{
	unsigned int i;

	for (i = 0; i < queues(dev); i++) {
		hrtimer_cancel(&dev->rxq[i].quiet);
		skb_queue_purge(&dev->rxq[i].backlog);
	}
}

/* Many at once, and to where drivers find their next frames: a cache of this processor's. */
static void recycle(struct netdev_rxq *q)
{
	struct sk_buff *skb;

	local_bh_disable();
	while ((skb = __skb_dequeue(&q->done)) != NULL)
		napi_consume_skb(skb, 1);
	local_bh_enable();
}

static void purge_own(struct netdev_rxq *q)
{
	__skb_queue_purge(&q->taken);
	recycle(q);
}

void netdev_rx_free(struct os_dev *dev)
{
	unsigned int i;

	for (i = 0; dev->rxq && i < queues(dev); i++)
		purge_own(&dev->rxq[i]);
	os_free(dev->rxq);
	dev->rxq = NULL;
}

static bool put(struct netdev_rxq *q, struct sk_buff *skb)
{
	bool room, tell = false;

	spin_lock(&q->backlog.lock);
	room = skb_queue_len(&q->backlog) + skb_queue_len_lockless(&q->taken) < q->limit;
	if (room) {
		__skb_queue_tail(&q->backlog, skb);
		tell = tell_now(q);
	}
	spin_unlock(&q->backlog.lock);
	if (!room)
		kfree_skb(skb);
	if (tell)
		notify(q);
	return room;
}

/* Nothing behind a ring can finish what hardware was to do, so it is done here. */
static bool finish_checksum(struct sk_buff *skb)
{
	return skb->ip_summed != CHECKSUM_PARTIAL || READ_ONCE(nm_params.generic_hwcsum) ||
	       !skb_checksum_help(skb);
}

static unsigned int put_one(struct netdev_rxq *q, struct sk_buff *skb, u32 longest)
{
	if (skb->len > longest || !finish_checksum(skb)) {
		kfree_skb(skb);
		return 1;
	}
	return !put(q, skb);
}

/* Consumes a frame that begins at its Ethernet header. Returns how many were dropped. */
static unsigned int put_all(struct netdev_rxq *q, struct sk_buff *skb, u32 longest)
{
	struct sk_buff *segment, *next;
	unsigned int dropped = 0;

	if (!skb_is_gso(skb))
		return put_one(q, skb, longest);
	segment = __skb_gso_segment(skb, 0, false);
	if (IS_ERR_OR_NULL(segment)) {
		kfree_skb(skb);
		return 1;
	}
	consume_skb(skb);
	for (; segment; segment = next) {
		next = segment->next;
		skb_mark_not_on_list(segment);
		dropped += put_one(q, segment, longest);
	}
	return dropped;
}

/* The queue that an arrival is diverted to, or NULL. */
static struct netdev_rxq *arrival_queue(struct os_dev *dev, const struct sk_buff *skb)
{
	unsigned int queue = skb_rx_queue_recorded(skb) ? skb_get_rx_queue(skb) : 0;
	struct netdev_rxq *q = &dev->rxq[queue % dev->has.rx];

	return READ_ONCE(q->diverted) ? q : NULL;
}

rx_handler_result_t netdev_rx_handler(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct net_device *netdev = skb->dev;
	struct os_dev *dev = rcu_dereference(netdev->rx_handler_data);
	struct netdev_rxq *q;
	unsigned int dropped;

	if (skb->pkt_type == PACKET_LOOPBACK || netdev_is_injected(dev, skb))
		return RX_HANDLER_PASS;
	q = arrival_queue(dev, skb);
	if (!q)
		return RX_HANDLER_PASS;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return RX_HANDLER_CONSUMED;
	skb_orphan(skb); /* a sender on this machine must not wait for us */
	skb_push(skb, skb->data - skb_mac_header(skb));
	if (skb_vlan_tag_present(skb)) {
		skb = __vlan_hwaccel_push_inside(skb);
		if (!skb)
			return RX_HANDLER_CONSUMED;
	}
	for (dropped = put_all(q, skb, U32_MAX); dropped; dropped--)
		compat_count_rx_drop(netdev);
	return RX_HANDLER_CONSUMED;
}

/* The descriptors of a native queue are netmap's, so not even a frame of ours is for them. */
netdev_tx_t netdev_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct os_dev *dev = rcu_dereference_bh(netdev->rx_handler_data);
	unsigned int queue = skb_get_queue_mapping(skb), dropped;
	bool ours = netdev_is_ours(dev, skb);
	struct netdev_rxq *q;

	if (!READ_ONCE(dev->txq[queue % dev->has.tx].diverted) || (ours && !dev->native))
		return dev->driver_ops->ndo_start_xmit(skb, netdev);
	q = &dev->rxq[dev->has.rx + queue % dev->has.host];
	if (ours || !READ_ONCE(q->diverted)) {
		kfree_skb(skb);
		compat_count_tx_drop(netdev);
		return NETDEV_TX_OK;
	}
	skb_orphan(skb);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	if (skb_vlan_tag_present(skb)) {
		skb = __vlan_hwaccel_push_inside(skb);
		if (!skb)
			return NETDEV_TX_OK;
	}
	for (dropped = put_all(q, skb, dev->has.buf_bytes); dropped; dropped--)
		compat_count_tx_drop(netdev);
	return NETDEV_TX_OK;
}

/* A ring that nobody has any more leaves no frames to its next owner. */
void os_dev_divert_rx(struct os_dev *dev, unsigned queue, bool on)
{
	struct netdev_rxq *q = dev->rxq ? &dev->rxq[queue] : NULL;

	if (!q || q->diverted == on)
		return;
	WRITE_ONCE(q->diverted, on);
	if (on)
		return;
	synchronize_net();
	skb_queue_purge(&q->backlog);
	purge_own(q);
}

/* All that has arrived becomes the core's own, in the place of what it has read. */
static void take(struct netdev_rxq *q)
{
	if (!skb_queue_empty(&q->done))
		recycle(q);
	if (skb_queue_empty_lockless(&q->backlog))
		return;
	spin_lock_bh(&q->backlog.lock);
	skb_queue_splice_tail_init(&q->backlog, &q->taken);
	spin_unlock_bh(&q->backlog.lock);
}

uint32_t os_dev_peek(struct os_dev *dev, unsigned queue)
{
	struct netdev_rxq *q = &dev->rxq[queue];
	struct sk_buff *skb = skb_peek(&q->taken);

	if (!skb) {
		take(q);
		skb = skb_peek(&q->taken);
	}
	return skb ? skb->len : 0;
}

void os_dev_read(struct os_dev *dev, unsigned queue, uint32_t offset, void *dst, uint32_t bytes)
{
	struct sk_buff *skb = skb_peek(&dev->rxq[queue].taken);

	if (skb && skb_copy_bits(skb, offset, dst, bytes))
		memset(dst, 0, bytes);
}

void os_dev_drop(struct os_dev *dev, unsigned queue)
{
	struct netdev_rxq *q = &dev->rxq[queue];
	struct sk_buff *skb = __skb_dequeue(&q->taken);

	if (skb)
		__skb_queue_tail(&q->done, skb);
}
