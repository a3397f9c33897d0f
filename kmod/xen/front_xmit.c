/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Frames of the stack into pages that the backend may read. */
#include <linux/etherdevice.h>

#include "netfront.h"

static bool describe_gso(const struct sk_buff *skb, struct vif_out_frame *f)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	if (info->gso_type & SKB_GSO_TCPV4)
		f->gso = VIF_GSO_TCPV4;
	else if (info->gso_type & SKB_GSO_TCPV6)
		f->gso = VIF_GSO_TCPV6;
	f->mss = info->gso_size;
	return f->gso;
}

/* False: it cannot be sent. */
static bool describe(const struct sk_buff *skb, bool scatters, struct vif_out_frame *f)
{
	*f = (struct vif_out_frame){.bytes = skb->len};
	if (f->bytes < ETH_HLEN || f->bytes > (scatters ? VIF_FRAME_MAX : VIF_PAGE_BYTES))
		return false;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		f->flags = VIF_TX_CSUM_BLANK | VIF_TX_DATA_VALIDATED;
	else if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		f->flags = VIF_TX_DATA_VALIDATED;
	return !skb_is_gso(skb) || describe_gso(skb, f);
}

static struct netdev_queue *txq_of(const struct front_queue *queue)
{
	return netdev_get_tx_queue(queue->netdev, queue->id);
}

static void put(struct front_queue *queue, const struct sk_buff *skb, const struct vif_out_frame *f)
{
	uint16_t id[VIF_SLOTS_MAX];
	u32 pages = vif_to_backend_put(&queue->to, f, id), i;

	for (i = 0; i < pages; i++) {
		u32 at = i * VIF_PAGE_BYTES;

		skb_copy_bits(skb, at, queue->end[FRONT_TX].page[id[i]],
			      min_t(u32, f->bytes - at, VIF_PAGE_BYTES));
	}
}

/* Nothing waits for answers but who needs room, so nobody is told of them before. */
static bool make_room(struct front_queue *queue)
{
	if (!vif_to_backend_room(&queue->to))
		vif_to_backend_reap(&queue->to);
	return vif_to_backend_room(&queue->to);
}

static void stop_without_room(struct front_queue *queue)
{
	struct netdev_queue *txq = txq_of(queue);

	if (make_room(queue))
		return;
	netif_tx_stop_queue(txq);
	if (!vif_to_backend_await(&queue->to) && make_room(queue))
		netif_tx_start_queue(txq);
}

void front_queue_publish(struct front_queue *queue)
{
	vif_to_backend_publish(&queue->to);
	front_queue_kick(queue, FRONT_TX, &queue->to.notify);
}

netdev_tx_t front_queue_xmit(struct front_queue *queue, struct sk_buff *skb, bool scatters)
{
	struct vif_out_frame f;

	if (describe(skb, scatters, &f) && make_room(queue)) {
		put(queue, skb, &f);
		stop_without_room(queue);
		if (queue->to.broken)
			front_broken(netdev_priv(queue->netdev), queue->to.broken);
		skb_tx_timestamp(skb);
		dev_consume_skb_any(skb);
	} else {
		queue->tx_dropped++;
		dev_kfree_skb_any(skb);
	}
	if (!netdev_xmit_more() || netif_xmit_stopped(txq_of(queue)))
		front_queue_publish(queue);
	return NETDEV_TX_OK;
}

bool front_queue_reap(struct front_queue *queue)
{
	struct front *front = netdev_priv(queue->netdev);
	struct netdev_queue *txq = txq_of(queue);
	u32 before = vif_backring_room(&queue->to.ring);

	vif_to_backend_reap(&queue->to);
	if (queue->to.broken)
		front_broken(front, queue->to.broken);
	else if (netif_tx_queue_stopped(txq) && vif_to_backend_room(&queue->to))
		netif_tx_wake_queue(txq);
	if (queue->to.command_failed && READ_ONCE(front->filter.on))
		front_filter_update(front);
	return vif_backring_room(&queue->to.ring) != before;
}
