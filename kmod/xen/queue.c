/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>

#include "compat_xen.h"
#include "netback.h"

#define POLL_NS (10 * NSEC_PER_MSEC) /* of guests that do not tell of pages they offer */
#define SOON_NS (50 * NSEC_PER_USEC) /* others are at it */

static const enum nm_dir dir_of[VIF_SIDES] = {[VIF_FROM] = NM_RX, [VIF_TO] = NM_TX};

/* Whoever syncs our rings is told. */
static bool news(const struct vif_end *end)
{
	return nm_native_interrupt(end->queue->vif->netdev, dir_of[end->side], end->queue->id);
}

static bool take_worked(struct vif_end *end)
{
	bool worked = READ_ONCE(end->worked);

	WRITE_ONCE(end->worked, false);
	return worked;
}

/*
 * Events of a guest come no faster than they are worked off: Xen delivers the next one after the
 * last was acknowledged, and later when those before were for nothing. What an event tells of may
 * have been seen before it came.
 */
void vif_end_acknowledge(struct vif_end *end)
{
	struct vif_end *other = &end->queue->end[!end->side];
	bool worked;

	if (!test_and_clear_bit(0, &end->told))
		return;
	if (end->shared && test_bit(0, &other->told))
		return;
	worked = take_worked(end);
	if (end->shared)
		worked |= take_worked(other);
	xen_irq_lateeoi(end->irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
}

/* After a look at what the guest did. */
static void looked(struct vif_end *end, bool worked)
{
	if (worked)
		WRITE_ONCE(end->worked, true);
	vif_end_acknowledge(end);
}

static irqreturn_t on_event(int irq, void *arg)
{
	struct vif_end *end = arg, *ends = end->queue->end;
	int side;

	for (side = 0; side < VIF_SIDES; side++)
		if (end->shared || side == end->side)
			set_bit(0, &ends[side].told);
	for (side = 0; side < VIF_SIDES; side++)
		if ((end->shared || side == end->side) && !news(&ends[side]))
			vif_end_acknowledge(&ends[side]);
	return IRQ_HANDLED;
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	news(container_of(timer, struct vif_end, again));
	return HRTIMER_NORESTART;
}

void vif_queue_again(struct vif_queue *queue, enum vif_side side, u64 ns)
{
	hrtimer_start(&queue->end[side].again, ns_to_ktime(ns), HRTIMER_MODE_REL);
}

void vif_end_tell(struct vif_end *end)
{
	notify_remote_via_irq(end->irq);
}

static void tell(struct vif_end *end, bool *wanted)
{
	if (*wanted)
		vif_end_tell(end);
	*wanted = false;
}

u32 vif_queue_fill(struct vif_queue *queue, struct nm_ring *ring, u32 pos, u32 max,
		   struct nm_rx_stats *got)
{
	const struct vif_slots slots = vif_slots_of(ring);
	struct vif_from_guest *q = queue->from;
	u32 end;

	if (q->broken)
		return pos;
	q->batch = vif_batch_take();
	if (!q->batch) {
		vif_queue_again(queue, VIF_FROM, SOON_NS);
		return pos;
	}
	end = vif_from_guest(q, &slots, pos, max, ktime_get_ns(), got);
	vif_batch_give(q->batch);
	tell(&queue->end[VIF_FROM], &q->notify);
	if (q->wait_ns)
		vif_queue_again(queue, VIF_FROM, q->wait_ns);
	if (q->broken)
		vif_broken(queue->vif, q->broken);
	looked(&queue->end[VIF_FROM], end != pos);
	return end;
}

bool vif_queue_waits(const struct vif_queue *queue)
{
	u32 pending;

	return !queue->from->broken && !vif_ring_pending(&queue->from->ring, &pending) && pending;
}

static u32 deliver(struct vif_queue *queue, const struct vif_slots *slots, u32 from, u32 to,
		   struct nm_tx_stats *sent)
{
	struct vif_to_guest *q = queue->to;

	q->batch = vif_batch_take();
	if (!q->batch) {
		vif_queue_again(queue, VIF_TO, SOON_NS);
		return from;
	}
	from = vif_to_guest(q, slots, from, to, sent);
	vif_batch_give(q->batch);
	return from;
}

u32 vif_queue_send(struct vif_queue *queue, struct nm_ring *ring, u32 from, u32 to)
{
	const struct vif_slots slots = vif_slots_of(ring);
	struct vif_to_guest *q = queue->to;
	u32 end;

	spin_lock(&queue->to_lock);
	end = deliver(queue, &slots, from, to, &ring->tx_stats);
	tell(&queue->end[VIF_TO], &q->notify);
	if (q->starved && !queue->vif->rx_notify)
		vif_queue_again(queue, VIF_TO, POLL_NS);
	spin_unlock(&queue->to_lock);
	if (q->broken)
		vif_broken(queue->vif, q->broken);
	looked(&queue->end[VIF_TO], end != from);
	return end;
}

/* A number that the guest wrote: decimal, and no larger than it should be. */
static int read_number(struct xenbus_device *dev, const char *dir, const char *key, u32 *value)
{
	return xenbus_scanf(XBT_NIL, dir, key, "%u", value) == 1 ? 0 : -ENOENT;
}

static int map_ring(struct vif_queue *queue, const char *dir, const char *key,
		    struct vif_ring *ring, struct vif_mapped *mapped, u32 entry_bytes)
{
	struct xenbus_device *dev = queue->vif->dev;
	grant_ref_t ref;
	void *page;
	int error;

	if (read_number(dev, dir, key, &ref)) {
		vif_fail(queue->vif, -ENOENT, "cannot read %s/%s", dir, key);
		return -ENOENT;
	}
	page = vif_map(mapped, dev->otherend_id, ref);
	if (IS_ERR(page)) {
		error = PTR_ERR(page);
		vif_fail(queue->vif, error, "cannot map %s/%s (grant %u)", dir, key, ref);
		return error;
	}
	error = vif_ring_init(ring, page, entry_bytes);
	if (error)
		vif_fail(queue->vif, error, "the indices of %s/%s make no sense", dir, key);
	return error;
}

static int bind(struct vif_end *end, evtchn_port_t port, const char *suffix)
{
	struct vif *vif = end->queue->vif;
	int irq;

	snprintf(end->name, sizeof(end->name), "%s-q%u%s", vif->netdev->name, end->queue->id,
		 suffix);
	irq = compat_bind_lateeoi(vif->dev, port, on_event, end->name, end);
	if (irq < 0) {
		vif_fail(vif, irq, "cannot bind event channel %u", port);
		return irq;
	}
	end->irq = irq;
	return 0;
}

static int bind_both(struct vif_queue *queue, const char *dir)
{
	struct xenbus_device *dev = queue->vif->dev;
	struct vif_end *from = &queue->end[VIF_FROM], *to = &queue->end[VIF_TO];
	u32 tx, rx;
	int error;

	if (vif_separate_irqs && !read_number(dev, dir, "event-channel-tx", &tx) &&
	    !read_number(dev, dir, "event-channel-rx", &rx)) {
		error = bind(from, tx, "-tx");
		return error ? error : bind(to, rx, "-rx");
	}
	if (read_number(dev, dir, "event-channel", &tx)) {
		vif_fail(queue->vif, -ENOENT, "cannot read %s/event-channel", dir);
		return -ENOENT;
	}
	from->shared = to->shared = true;
	error = bind(from, tx, "");
	to->irq = from->irq;
	return error;
}

static int allocate(struct vif_queue *queue)
{
	int error = vif_batches_begin();

	if (error)
		return error;
	queue->batches = true;
	queue->from = kzalloc(sizeof(*queue->from), GFP_KERNEL);
	queue->to = kzalloc(sizeof(*queue->to), GFP_KERNEL);
	return queue->from && queue->to ? 0 : -ENOMEM;
}

static void prepare_ends(struct vif_queue *queue)
{
	int side;

	spin_lock_init(&queue->to_lock);
	for (side = 0; side < VIF_SIDES; side++) {
		queue->end[side].queue = queue;
		queue->end[side].side = side;
		compat_hrtimer_setup(&queue->end[side].again, on_timer, HRTIMER_MODE_REL);
	}
}

static void prepare(struct vif_queue *queue)
{
	struct vif *vif = queue->vif;

	prepare_ends(queue);
	queue->from->domain = queue->to->domain = vif->dev->otherend_id;
	queue->from->filter = &vif->filter;
	queue->to->filter = &vif->filter;
	queue->from->credit = vif_credit_of(vif);
}

int vif_queue_connect(struct vif_queue *queue, const char *dir)
{
	struct vif_end *from = &queue->end[VIF_FROM], *to = &queue->end[VIF_TO];
	int error = allocate(queue);

	if (error) {
		vif_fail(queue->vif, error, "no memory for queue %u", queue->id);
		return error;
	}
	prepare(queue);
	error = map_ring(queue, dir, "tx-ring-ref", &queue->from->ring, &from->mapped,
			 sizeof(struct vif_tx_request));
	if (!error)
		error = map_ring(queue, dir, "rx-ring-ref", &queue->to->ring, &to->mapped,
				 sizeof(struct vif_rx_request));
	return error ? error : bind_both(queue, dir);
}

int vif_queue_bind(struct vif_queue *queue, const char *dir)
{
	prepare_ends(queue);
	return bind_both(queue, dir);
}

void vif_queue_disconnect(struct vif_queue *queue)
{
	struct vif_end *from = &queue->end[VIF_FROM], *to = &queue->end[VIF_TO];

	if (to->irq && !to->shared)
		unbind_from_irqhandler(to->irq, to);
	if (from->irq)
		unbind_from_irqhandler(from->irq, from);
	if (from->queue) {
		hrtimer_cancel(&from->again);
		hrtimer_cancel(&to->again);
	}
	vif_unmap(&from->mapped);
	vif_unmap(&to->mapped);
	kfree(queue->from);
	kfree(queue->to);
	if (queue->batches)
		vif_batches_end();
}
