/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the core asks of a native device about one ring; while the hardware is down nothing moves.
 */
#include "native.h"
#include "netdev.h"

static struct nm_native_ring *native_ring(struct os_dev *dev, const struct nm_ring *ring)
{
	return &dev->native->rings[ring->dir][ring->id];
}

static bool goes_on(const struct nm_ring *ring, u32 slot)
{
	return READ_ONCE(ring->shared->slot[slot].flags) & NS_MOREFRAG;
}

/* A frame whose end is not there yet waits for it, unless it is as long as any may be. */
static u32 whole_frames(const struct nm_ring *ring)
{
	u32 n = ring->slots, to = ring->head;

	while (to != ring->hwcur && goes_on(ring, (to + n - 1) % n))
		to = (to + n - 1) % n;
	return nm_distance(to, ring->head, n) < NETMAP_MAX_FRAGS ? to : ring->head;
}

/* Asking the hardware is slow, so a task that has room and sends on is not told at once. */
static bool worth_asking(const struct nm_native_ring *r, bool sent)
{
	const struct nm_ring *ring = r->ring;
	u32 room = nm_distance(ring->hwcur, ring->hwtail, ring->slots);

	return !sent || room < ring->slots / 2 || ring->sync_flags & NM_SYNC_FORCE_RECLAIM ||
	       nm_native_holds_back(r);
}

void os_dev_native_send(struct os_dev *dev, struct nm_ring *ring)
{
	struct nm_native_ring *r = native_ring(dev, ring);
	const struct nm_native_ops *ops = r->native->ops;
	u32 to = whole_frames(ring), done;
	bool sent = ring->hwcur != to;

	spin_lock(&r->lock);
	if (r->live) {
		if (sent)
			ops->tx_post(r, ring->hwcur, to);
		ring->hwcur = to;
		if (worth_asking(r, sent)) {
			done = ops->tx_done(r);
			if (done < ring->slots)
				os_store_release(&ring->hwtail, (done ? done : ring->slots) - 1);
		}
	}
	spin_unlock(&r->lock);
}

void netdev_native_send_rest(struct work_struct *work)
{
	struct nm_native_ring *r = container_of(work, struct nm_native_ring, rest);

	spin_lock(&r->lock);
	if (r->live && nm_native_holds_back(r))
		r->native->ops->tx_done(r);
	spin_unlock(&r->lock);
}

void os_dev_native_release(struct os_dev *dev, struct nm_ring *ring)
{
	struct nm_native_ring *r = native_ring(dev, ring);
	u32 n = ring->slots;

	spin_lock(&r->lock);
	/* One slot stays out, so that a full ring differs from an empty one. */
	if (r->live)
		r->native->ops->rx_post(r, (ring->hwcur + n - 1) % n, (ring->head + n - 1) % n);
	ring->hwcur = ring->head;
	spin_unlock(&r->lock);
}

uint32_t os_dev_native_fill(struct os_dev *dev, struct nm_ring *ring, struct nm_rx_stats *got)
{
	struct nm_native_ring *r = native_ring(dev, ring);
	u32 n = ring->slots, pos = ring->hwtail;

	spin_lock(&r->lock);
	if (r->live) {
		r->got = got;
		pos = r->native->ops->rx_fill(r, pos, n - 1 - nm_distance(ring->hwcur, pos, n));
		r->got = NULL;
	}
	spin_unlock(&r->lock);
	return pos;
}
