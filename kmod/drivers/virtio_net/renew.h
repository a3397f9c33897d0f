/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A virtio network device is reset, and its queues are built anew, when rings change hands: OASIS,
 * Virtual I/O Device (VIRTIO) 1.2, sections 2.4, 3.1 and 5.1.6. A part of netmap_virtio_net.c,
 * which sees the driver's own functions.
 */
#ifndef NM_VIRTIO_RENEW_H
#define NM_VIRTIO_RENEW_H

#include "affinity.h"
#include "native.h"

/* The device whose queues are built anew at the moment; under RTNL. */
static struct virtnet_info *virtio_nm_renewed;

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
	struct cpumask *affinity = virtio_nm_keep_affinity(vi);
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
	} else {
		virtio_nm_restore_affinity(vi, affinity);
	}
	kfree(affinity);
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

#endif
