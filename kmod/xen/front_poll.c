/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Frames of the backend, copied out of its reach and given to the stack. */
#include <linux/etherdevice.h>

#include "netfront.h"

#define LINEAR_MAX   2048 /* a longer frame is in pages of its own, behind its headers */
#define HEADERS_ROOM 192

static struct sk_buff *skb_for(struct front_queue *queue, u32 bytes)
{
	struct sk_buff *skb;
	int error;

	if (bytes <= LINEAR_MAX) {
		skb = napi_alloc_skb(&queue->napi, bytes);
		if (skb)
			skb_put(skb, bytes);
		return skb;
	}
	skb = alloc_skb_with_frags(HEADERS_ROOM + NET_IP_ALIGN, bytes - HEADERS_ROOM, 0, &error,
				   GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_IP_ALIGN);
	skb_put(skb, HEADERS_ROOM);
	skb->data_len = bytes - HEADERS_ROOM;
	skb->len = bytes;
	skb->dev = queue->netdev;
	return skb;
}

static void copy(struct front_queue *queue, const struct vif_in_frame *f, struct sk_buff *skb)
{
	u32 at = 0, i;

	for (i = 0; i < f->npieces; i++) {
		const struct vif_in_piece *p = &f->piece[i];

		skb_store_bits(skb, at, queue->end[FRONT_RX].page[p->page] + p->offset, p->bytes);
		at += p->bytes;
	}
}

static void mark_gso(struct sk_buff *skb, const struct vif_in_frame *f)
{
	struct skb_shared_info *info = skb_shinfo(skb);

	info->gso_size = f->mss;
	/* Whoever cuts it must look at its headers first. */
	info->gso_type = (f->gso == VIF_GSO_TCPV4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6) | SKB_GSO_DODGY;
	info->gso_segs = 0;
}

/* False: it is not what it is said to be. */
static bool mark(struct sk_buff *skb, const struct vif_in_frame *f)
{
	if (f->gso)
		mark_gso(skb, f);
	if (f->gso || f->flags & VIF_RX_CSUM_BLANK) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		return !skb_checksum_setup(skb, !(f->flags & VIF_RX_CSUM_BLANK));
	}
	if (f->flags & VIF_RX_DATA_VALIDATED)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

/* NULL: there is no memory, or it is nothing for the stack. */
static struct sk_buff *receive(struct front_queue *queue, const struct vif_in_frame *f)
{
	struct sk_buff *skb = skb_for(queue, f->bytes);

	if (!skb) {
		queue->rx_dropped++;
		return NULL;
	}
	copy(queue, f, skb);
	skb->protocol = eth_type_trans(skb, queue->netdev);
	skb_reset_network_header(skb);
	skb_record_rx_queue(skb, queue->id);
	if (mark(skb, f))
		return skb;
	kfree_skb(skb);
	queue->from.errors++;
	return NULL;
}

static void receive_one(struct front_queue *queue, const struct vif_in_frame *f, bool good)
{
	struct sk_buff *skb = good ? receive(queue, f) : NULL;

	vif_from_backend_take(&queue->from, f);
	if (!good)
		queue->from.errors++;
	if (!skb)
		return;
	queue->from.packets++;
	queue->from.bytes += f->bytes;
	napi_gro_receive(&queue->napi, skb);
}

static int receive_all(struct front_queue *queue, int budget)
{
	enum vif_verdict verdict;
	struct vif_in_frame f;
	int done;

	for (done = 0; done < budget; done++) {
		verdict = vif_from_backend_read(&queue->from, &f);
		if (verdict != VIF_GOOD && verdict != VIF_BAD)
			break;
		receive_one(queue, &f, verdict == VIF_GOOD);
	}
	if (done) {
		vif_from_backend_publish(&queue->from);
		front_queue_kick(queue, FRONT_RX, &queue->from.notify);
	}
	if (queue->from.broken)
		front_broken(netdev_priv(queue->netdev), queue->from.broken);
	return done;
}

static bool reap(struct front_queue *queue)
{
	struct netdev_queue *txq = netdev_get_tx_queue(queue->netdev, queue->id);
	bool some;

	__netif_tx_lock(txq, smp_processor_id());
	some = front_queue_reap(queue);
	__netif_tx_unlock(txq);
	return some;
}

int front_queue_poll(struct napi_struct *napi, int budget)
{
	struct front_queue *queue = container_of(napi, struct front_queue, napi);
	bool useful = reap(queue);
	int done = receive_all(queue, budget);

	if (done < budget && napi_complete_done(napi, done)) {
		front_queue_acknowledge(queue, useful || done);
		if (!queue->from.broken && !vif_from_backend_await(&queue->from))
			napi_schedule(napi);
	}
	return done;
}
