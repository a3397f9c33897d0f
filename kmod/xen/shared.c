/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Syncs in netmap mode. Each side has at most one event under way in each direction: the guest's
 * kick is answered when what it sent has been forwarded, and it is told of arrivals once between
 * two looks of its own.
 */
#include "netback.h"

static void check(const struct vif_queue *queue, const struct vif_share *s)
{
	if (unlikely(s->broken))
		vif_broken(queue->vif, s->broken);
}

static void answer(struct vif_end *end)
{
	if (!test_bit(0, &end->told))
		return;
	vif_end_tell(end);
	vif_end_acknowledge(end);
}

u32 vif_shared_fill(struct vif_queue *queue, struct nm_ring *ring, u32 pos, u32 max,
		    struct nm_rx_stats *got)
{
	const struct vif_slots slots = vif_slots_of(ring);
	struct vif_end *end = &queue->end[VIF_FROM];
	struct vif_share *s = vif_share_of(queue->vif->grants);
	u32 next = vif_share_fill(s, &slots, pos, max, ktime_get_ns(), got);

	check(queue, s);
	if (next != pos)
		WRITE_ONCE(end->worked, true);
	if (s->wait_ns)
		vif_queue_again(queue, VIF_FROM, s->wait_ns);
	else if (next == pos && max)
		answer(end);
	return next;
}

/* What was filled has been forwarded. */
void vif_shared_release(struct vif_queue *queue, u32 to)
{
	vif_share_release(vif_share_of(queue->vif->grants), to);
	answer(&queue->end[VIF_FROM]);
}

static void look(struct vif_queue *queue, struct vif_share *s)
{
	struct vif_end *end = &queue->end[VIF_TO];

	if (test_bit(0, &end->told)) {
		vif_end_acknowledge(end);
		vif_share_looked(s);
	}
	if (!s->notify_to)
		return;
	s->notify_to = false;
	s->wants_news = false;
	WRITE_ONCE(end->worked, true); /* its answer is to be */
	vif_end_tell(end);
}

/* While the device is down, slots wait. */
void vif_shared_send(struct vif_queue *queue, struct nm_ring *ring, u32 to)
{
	const struct vif_slots slots = vif_slots_of(ring);
	struct vif_share *s = vif_share_of(queue->vif->grants);

	if (!READ_ONCE(queue->vif->halted))
		vif_share_send(s, &slots, to, &ring->tx_stats);
	look(queue, s);
	check(queue, s);
}

u32 vif_shared_sent(struct vif_queue *queue, struct nm_ring *ring)
{
	struct vif_share *s = vif_share_of(queue->vif->grants);
	u32 oldest;

	vif_shared_send(queue, ring, ring->hwcur);
	oldest = vif_share_sent(s);
	check(queue, s);
	return oldest;
}

bool vif_shared_waits(const struct vif *vif)
{
	const struct nm_ring *from = vif_ring_from(vif->grants);

	return vif_share_waiting(vif_share_of(vif->grants), READ_ONCE(from->hwtail));
}
