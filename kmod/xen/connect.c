/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* From what the frontend wrote to queues that move frames, and back. */
#include <linux/slab.h>

#include "netback.h"

static int refuse(struct vif *vif, int error, const char *why)
{
	vif_fail(vif, error, "%s", why);
	return error;
}

bool vif_asks(const struct vif *vif, const char *key)
{
	return xenbus_read_unsigned(vif->dev->otherend, key, 0) == 1;
}

static void read_rate(struct vif *vif)
{
	unsigned int bytes, us;

	vif->rate_bytes = 0;
	if (xenbus_scanf(XBT_NIL, vif->dev->nodename, "rate", "%u,%u", &bytes, &us) == 2 && us) {
		vif->rate_bytes = bytes;
		vif->rate_ns = us * (u64)NSEC_PER_USEC;
	}
}

static int read_features(struct vif *vif)
{
	if (!vif_asks(vif, "request-rx-copy"))
		return refuse(vif, -EOPNOTSUPP, "the guest does not ask for request-rx-copy");
	vif->rx_notify = vif_asks(vif, "feature-rx-notify");
	vif->filter.on = vif_asks(vif, "request-multicast-control");
	memset(vif->filter.mac, 0, sizeof(vif->filter.mac));
	return 0;
}

/* One queue's keys are the device's; several have folders of their own. */
static int connect_queue(struct vif *vif, struct vif_queue *queue, unsigned int n)
{
	char *dir;
	int error;

	dir = n == 1 ? kstrdup(vif->dev->otherend, GFP_KERNEL)
		     : kasprintf(GFP_KERNEL, "%s/queue-%u", vif->dev->otherend, queue->id);
	if (!dir)
		return refuse(vif, -ENOMEM, "memory for a name");
	error = vif_queue_connect(queue, dir);
	kfree(dir);
	return error;
}

static void free_queues(struct vif_queue *queues, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		vif_queue_disconnect(&queues[i]);
	kfree(queues);
}

/* Frontends of netmap mode ask for nothing of the other protocol. */
static bool speaks_netmap(const struct vif *vif)
{
	return vif->grants && xenbus_read_unsigned(vif->dev->nodename, "feature-netmap", 0) &&
	       !vif_asks(vif, "request-rx-copy") &&
	       !xenbus_exists(XBT_NIL, vif->dev->otherend, "tx-ring-ref");
}

static int connect_netmap(struct vif *vif)
{
	struct vif_queue *queue = kcalloc(1, sizeof(*queue), GFP_KERNEL);
	int error;

	if (!queue)
		return refuse(vif, -ENOMEM, "memory for a queue");
	queue->vif = vif;
	error = vif_queue_bind(queue, vif->dev->otherend);
	if (error)
		free_queues(queue, 1);
	else
		vif_netdev_start(vif, queue, 1, true);
	return error;
}

static int make_queues(struct vif *vif, unsigned int n, struct vif_queue **out)
{
	bool scatters = vif_asks(vif, "feature-sg");
	struct vif_queue *queues = kcalloc(n, sizeof(*queues), GFP_KERNEL);
	unsigned int i;
	int error = 0;

	if (!queues)
		return refuse(vif, -ENOMEM, "memory for queues");
	for (i = 0; i < n && !error; i++) {
		queues[i].vif = vif;
		queues[i].id = i;
		error = connect_queue(vif, &queues[i], n);
		if (!error)
			queues[i].to->scatters = scatters;
	}
	if (error) {
		free_queues(queues, n);
		return error;
	}
	*out = queues;
	return 0;
}

int vif_connect(struct vif *vif)
{
	unsigned int n = xenbus_read_unsigned(vif->dev->otherend, "multi-queue-num-queues", 1);
	struct vif_queue *queues;
	int error;

	read_rate(vif);
	if (speaks_netmap(vif))
		return connect_netmap(vif);
	if (!n || n > vif->netdev->num_tx_queues)
		return refuse(vif, -EINVAL, "the guest asks for more queues than were offered");
	error = read_features(vif);
	if (!error)
		error = make_queues(vif, n, &queues);
	if (!error)
		vif_netdev_start(vif, queues, n, false);
	return error;
}

void vif_disconnect(struct vif *vif)
{
	struct vif_queue *queues = vif->queues;
	unsigned int n = vif->nqueues;

	if (!n)
		return;
	vif_drain(vif);
	vif_netdev_stop(vif);
	free_queues(queues, n);
}
