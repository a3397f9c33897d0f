/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "forward.h"
#include "slot.h"

static inline void piece_whole(struct nm_piece *p)
{
	p->rx_flags = 1 << NS_PORT_SHIFT;
	p->frags = 1;
	p->spare = 0;
}

/*
 * Packets in consecutive slots from pos on, at most so many, up to the first that is odd in any
 * way. Returns how many.
 */
static uint32_t plain_packets(struct nm_ring *src, uint32_t pos, uint32_t limit)
{
	const struct netmap_slot *slot = &src->shared->slot[pos];
	struct nm_work *w = src->work;
	struct nm_piece *p = &w->pieces[w->npieces];
	struct nm_window window = src->window; /* a copy: no store can alias it */
	uint32_t room = src->bufs->objsize, n;

	for (n = 0; n < limit; n++, p++, slot++) {
		union nm_slot s = nm_slot_look(slot);

		if (unlikely(s.flags & NM_ODD_FLAGS || s.len > room))
			break;
		p->buf = nm_window_buf(&window, src->bufs, s.buf_idx);
		os_prefetch(p->buf);
		p->len = s.len;
		p->flags = s.flags;
		piece_whole(p);
	}
	src->window = window;
	w->npieces += n;
	return n;
}

/* The data are in the task's memory, and are made present there as far as that is possible. */
static void piece_indirect(struct nm_piece *p, const struct netmap_slot *slot,
			   const struct nm_pool *bufs)
{
	uint64_t ptr = OS_READ_ONCE(slot->ptr);

	p->buf = (void *)(unsigned long)ptr;
	if (ptr) {
		os_user_touch((const void __user *)p->buf, p->len);
		return;
	}
	p->buf = bufs->blocks[0];
	p->len = 0;
	p->flags &= ~NS_INDIRECT;
}

static void piece_shift(struct nm_piece *p, const struct netmap_slot *slot,
			const struct nm_ring *src)
{
	uint32_t offset = nm_slot_offset(src, slot);

	if (p->flags & NS_INDIRECT)
		return;
	if (p->len > src->bufs->objsize - offset)
		p->len = 0;
	p->buf = (char *)p->buf + offset;
	p->flags |= NM_PIECE_EXACT;
}

/* Reads any slot; returns its flags. An unusable length makes an empty fragment. */
static uint16_t piece_read(struct nm_ring *src, struct nm_piece *p, uint32_t pos)
{
	struct netmap_slot *slot = &src->shared->slot[pos];
	union nm_slot s = nm_slot_look(slot);

	p->len = s.len <= src->bufs->objsize ? s.len : 0;
	p->flags = s.flags;
	if (s.flags & NS_INDIRECT)
		piece_indirect(p, slot, src->bufs);
	else
		p->buf = nm_buf_or_sink(src->bufs, s.buf_idx);
	if (src->offset_mask)
		piece_shift(p, slot, src);
	if (s.flags & NS_BUF_CHANGED)
		OS_WRITE_ONCE(slot->flags, s.flags & ~NS_BUF_CHANGED);
	if (s.flags & (NM_ODD_FLAGS & ~NS_BUF_CHANGED))
		src->work->plain = false;
	return s.flags;
}

/*
 * Slots of a packet's first fragments have the count of all in their flags, and NS_MOREFRAG but
 * for the last.
 */
static void mark_fragments(struct nm_piece *first, unsigned frags)
{
	uint16_t count = frags << NS_PORT_SHIFT;
	unsigned i;

	for (i = 0; i < frags; i++)
		first[i].rx_flags = count | NS_MOREFRAG;
	first[frags - 1].rx_flags = count;
	first->frags = frags;
}

/*
 * A packet of several fragments, of which the first was read. Returns how many, or 0: too many,
 * dropped.
 */
static unsigned gather_rest(struct nm_ring *src, struct nm_piece *first, uint32_t *pos)
{
	struct nm_piece excess;
	unsigned frags = 1;
	uint16_t flags;

	do {
		struct nm_piece *p = frags < NETMAP_MAX_FRAGS ? &first[frags] : &excess;

		flags = piece_read(src, p, *pos);
		*pos = nm_next(*pos, src->slots);
		frags++;
	} while ((flags & NS_MOREFRAG) && *pos != src->head);
	if (frags <= NETMAP_MAX_FRAGS) {
		mark_fragments(first, frags);
		return frags;
	}
	src->tx_stats.misfit++;
	return 0;
}

/* Any packet. Returns the position after it. */
static uint32_t odd_packet(struct nm_ring *src, uint32_t pos)
{
	struct nm_work *w = src->work;
	struct nm_piece *p = &w->pieces[w->npieces];
	uint16_t flags = piece_read(src, p, pos);

	pos = nm_next(pos, src->slots);
	if ((flags & NS_MOREFRAG) && pos != src->head) {
		w->npieces += gather_rest(src, p, &pos);
		w->multi = true;
	} else {
		piece_whole(p);
		w->npieces++;
	}
	return pos;
}

static inline uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t nm_gather(struct nm_ring *src, uint32_t pos, unsigned limit)
{
	struct nm_work *w = src->work;
	bool shifted = src->offset_mask;

	w->first = pos;
	w->npieces = 0;
	w->multi = false;
	w->plain = !shifted;
	while (pos != src->head && w->npieces < limit) {
		uint32_t end = src->head > pos ? src->head : src->slots;
		uint32_t most = least(limit - w->npieces, end - pos);
		uint32_t n = shifted ? 0 : plain_packets(src, pos, most);

		pos += n;
		if (n < most)
			pos = odd_packet(src, pos);
		else if (pos == src->slots)
			pos = 0;
	}
	return pos;
}
