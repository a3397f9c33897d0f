/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Puts packets into slots that were leased for them. */
#include "copy.h"

#define AHEAD	      16 /* destination buffers that are fetched ahead of the copy */
#define SLOTS_AHEAD   32 /* and slots, whose lines the receiver has read */
#define SLOTS_OF_LINE 4
#define FEW	      8 /* where the two ways to deliver meet, in instructions */

int nm_piece_copy(void *dst, const struct nm_piece *p, uint32_t from, uint32_t bytes)
{
	char *src = (char *)p->buf + from;

	if (p->flags & NS_INDIRECT)
		return os_copy_if_present(dst, (void __user *)src, bytes);
	memcpy(dst, src, bytes);
	return 0;
}

static int copy_piece(void *dst, const struct nm_piece *p)
{
	if (unlikely(p->flags & (NS_INDIRECT | NM_PIECE_EXACT)))
		return nm_piece_copy(dst, p, 0, p->len);
	if (likely(p->len < NM_COPY_EXACT))
		nm_copy_units(dst, p->buf, p->len);
	else
		memcpy(dst, p->buf, p->len);
	return 0;
}

static inline void *slot_buffer(const struct nm_pool *bufs, const struct netmap_slot *slot)
{
	void *buf = nm_buf_or_sink(bufs, OS_READ_ONCE(slot->buf_idx));

	os_prefetch_write(buf);
	return buf;
}

void *nm_slot_place(const struct nm_ring *ring, struct netmap_slot *slot, uint32_t *room)
{
	uint64_t ptr = OS_READ_ONCE(slot->ptr);
	uint32_t offset = nm_slot_offset(ring, slot);

	if ((ptr & ring->offset_mask) != offset)
		OS_WRITE_ONCE(slot->ptr, (ptr & ~ring->offset_mask) | offset);
	*room = ring->bufs->objsize - offset;
	if (ring->min_gap && ring->min_gap < *room)
		*room = ring->min_gap;
	return (char *)nm_buf_or_sink(ring->bufs, OS_READ_ONCE(slot->buf_idx)) + offset;
}

/* The last fragment of a packet that could not be copied was counted as if it had been. */
static void count_bad(struct nm_delivery *d, const struct nm_piece *last)
{
	uint32_t frags = last->rx_flags >> NS_PORT_SHIFT, i;

	for (i = 0; i < frags; i++)
		d->done.bytes -= last[-(int)i].len;
	d->done.packets--;
	d->done.bad_slot++;
	d->packet_bad = false;
}

/* n pieces to n consecutive slots that do not wrap. */
static void fill_pieces(struct nm_delivery *d, const struct nm_piece *p, uint32_t n)
{
	const struct nm_pool bufs = *d->ring->bufs; /* a copy: no store can alias it */
	struct netmap_slot *slot = &d->ring->shared->slot[d->pos];
	uint32_t room = bufs.objsize, packets = 0, bytes = 0, i;
	void *ahead[AHEAD];

	for (i = 0; i < n && i < AHEAD; i++)
		ahead[i] = slot_buffer(&bufs, &slot[i]);
	for (i = 0; i < n; i++, p++) {
		void *dst = ahead[i % AHEAD];
		uint16_t len = p->len;

		if (i + AHEAD < n)
			ahead[i % AHEAD] = slot_buffer(&bufs, &slot[i + AHEAD]);
		os_prefetch_write(&slot[i + SLOTS_AHEAD]);
		bytes += len;
		packets += !(p->rx_flags & NS_MOREFRAG);
		if (unlikely(len > room || copy_piece(dst, p))) {
			len = 0;
			d->packet_bad = true;
		}
		nm_slot_write(&slot[i], len, p->rx_flags);
		if (unlikely(d->packet_bad) && !(p->rx_flags & NS_MOREFRAG))
			count_bad(d, p);
	}
	d->done.packets += packets;
	d->done.bytes += bytes;
}

/* So few plain packets to consecutive slots that preparing for them would not pay. */
static void fill_few(struct nm_delivery *d, const struct nm_piece *p, uint32_t n)
{
	const struct nm_pool *bufs = d->ring->bufs;
	struct netmap_slot *slot = &d->ring->shared->slot[d->pos];

	d->done.packets += n;
	for (; n; n--, p++, slot++) {
		void *dst = nm_buf_or_sink(bufs, OS_READ_ONCE(slot->buf_idx));

		d->done.bytes += nm_put_plain(d, slot, dst, p, bufs->objsize);
	}
}

/* Looks up the buffers of n slots, at most AHEAD, so that they are near when they are written. */
static inline void fetch(struct nm_window *window, const struct nm_pool *bufs,
			 const struct netmap_slot *slot, uint32_t n, void **dst)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		dst[i] = nm_window_buf(window, bufs, OS_READ_ONCE(slot[i].buf_idx));
		os_prefetch_write(dst[i]);
	}
}

static noinline void fetch_to_write(const struct netmap_slot *slot)
{
	uint32_t i;

	for (i = 0; i < AHEAD; i += SLOTS_OF_LINE)
		os_prefetch_write(&slot[i]);
}

/*
 * The slots behind are asked for. Those that hold what they are about to hold are not written, and
 * their lines stay in both caches, unless one of them asks for them alone.
 */
static inline void fetch_slots(const struct netmap_slot *slot, bool to_write)
{
	uint32_t i;

	if (unlikely(to_write)) {
		fetch_to_write(slot);
		return;
	}
	for (i = 0; i < AHEAD; i += SLOTS_OF_LINE)
		os_prefetch(&slot[i]);
}

static inline uint32_t at_most(uint32_t n, uint32_t most)
{
	return n < most ? n : most;
}

/* The same for many. */
static noinline void fill_many(struct nm_delivery *d, const struct nm_piece *p, uint32_t n)
{
	const struct nm_pool *bufs = d->ring->bufs;
	struct netmap_slot *slot = &d->ring->shared->slot[d->pos], *end;
	uint32_t room = bufs->objsize, bytes = 0, ready, next;
	/* Between small batches it is good that an owner who waits for slots looks less often. */
	bool to_write = n <= AHEAD;
	struct nm_window window = {0};
	void *dst[2][AHEAD], **to;
	unsigned turn = 0;

	d->done.packets += n;
	ready = at_most(n, AHEAD);
	fetch(&window, bufs, slot, ready, dst[turn]);
	to_write |= OS_READ_ONCE(slot->len) != p->len;
	fetch_slots(&slot[AHEAD], to_write);
	for (; ready; ready = next, turn ^= 1) {
		n -= ready;
		next = at_most(n, AHEAD);
		if (next) {
			struct netmap_slot *then = &slot[ready];

			fetch(&window, bufs, then, next, dst[turn ^ 1]);
			to_write |= OS_READ_ONCE(then->len) != p[ready].len;
			fetch_slots(&then[AHEAD], to_write);
		} else {
			os_prefetch_write(&d->ring->hwtail); /* the owner may have it again */
		}
		to = dst[turn];
		for (end = slot + ready; slot != end; slot++)
			bytes += nm_put_plain(d, slot, *to++, p++, room);
	}
	d->done.bytes += bytes;
}

/* Goes through the packets of several runs. */
struct walk {
	struct nm_order *order;
	const struct nm_piece *piece;
	uint32_t left; /* of the run */
};

static inline const struct nm_piece *walk_next(struct walk *walk)
{
	if (!walk->left) {
		const struct nm_work *w = walk->order->work;
		uint16_t run = walk->order->own;

		walk->piece = &w->pieces[run];
		walk->left = w->runs[run].slots;
		walk->order->own = w->runs[run].next;
	}
	walk->left--;
	return walk->piece++;
}

static void runs_few(struct nm_delivery *d, struct walk *walk, uint32_t n)
{
	const struct nm_pool *bufs = d->ring->bufs;
	struct netmap_slot *slots = d->ring->shared->slot;
	uint32_t room = bufs->objsize, pos = d->pos;

	for (; n; n--, pos = nm_next(pos, d->ring->slots)) {
		void *dst = nm_buf_or_sink(bufs, OS_READ_ONCE(slots[pos].buf_idx));

		d->done.bytes += nm_put_plain(d, &slots[pos], dst, walk_next(walk), room);
	}
}

static void runs_many(struct nm_delivery *d, struct walk *walk, uint32_t n)
{
	const struct nm_pool *bufs = d->ring->bufs;
	const struct nm_order *o = walk->order;
	uint16_t like = o->work->pieces[o->own].len;
	uint32_t room = bufs->objsize, bytes = 0, ready, i;
	struct nm_window window = {0};
	bool to_write = n <= AHEAD;
	void *dst[AHEAD];

	for (; n; n -= ready) {
		struct netmap_slot *slot = &d->ring->shared->slot[d->pos];

		ready = at_most(at_most(n, AHEAD), d->ring->slots - d->pos);
		fetch(&window, bufs, slot, ready, dst);
		to_write |= OS_READ_ONCE(slot->len) != like;
		fetch_slots(&slot[AHEAD], to_write);
		for (i = 0; i < ready; i++)
			bytes += nm_put_plain(d, slot++, dst[i], walk_next(walk), room);
		d->pos += ready;
		if (d->pos == d->ring->slots)
			d->pos = 0;
	}
	d->done.bytes += bytes;
}

void nm_fill_runs(struct nm_delivery *d, struct nm_order *o, uint32_t n)
{
	struct walk walk = {.order = o};

	d->done.packets += n;
	if (n < FEW)
		runs_few(d, &walk, n);
	else
		runs_many(d, &walk, n);
}

/* The same to slots that say where in their buffers they want the data. */
static void fill_shifted(struct nm_delivery *d, const struct nm_piece *p, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++, p++) {
		struct netmap_slot *slot = &d->ring->shared->slot[d->pos + i];
		uint16_t len = p->len;
		uint32_t room;
		void *dst = nm_slot_place(d->ring, slot, &room);

		d->done.bytes += len;
		d->done.packets += !(p->rx_flags & NS_MOREFRAG);
		if (len > room || nm_piece_copy(dst, p, 0, len)) {
			len = 0;
			d->packet_bad = true;
		}
		nm_slot_write(slot, len, p->rx_flags);
		if (d->packet_bad && !(p->rx_flags & NS_MOREFRAG))
			count_bad(d, p);
	}
}

void nm_fill(struct nm_delivery *d, const struct nm_work *w, const struct nm_piece *p, uint32_t n)
{
	if (unlikely(d->ring->offset_mask))
		fill_shifted(d, p, n);
	else if (unlikely(!w->plain))
		fill_pieces(d, p, n);
	else if (n < FEW)
		fill_few(d, p, n);
	else
		fill_many(d, p, n);
}
