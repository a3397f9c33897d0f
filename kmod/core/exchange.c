/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "exchange.h"
#include "slot.h"

bool nm_exchange_agreed(const struct nm_ring *src, const struct nm_ring *ring,
			const struct nm_order *o)
{
	return src->bufs == ring->bufs && o->flood == NM_NO_RUN && !ring->offset_mask &&
	       !nm_exchange_watched(ring) && OS_READ_ONCE(ring->shared->flags) & NR_EXCHANGE;
}

static inline void slot_put(struct netmap_slot *slot, union nm_slot s)
{
	*(volatile nm_slot_word *)slot = s.low;
}

/*
 * Each index is read once more here, and checked: tasks of one region may write any buffer of it
 * into their slots, and get no others.
 */
static void exchange_slots(struct nm_delivery *d, struct netmap_slot *from, struct netmap_slot *to,
			   const struct nm_piece *p)
{
	const struct nm_pool *bufs = d->ring->bufs;
	union nm_slot s = nm_slot_look(from), t = nm_slot_look(to);
	uint32_t given = s.buf_idx;

	d->done.packets++;
	d->done.bytes += p->len;
	if (unlikely(!nm_buf(bufs, given) || !nm_buf(bufs, t.buf_idx))) {
		nm_piece_copy(nm_buf_or_sink(bufs, t.buf_idx), p, 0, p->len);
		nm_slot_write(to, p->len, 1 << NS_PORT_SHIFT);
		return;
	}
	s.buf_idx = t.buf_idx;
	s.flags |= NS_BUF_CHANGED;
	slot_put(from, s);
	t.buf_idx = given;
	t.len = p->len;
	t.flags = 1 << NS_PORT_SHIFT | NS_BUF_CHANGED;
	slot_put(to, t);
}

void nm_exchange(struct nm_delivery *d, struct nm_ring *src, struct nm_order *o, uint32_t n)
{
	const struct nm_piece *p = NULL;
	uint32_t left = 0, from = 0;

	for (; n; n--, left--, p++) {
		if (!left) {
			left = nm_order_next(o, &p)->slots;
			from = o->work->first + (p - o->work->pieces);
			from -= from < src->slots ? 0 : src->slots;
		}
		exchange_slots(d, &src->shared->slot[from], &d->ring->shared->slot[d->pos], p);
		from = nm_next(from, src->slots);
		d->pos = nm_next(d->pos, d->ring->slots);
	}
}
