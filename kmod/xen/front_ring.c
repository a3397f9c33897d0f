/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "front_ring.h"

#define BUFS_A_PAGE (VIF_SHARE_PAGE_BYTES / VIF_SHARE_BUF_BYTES)

static uint8_t *buffer(const struct vif_front_ring *r, uint32_t i)
{
	return (uint8_t *)r->page[i / BUFS_A_PAGE] + i % BUFS_A_PAGE * VIF_SHARE_BUF_BYTES;
}

static uint32_t tail_of(const struct vif_front_ring *r)
{
	uint32_t tail = os_load_acquire(&r->ring->tail);

	return tail < r->n ? tail : r->cur;
}

static void advance(struct vif_front_ring *r)
{
	OS_WRITE_ONCE(r->ring->cur, r->cur);
	os_store_release(&r->ring->head, r->cur);
}

void vif_front_begin(struct vif_front *f)
{
	uint32_t tx = OS_READ_ONCE(f->tx.ring->cur), rx = OS_READ_ONCE(f->rx.ring->cur);

	f->tx.cur = tx < f->tx.n ? tx : 0;
	f->rx.cur = rx < f->rx.n ? rx : 0;
	f->tx.may_kick = true;
	f->rx.may_kick = false;
	f->tx.kick = f->rx.kick = true; /* the first ones begin it */
}

/* One kick at a time: what comes while the other side is at work is one batch. */
static void publish_tx(struct vif_front_ring *r)
{
	if (!r->may_kick || OS_READ_ONCE(r->ring->head) == r->cur)
		return;
	advance(r);
	r->may_kick = false;
	r->kick = true;
}

static bool put(struct vif_front_ring *r, const struct vif_slots *slots, uint32_t pos,
		uint32_t bytes)
{
	if (r->cur == tail_of(r))
		return false;
	memcpy(buffer(r, r->cur), vif_slot_buf(slots, pos), bytes);
	OS_WRITE_ONCE(r->ring->slot[r->cur].len, bytes);
	r->cur = nm_next(r->cur, r->n);
	return true;
}

uint32_t vif_front_send(struct vif_front *f, const struct vif_slots *slots, uint32_t from,
			uint32_t to, struct nm_tx_stats *sent)
{
	bool inside = false;

	for (; from != to; from = vif_slot_after(slots, from, 1)) {
		uint16_t flags = OS_READ_ONCE(slots->slot[from].flags);
		uint32_t bytes = OS_READ_ONCE(slots->slot[from].len);
		bool whole = !inside && !(flags & NS_MOREFRAG);

		/* What takes several slots, here, would be several frames there. */
		if (!whole || bytes > VIF_SHARE_BUF_BYTES || bytes > slots->bufs->objsize) {
			f->tx_dropped++;
		} else if (put(&f->tx, slots, from, bytes)) {
			sent->packets++;
			sent->bytes += bytes;
			f->tx_packets++;
			f->tx_bytes += bytes;
		} else {
			break;
		}
		if (flags & (NS_REPORT | NS_BUF_CHANGED))
			OS_WRITE_ONCE(slots->slot[from].flags,
				      flags & ~(NS_REPORT | NS_BUF_CHANGED));
		inside = flags & NS_MOREFRAG;
	}
	publish_tx(&f->tx);
	return from;
}

void vif_front_answered(struct vif_front *f)
{
	f->tx.may_kick = true;
	publish_tx(&f->tx);
}

void vif_front_finish(struct vif_front *f)
{
	struct vif_front_ring *r = &f->tx;

	if (OS_READ_ONCE(r->ring->head) == r->cur)
		return;
	advance(r);
	r->kick = true;
}

void vif_front_told(struct vif_front *f)
{
	f->rx.may_kick = true;
}

static void give_back(struct vif_front_ring *r)
{
	advance(r);
	if (r->may_kick)
		r->kick = true;
	r->may_kick = false;
}

uint32_t vif_front_receive(struct vif_front *f, const struct vif_slots *slots, uint32_t pos,
			   uint32_t max, struct nm_rx_stats *got)
{
	struct vif_front_ring *r = &f->rx;
	uint32_t tail = tail_of(r), first = r->cur;

	for (; r->cur != tail && max; r->cur = nm_next(r->cur, r->n)) {
		uint32_t bytes = OS_READ_ONCE(r->ring->slot[r->cur].len);

		if (!bytes || bytes > VIF_SHARE_BUF_BYTES || bytes > slots->bufs->objsize)
			continue;
		memcpy(vif_slot_buf(slots, pos), buffer(r, r->cur), bytes);
		OS_WRITE_ONCE(slots->slot[pos].len, bytes);
		OS_WRITE_ONCE(slots->slot[pos].flags, 0);
		got->packets++;
		got->bytes += bytes;
		f->rx_packets++;
		f->rx_bytes += bytes;
		pos = vif_slot_after(slots, pos, 1);
		max--;
	}
	if (r->cur != first || r->cur == tail)
		give_back(r);
	return pos;
}

void vif_front_flush(struct vif_front *f)
{
	f->rx.cur = tail_of(&f->rx);
	give_back(&f->rx);
}
