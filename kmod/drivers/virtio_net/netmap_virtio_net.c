/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on virtio network devices: included at the end of the driver's virtio_net.c, with
 * the functions of the file "hooks" under the names stock_*. Each frame is a chain of a header and
 * one buffer or more: OASIS, Virtual I/O Device (VIRTIO) 1.2, sections 2.6 and 5.1.
 *
 * A queue is emptied by a reset of the whole device only, after which it is built anew; for a
 * device may complete whatever it was offered, as long as it is not reset.
 */
#include <linux/virtio_ring.h>

#include "native.h"

#define MAX_PIECES   16 /* of a frame that is sent; and its header */
#define HEADER_BYTES 32 /* no less than any header */
#define COMPLETED    BIT(31)

/* What all frames are sent with, and where all headers of what arrives go: nobody reads them. */
static struct virtio_nm_headers {
	u8 sent[HEADER_BYTES] ____cacheline_aligned;
	u8 arrived[HEADER_BYTES] ____cacheline_aligned;
} *virtio_nm_headers;

/* The device whose queues are built anew at the moment; under RTNL. */
static struct virtnet_info *virtio_nm_renewed;

static struct virtqueue *virtio_nm_txq(const struct nm_native_ring *r)
{
	struct virtnet_info *vi = netdev_priv(r->native->netdev);

	return vi->sq[r->queue].vq;
}

static struct virtqueue *virtio_nm_rxq(const struct nm_native_ring *r)
{
	struct virtnet_info *vi = netdev_priv(r->native->netdev);

	return vi->rq[r->queue].vq;
}

/* Descriptors that a chain may take: one, where the device knows of tables of them. */
static u32 virtio_nm_needs(const struct virtqueue *vq, u32 pieces)
{
	return virtio_has_feature(vq->vdev, VIRTIO_RING_F_INDIRECT_DESC) ? 1 : pieces;
}

static u32 virtio_nm_header_bytes(const struct virtqueue *vq)
{
	const struct virtnet_info *vi = vq->vdev->priv;

	return vi->hdr_len;
}

static void virtio_nm_set_piece(struct scatterlist *sg, dma_addr_t at, u32 bytes)
{
	sg_set_page(sg, pfn_to_page(PHYS_PFN(at)), bytes, offset_in_page(at));
}

static u32 virtio_nm_rx_bytes(struct net_device *netdev)
{
	return netdev->mtu + ETH_HLEN + VLAN_HLEN;
}

/* Offers the frame at r->posted. For want of memory it may be lost, as on a wire. */
static void virtio_nm_send(struct nm_native_ring *r, struct virtqueue *vq, u32 to)
{
	struct scatterlist sg[1 + MAX_PIECES];
	u32 slot = r->posted, count = 0;
	struct nm_native_piece piece;
	u32 *note = &r->note[slot];

	sg_init_table(sg, ARRAY_SIZE(sg));
	sg_set_buf(sg, virtio_nm_headers->sent, virtio_nm_header_bytes(vq));
	do {
		nm_native_tx_piece(r, slot, &piece);
		virtio_nm_set_piece(&sg[1 + count++], piece.dma, piece.bytes);
		slot = nm_next(slot, r->ring->slots);
	} while (!piece.last && slot != to);
	sg_mark_end(&sg[count]);
	*note = count;
	if (virtqueue_add_outbuf(vq, sg, 1 + count, note, GFP_ATOMIC))
		*note |= COMPLETED;
	r->posted = slot;
}

static void virtio_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct virtqueue *vq = virtio_nm_txq(r);
	u32 needs = virtio_nm_needs(vq, 1 + MAX_PIECES), first = r->posted;

	while (r->posted != to && vq->num_free >= needs)
		virtio_nm_send(r, vq, to);
	if (r->posted != first)
		virtqueue_kick(vq);
}

static void virtio_nm_collect(struct virtqueue *vq)
{
	unsigned int bytes;
	u32 *note;

	while ((note = virtqueue_get_buf(vq, &bytes)) != NULL)
		*note |= COMPLETED;
}

/* Interrupts are asked for again, unless all was sent: who waits for room is told of it. */
static u32 virtio_nm_tx_done(struct nm_native_ring *r)
{
	struct virtqueue *vq = virtio_nm_txq(r);

	do {
		virtqueue_disable_cb(vq);
		virtio_nm_collect(vq);
		while (r->oldest != r->posted && r->note[r->oldest] & COMPLETED)
			r->oldest = (r->oldest + (r->note[r->oldest] & ~COMPLETED)) %
				    r->ring->slots;
	} while (r->oldest != r->posted && !virtqueue_enable_cb_delayed(vq));
	virtio_nm_tx_post(r, r->posted, r->ring->hwcur);
	return r->oldest;
}

static bool virtio_nm_offer(struct nm_native_ring *r, struct virtqueue *vq, u32 slot)
{
	struct scatterlist sg[2];

	sg_init_table(sg, ARRAY_SIZE(sg));
	sg_set_buf(&sg[0], virtio_nm_headers->arrived, virtio_nm_header_bytes(vq));
	virtio_nm_set_piece(&sg[1], nm_native_rx_room(r, slot), r->ring->bufs->objsize);
	r->note[slot] = 0;
	return !virtqueue_add_inbuf(vq, sg, ARRAY_SIZE(sg), &r->note[slot], GFP_ATOMIC);
}

/* What the device has no room for yet is offered with what is taken from it later. */
static void virtio_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct virtqueue *vq = virtio_nm_rxq(r);
	u32 needs = virtio_nm_needs(vq, 2), first = r->posted;

	while (r->posted != to && vq->num_free >= needs && virtio_nm_offer(r, vq, r->posted))
		r->posted = nm_next(r->posted, r->ring->slots);
	if (r->posted != first)
		virtqueue_kick(vq);
}

static void virtio_nm_arrived(struct virtqueue *vq, u32 room)
{
	u32 *note, header = virtio_nm_header_bytes(vq);
	unsigned int bytes;

	while ((note = virtqueue_get_buf(vq, &bytes)) != NULL)
		*note = COMPLETED | (bytes > header ? min(bytes - header, room) : 0);
}

/* Not more than was offered can arrive, as nothing is offered meanwhile. */
static u32 virtio_nm_rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct virtqueue *vq = virtio_nm_rxq(r);
	u32 n = r->ring->slots;

	do {
		virtqueue_disable_cb(vq);
		virtio_nm_arrived(vq, r->ring->bufs->objsize);
	} while (!virtqueue_enable_cb(vq));
	while (max-- && pos != r->posted && r->note[pos] & COMPLETED) {
		nm_native_rx_done(r, pos, r->note[pos] & ~COMPLETED, false);
		pos = nm_next(pos, n);
	}
	virtio_nm_rx_post(r, r->posted, (r->ring->hwcur + n - 1) % n);
	return pos;
}

static bool virtio_nm_is_used(const struct virtnet_info *vi, int queue)
{
	return nm_native_has(vi->dev, NM_TX, queue) || nm_native_has(vi->dev, NM_RX, queue);
}

static bool virtio_nm_any_used(const struct virtnet_info *vi)
{
	int i = 0;

	while (i < vi->max_queue_pairs && !virtio_nm_is_used(vi, i))
		i++;
	return i < vi->max_queue_pairs;
}

static bool virtio_nm_is_empty(struct virtqueue *vq)
{
	return vq->num_free == virtqueue_get_vring_size(vq);
}

static bool virtio_nm_all_empty(const struct virtnet_info *vi)
{
	int i = 0;

	while (i < vi->max_queue_pairs && virtio_nm_is_empty(vi->sq[i].vq) &&
	       virtio_nm_is_empty(vi->rq[i].vq))
		i++;
	return i == vi->max_queue_pairs;
}

static void virtio_nm_forget(struct virtqueue *vq)
{
	while (virtqueue_detach_unused_buf(vq))
		;
}

/* Nothing moves any more; of our buffers the queues know none, the stack's are still there. */
static void virtio_nm_halt(struct virtnet_info *vi)
{
	int i;

	vi->vdev->config->reset(vi->vdev);
	for (i = 0; i < vi->max_queue_pairs; i++) {
		if (nm_native_has(vi->dev, NM_TX, i))
			virtio_nm_forget(vi->sq[i].vq);
		if (nm_native_has(vi->dev, NM_RX, i))
			virtio_nm_forget(vi->rq[i].vq);
	}
}

static void virtio_nm_want(struct virtio_device *vdev, unsigned int feature, bool want)
{
	if (want)
		__virtio_set_bit(vdev, feature);
	else
		__virtio_clear_bit(vdev, feature);
}

/*
 * Who reads slots wants whole frames, each in one: no segments to be cut, no sums to be done, and
 * none that goes on in another buffer, which the device shall drop. Before version 1 the last of
 * these is as it was, as the length of headers goes with it.
 */
static void virtio_nm_choose_features(struct virtnet_info *vi)
{
	bool plain = virtio_nm_any_used(vi);
	int i;

	for (i = 0; i < ARRAY_SIZE(guest_offloads); i++)
		virtio_nm_want(vi->vdev, guest_offloads[i],
			       !plain && test_bit(guest_offloads[i], &vi->guest_offloads_capable));
	if (virtio_has_feature(vi->vdev, VIRTIO_F_VERSION_1))
		virtio_nm_want(vi->vdev, VIRTIO_NET_F_MRG_RXBUF, !plain && vi->mergeable_rx_bufs);
}

static int virtio_nm_negotiate(struct virtio_device *vdev)
{
	int error;

	virtio_add_status(vdev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	virtio_add_status(vdev, VIRTIO_CONFIG_S_DRIVER);
	error = vdev->config->finalize_features(vdev);
	if (!error && virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		virtio_add_status(vdev, VIRTIO_CONFIG_S_FEATURES_OK);
	return error;
}

/* The driver builds queues anew when a machine resumes; RTNL and the state are ours to mind. */
static int virtio_nm_build(struct virtnet_info *vi)
{
	bool runs = test_and_clear_bit(__LINK_STATE_START, &vi->dev->state);
	int error;

	remove_vq_common(vi);
	virtio_nm_choose_features(vi);
	error = virtio_nm_negotiate(vi->vdev);
	if (!error)
		error = virtnet_restore_up(vi->vdev);
	if (runs)
		set_bit(__LINK_STATE_START, &vi->dev->state);
	return error;
}

/* Removal and suspension first take a device off the list for hotplug, then free its queues. */
static bool virtio_nm_is_leaving(const struct virtnet_info *vi)
{
	return vi->node.pprev == LIST_POISON2;
}

/* After a failure the device has no queues, and is as good as gone. */
static int virtio_nm_renew(struct virtnet_info *vi)
{
	int error;

	virtnet_cpu_notif_remove(vi);
	WRITE_ONCE(virtio_nm_renewed, vi);
	synchronize_net();
	error = virtio_nm_build(vi);
	if (error) {
		netdev_err(vi->dev, "cannot set up its queues again (%d): unbind it, and bind it\n",
			   error);
#ifdef HAS_enable_rx_mode_work
		disable_work(&vi->rx_mode_work);
#endif
		netif_device_detach(vi->dev);
		vi->max_queue_pairs = 0;
		vi->sq = NULL;
		vi->rq = NULL;
		vi->ctrl = NULL;
	}
	WRITE_ONCE(virtio_nm_renewed, NULL);
	virtnet_cpu_notif_add(vi);
	return error;
}

/* What a reset made the device forget. */
static void virtio_nm_remind(struct virtnet_info *vi)
{
	struct sockaddr_storage address = {.ss_family = vi->dev->type};

	memcpy(((struct sockaddr *)&address)->sa_data, vi->dev->dev_addr, ETH_ALEN);
	if (virtio_has_feature(vi->vdev, VIRTIO_NET_F_CTRL_MAC_ADDR))
		virtnet_set_mac_address(vi->dev, &address);
	netif_addr_lock_bh(vi->dev);
	virtnet_set_rx_mode(vi->dev);
	netif_addr_unlock_bh(vi->dev);
	if (vi->curr_queue_pairs == 1)
		return;
#ifdef HAS__virtnet_set_queues
	_virtnet_set_queues(vi, vi->curr_queue_pairs);
#else
	virtnet_set_queues(vi, vi->curr_queue_pairs);
#endif
}

static void virtio_nm_down(struct net_device *netdev)
{
	struct virtnet_info *vi = netdev_priv(netdev);

	netif_tx_disable(netdev);
	nm_native_pause(netdev);
	stock_virtnet_close(netdev);
	virtio_nm_halt(vi);
	netif_tx_disable(netdev); /* the last change of the link may have woken it */
}

static void virtio_nm_up(struct net_device *netdev)
{
	struct virtnet_info *vi = netdev_priv(netdev);

	if (virtio_nm_renew(vi) || virtnet_open(netdev))
		return;
	netif_tx_wake_all_queues(netdev);
}

static struct nm_native_ops virtio_nm_ops = {
	.driver = &virtio_net_driver.driver,
	.tx_min_bytes = ETH_ZLEN,
	.tx_max_pieces = MAX_PIECES,
	.notes = true,
	.maps_itself = true,
	.rx_bytes = virtio_nm_rx_bytes,
	.down = virtio_nm_down,
	.up = virtio_nm_up,
	.tx_post = virtio_nm_tx_post,
	.tx_done = virtio_nm_tx_done,
	.rx_post = virtio_nm_rx_post,
	.rx_fill = virtio_nm_rx_fill,
};

static __init int virtio_net_driver_init(void)
{
	int error;

	virtio_nm_headers = kzalloc(sizeof(*virtio_nm_headers), GFP_KERNEL);
	if (!virtio_nm_headers)
		return -ENOMEM;
	error = nm_native_load(&virtio_nm_ops, stock_virtio_net_driver_init);
	if (error)
		kfree(virtio_nm_headers);
	return error;
}

static __exit void virtio_net_driver_exit(void)
{
	nm_native_unload(&virtio_nm_ops, stock_virtio_net_driver_exit);
	kfree(virtio_nm_headers);
}

/* A queue that changed hands while the device was down still has the stack's buffers. */
static int virtnet_open(struct net_device *dev)
{
	struct virtnet_info *vi = netdev_priv(dev);
	bool used = virtio_nm_any_used(vi);
	int error;

	if (used && !virtio_nm_all_empty(vi)) {
		vi->vdev->config->reset(vi->vdev);
		error = virtio_nm_renew(vi);
		if (error)
			return error;
	}
	error = stock_virtnet_open(dev);
	if (error)
		return error;
	virtio_nm_remind(vi);
	if (used)
		nm_native_resume(dev);
	return 0;
}

static int virtnet_close(struct net_device *dev)
{
	struct virtnet_info *vi = netdev_priv(dev);
	int error;

	nm_native_pause(dev);
	error = stock_virtnet_close(dev);
	if (!virtio_nm_any_used(vi))
		return error;
	virtio_nm_halt(vi);
	if (virtio_nm_is_leaving(vi))
		virtio_break_device(vi->vdev); /* or who sends it a command waits for ever */
	else
		virtio_nm_renew(vi);
	return error;
}

static void virtnet_stats(struct net_device *dev, struct rtnl_link_stats64 *tot)
{
	if (READ_ONCE(virtio_nm_renewed) != netdev_priv(dev))
		stock_virtnet_stats(dev, tot);
}

static int virtnet_poll(struct napi_struct *napi, int budget)
{
	struct receive_queue *rq = container_of(napi, struct receive_queue, napi);
	struct virtnet_info *vi = rq->vq->vdev->priv;

	if (!nm_native_has(vi->dev, NM_RX, vq2rxq(rq->vq)))
		return stock_virtnet_poll(napi, budget);
	virtnet_poll_cleantx(rq, budget);
	napi_complete_done(napi, 0);
	nm_native_interrupt(vi->dev, NM_RX, vq2rxq(rq->vq));
	return 0;
}

static int virtnet_poll_tx(struct napi_struct *napi, int budget)
{
	struct send_queue *sq = container_of(napi, struct send_queue, napi);
	struct virtnet_info *vi = sq->vq->vdev->priv;

	if (!nm_native_has(vi->dev, NM_TX, vq2txq(sq->vq)))
		return stock_virtnet_poll_tx(napi, budget);
	napi_complete_done(napi, 0);
	nm_native_interrupt(vi->dev, NM_TX, vq2txq(sq->vq));
	return 0;
}

static void virtnet_poll_cleantx(struct receive_queue *rq, int budget)
{
	struct virtnet_info *vi = rq->vq->vdev->priv;

	if (!nm_native_has(vi->dev, NM_TX, vq2rxq(rq->vq)))
		stock_virtnet_poll_cleantx(rq, budget);
}

/* Off until the next sync, which is told of below; interrupts that come meanwhile say nothing new.
 */
static void skb_recv_done(struct virtqueue *rvq)
{
	struct virtnet_info *vi = rvq->vdev->priv;

	if (!nm_native_has(vi->dev, NM_RX, vq2rxq(rvq))) {
		stock_skb_recv_done(rvq);
		return;
	}
	virtqueue_disable_cb(rvq);
	nm_native_interrupt(vi->dev, NM_RX, vq2rxq(rvq));
}

static void skb_xmit_done(struct virtqueue *vq)
{
	struct virtnet_info *vi = vq->vdev->priv;

	if (!nm_native_has(vi->dev, NM_TX, vq2txq(vq))) {
		stock_skb_xmit_done(vq);
		return;
	}
	virtqueue_disable_cb(vq);
	nm_native_interrupt(vi->dev, NM_TX, vq2txq(vq));
}

static bool try_fill_recv(struct virtnet_info *vi, struct receive_queue *rq, gfp_t gfp)
{
	return nm_native_has(vi->dev, NM_RX, vq2rxq(rq->vq)) || stock_try_fill_recv(vi, rq, gfp);
}

/* Stock takes RTNL, which whoever builds queues anew has. */
static void free_receive_bufs(struct virtnet_info *vi)
{
	if (READ_ONCE(virtio_nm_renewed) == vi)
		_free_receive_bufs(vi);
	else
		stock_free_receive_bufs(vi);
}

/*
 * Renewing leaves that work as it is: it waits for RTNL, and then finds the new queues. Some stock
 * versions would take RTNL here.
 */
#ifdef HAS_enable_rx_mode_work
static void enable_rx_mode_work(struct virtnet_info *vi)
{
	if (READ_ONCE(virtio_nm_renewed) != vi)
		stock_enable_rx_mode_work(vi);
}
#endif
