/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "handful.h"
#include "copy.h"
#include "oneway.h"
#include "slot.h"

/* Reads a slot that holds a plain packet with addresses. False: it is another kind of packet. */
static inline bool piece_read(struct nm_ring *src, uint32_t pos, struct nm_piece *p)
{
	union nm_slot s = nm_slot_look(&src->shared->slot[pos]);

	if (unlikely(s.flags & NM_ODD_FLAGS || s.len > src->bufs->objsize ||
		     s.len < NM_ETHER_BYTES))
		return false;
	p->buf = nm_window_buf(&src->window, src->bufs, s.buf_idx);
	p->len = s.len;
	return true;
}

/* How many of n packets have the addresses of the first, which was read. */
static noinline uint32_t alike(struct nm_ring *src, uint32_t pos, uint32_t n, struct nm_piece *p,
			       const struct nm_keys *first)
{
	uint32_t i;

	for (i = 1; i < n; i++) {
		struct nm_keys keys;

		if (!piece_read(src, pos + i, &p[i]))
			break;
		keys = nm_keys_at(p[i].buf);
		if (keys.dst != first->dst || keys.src != first->src)
			break;
	}
	return i;
}

static inline void fill(struct nm_delivery *d, const struct nm_piece *p, uint32_t n)
{
	const struct nm_pool *bufs = d->ring->bufs;
	struct netmap_slot *slots = d->ring->shared->slot;
	uint32_t room = bufs->objsize;

	d->done.packets = n;
	for (; n; n--, p++, d->pos = nm_next(d->pos, d->ring->slots)) {
		struct netmap_slot *slot = &slots[d->pos];
		void *dst = nm_buf_or_sink(bufs, OS_READ_ONCE(slot->buf_idx));

		d->done.bytes += nm_put_plain(d, slot, dst, p, room);
	}
}

static inline void count(struct nm_tx_stats *stats, const struct nm_piece *p, uint32_t n)
{
	uint32_t i;

	stats->packets += n;
	stats->copies += n;
	for (i = 0; i < n; i++)
		stats->bytes += p[i].len;
}

/* A packet that is one line is copied while the lock is held: a second lock costs more. */
static inline bool deliver_one(struct nm_ring *ring, const struct nm_piece *p)
{
	struct netmap_slot *slot;
	void *dst;

	if (p->len > NM_COPY_UNIT)
		return false;
	os_spin_lock(&ring->lock);
	slot = nm_lease_one(ring);
	if (likely(slot)) {
		dst = nm_buf_or_sink(ring->bufs, OS_READ_ONCE(slot->buf_idx));
		nm_copy_units(dst, p->buf, NM_COPY_UNIT);
		nm_slot_write(slot, p->len, 1 << NS_PORT_SHIFT);
		nm_lease_end_one(ring, p->len);
	}
	os_spin_unlock(&ring->lock);
	return slot;
}

/* Returns how many there was room for. */
static noinline uint32_t deliver(struct nm_ring *ring, const struct nm_piece *p, uint32_t n,
				 bool *visible)
{
	struct nm_delivery d = {.ring = ring};
	struct nm_lease lease;

	if (unlikely(!nm_lease_take(ring, &lease, n, nm_lease_any, NULL)))
		return 0;
	d.pos = lease.first;
	fill(&d, p, lease.slots);
	*visible = nm_lease_finish(ring, &lease, &d.done);
	return lease.slots;
}

uint32_t nm_handful(const struct nm_vale *vale, const struct nm_members *members,
		    struct nm_ring *src, uint32_t pos, uint32_t n)
{
	struct nm_piece p[NM_HANDFUL];
	struct nm_ring *ring;
	struct nm_keys keys;
	bool visible = true;

	if (unlikely(vale->ops != &nm_learn_ops || OS_READ_ONCE(src->port->hdr_bytes) ||
		     src->offset_mask || OS_READ_ONCE(src->shared->flags) & NR_EXCHANGE))
		return 0;
	if (unlikely(!piece_read(src, pos, p)))
		return 0;
	keys = nm_keys_at(p->buf);
	ring = nm_one_way_ring(vale, members, src, &keys);
	if (unlikely(!ring))
		return 0;
	if (n > 1)
		n = alike(src, pos, n, p, &keys);
	if (n > 1 || !deliver_one(ring, p))
		n = deliver(ring, p, n, &visible);
	count(&src->tx_stats, p, n);
	if (n && visible) {
		os_mb(); /* pairs with the one of os_poll_wait() */
		nm_tell(ring);
	}
	return n;
}
