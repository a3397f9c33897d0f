/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which processors the interrupts of queues go to, as somebody has set it. A queue that is built
 * anew has another interrupt, which knows nothing of that. A part of netmap_virtio_net.c.
 */
#ifndef NM_VIRTIO_AFFINITY_H
#define NM_VIRTIO_AFFINITY_H

#include <linux/cpumask.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/pci.h>

#define FIRST_VECTOR 1 /* the one before is for changes of the configuration */

static struct virtqueue *virtio_nm_vq(const struct virtnet_info *vi, int i)
{
	return i % 2 ? vi->sq[i / 2].vq : vi->rq[i / 2].vq;
}

/* Some hardware takes a change over with its next interrupt only: until then it is pending. */
static const struct cpumask *virtio_nm_affinity_of(int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);

#ifdef CONFIG_GENERIC_PENDING_IRQ
	if (data && irqd_is_setaffinity_pending(data))
		return irq_data_to_desc(data)->pending_mask;
#endif
	return data ? irq_data_get_affinity_mask(data) : NULL;
}

/* NULL: unknown. Queues take vectors in their order (VIRTIO 1.2, section 5.1.2), or share one. */
static const struct cpumask *virtio_nm_affinity(const struct virtnet_info *vi, int i)
{
	struct pci_dev *pci = to_pci_dev(vi->vdev->dev.parent);
	bool shared = pci_irq_vector(pci, FIRST_VECTOR + 1) < 0;
	int irq = pci_irq_vector(pci, FIRST_VECTOR + (shared ? 0 : i));

	return irq < 0 ? NULL : virtio_nm_affinity_of(irq);
}

/* A mask for each queue, to be freed. NULL: nothing to keep, or no memory to keep it in. */
static struct cpumask *virtio_nm_keep_affinity(const struct virtnet_info *vi)
{
	int i, queues = 2 * vi->max_queue_pairs;
	struct cpumask *kept;

	if (!dev_is_pci(vi->vdev->dev.parent) || !to_pci_dev(vi->vdev->dev.parent)->msix_enabled)
		return NULL;
	kept = kcalloc(queues, sizeof(*kept), GFP_KERNEL);
	for (i = 0; kept && i < queues; i++) {
		const struct cpumask *now = virtio_nm_affinity(vi, i);

		if (now)
			cpumask_copy(&kept[i], now);
	}
	return kept;
}

static void virtio_nm_restore_affinity(const struct virtnet_info *vi, const struct cpumask *kept)
{
	int i;

	for (i = 0; kept && i < 2 * vi->max_queue_pairs; i++) {
		const struct cpumask *now = virtio_nm_affinity(vi, i);

		if (now && !cpumask_empty(&kept[i]) && !cpumask_equal(now, &kept[i]))
			virtqueue_set_affinity(virtio_nm_vq(vi, i), &kept[i]);
	}
}

#endif
