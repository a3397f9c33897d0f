/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on virtio network devices: included at the end of the driver's virtio_net.c, with
 * the functions of the file "hooks" under the names stock_*. Each frame is a chain of a header and
 * one buffer or more: OASIS, Virtual I/O Device (VIRTIO) 1.2, sections 2.6 and 5.1.
 *
 * A queue is emptied by a reset of the whole device only, after which it is built anew (renew.h);
 * for a device may complete whatever it was offered, as long as it is not reset.
 */
#include <linux/virtio_ring.h>

#include "native.h"
#include "renew.h"

#define MAX_PIECES   16	 /* of a frame that is sent; and its header */
#define RX_PIECES    2	 /* a header, and a buffer for the frame */
#define HEADER_BYTES 32	 /* no less than any header */
#define COPY_BYTES   256 /* a frame and its header that are sent as one piece */
#define KICK_FRAMES  32	 /* of a batch, after which an idle device is told; a power of 2 */
#define COMPLETED    BIT(31)

/* What all frames are sent with, and where all headers of what arrives go: nobody reads them. */
static struct virtio_nm_headers {
	u8 sent[HEADER_BYTES] ____cacheline_aligned;
	u8 arrived[HEADER_BYTES] ____cacheline_aligned;
} * virtio_nm_headers;

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

/* What all frames of a batch are offered with: their header comes first. */
static void virtio_nm_begin(struct scatterlist *sg, u32 count, void *header,
			    const struct virtqueue *vq)
{
	sg_init_table(sg, count);
	sg_unmark_end(&sg[count - 1]);
	sg_set_buf(sg, header, virtio_nm_header_bytes(vq));
}

static u32 virtio_nm_rx_bytes(struct net_device *netdev)
{
	return netdev->mtu + ETH_HLEN + VLAN_HLEN;
}

/* Header and frame as one piece: to copy a short frame takes less than to describe two pieces. */
static int virtio_nm_offer_copy(struct nm_native_ring *r, struct virtqueue *vq,
				const struct nm_native_piece *piece)
{
	u32 header = virtio_nm_header_bytes(vq);
	u8 *own = nm_native_own(r, r->posted);
	struct scatterlist sg;

	memcpy(own + header, phys_to_virt(piece->dma), piece->bytes);
	sg_init_one(&sg, own, header + piece->bytes);
	return virtqueue_add_outbuf(vq, &sg, 1, &r->note[r->posted], GFP_ATOMIC);
}

/* sg begins with the header. */
static int virtio_nm_offer_pieces(struct nm_native_ring *r, struct virtqueue *vq,
				  struct scatterlist *sg, u32 count)
{
	int error;

	sg_mark_end(&sg[count]);
	error = virtqueue_add_outbuf(vq, sg, 1 + count, &r->note[r->posted], GFP_ATOMIC);
	sg_unmark_end(&sg[count]);
	return error;
}

static bool virtio_nm_is_short(const struct virtqueue *vq, u32 pieces, u32 bytes)
{
	const struct virtnet_info *vi = vq->vdev->priv;

	return pieces == 1 && vi->any_header_sg && vi->hdr_len + bytes <= COPY_BYTES;
}

/* Offers the frame at r->posted. For want of memory it may be lost, as on a wire. */
static void virtio_nm_send(struct nm_native_ring *r, struct virtqueue *vq, struct scatterlist *sg,
			   u32 to)
{
	u32 slot = r->posted, count = 0;
	struct nm_native_piece piece;
	int error;

	do {
		nm_native_tx_piece(r, slot, &piece);
		virtio_nm_set_piece(&sg[1 + count++], piece.dma, piece.bytes);
		slot = nm_next(slot, r->ring->slots);
	} while (!piece.last && slot != to);
	r->note[r->posted] = count;
	if (virtio_nm_is_short(vq, count, piece.bytes))
		error = virtio_nm_offer_copy(r, vq, &piece);
	else
		error = virtio_nm_offer_pieces(r, vq, sg, count);
	if (error)
		r->note[r->posted] |= COMPLETED;
	r->posted = slot;
}

static void virtio_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct virtqueue *vq = virtio_nm_txq(r);
	u32 needs = virtio_nm_needs(vq, 1 + MAX_PIECES), first = r->posted, sent = 0;
	struct scatterlist sg[1 + MAX_PIECES];

	if (first == to)
		return;
	virtio_nm_begin(sg, ARRAY_SIZE(sg), virtio_nm_headers->sent, vq);
	while (r->posted != to && vq->num_free >= needs) {
		virtio_nm_send(r, vq, sg, to);
		if (++sent % KICK_FRAMES == 0)
			virtqueue_kick(vq);
	}
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
			r->oldest =
				(r->oldest + (r->note[r->oldest] & ~COMPLETED)) % r->ring->slots;
		virtio_nm_tx_post(r, r->posted, r->ring->hwcur);
	} while (r->oldest != r->posted && !virtqueue_enable_cb_delayed(vq));
	return r->oldest;
}

static bool virtio_nm_offer(struct nm_native_ring *r, struct virtqueue *vq, struct scatterlist *sg,
			    u32 slot)
{
	virtio_nm_set_piece(&sg[1], nm_native_rx_room(r, slot), r->ring->bufs->objsize);
	r->note[slot] = 0;
	return !virtqueue_add_inbuf(vq, sg, RX_PIECES, &r->note[slot], GFP_ATOMIC);
}

/* What the device has no room for yet is offered with what is taken from it later. */
static void virtio_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct virtqueue *vq = virtio_nm_rxq(r);
	u32 needs = virtio_nm_needs(vq, RX_PIECES), first = r->posted;
	struct scatterlist sg[RX_PIECES];

	if (first == to)
		return;
	virtio_nm_begin(sg, RX_PIECES, virtio_nm_headers->arrived, vq);
	sg_mark_end(&sg[RX_PIECES - 1]);
	while (r->posted != to && vq->num_free >= needs && virtio_nm_offer(r, vq, sg, r->posted))
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
	.own_bytes = COPY_BYTES,
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
