/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "ring.h"
#include "tx.h"

#define COPY_UNIT 64

void copy_units(void *dst, const void *src, uint32_t bytes)
{
	uint8_t *d = dst;
	const uint8_t *s = src;
	uint32_t done;

	for (done = 0; done < bytes; done += COPY_UNIT)
		memcpy(d + done, s + done, COPY_UNIT);
}

static uint32_t least_buffer(const struct io *io)
{
	uint32_t least = UINT16_MAX;
	unsigned i;

	for (i = 0; i < io->n_tx; i++)
		if (io->tx[i]->nr_buf_size < least)
			least = io->tx[i]->nr_buf_size;
	return least;
}

void filler_init(struct filler *f, struct worker *w)
{
	const struct config *c = w->cfg;
	bool whole;

	memset(f, 0, sizeof(*f));
	f->w = w;
	f->frame = &w->frame;
	f->sizes = c->sizes_arg ? &c->sizes : NULL;
	rng_seed(&f->rng, clock_ns() + w->index);
	f->frags = (uint32_t)c->frags;
	f->frag_limit = least_buffer(&w->io);
	if (c->frag_bytes && c->frag_bytes < f->frag_limit)
		f->frag_limit = (uint32_t)c->frag_bytes;
	f->one_slot = f->frags == 1 && f->frame->max_bytes <= f->frag_limit;
	f->steps = frame_steps(&f->frame->spec);
	f->by_memcpy = c->options & OPT_MEMCPY;
	f->never = c->options & OPT_RUBBISH;
	f->indirect = c->options & OPT_INDIRECT ? NS_INDIRECT : 0;
	f->exchange = c->exchange_buffers;
	/* A slot is another fragment in every round, so what it held is of no use. */
	f->always = c->options & (OPT_COPY | OPT_MEMCPY) || !f->one_slot;
	f->headers = f->steps || (f->sizes && !sizes_fixed(f->sizes)) ||
		     (c->frame_min_bytes && c->options & OPT_UPDATE_SIZES);
	whole = f->one_slot && !f->indirect && !(f->always && !f->never);
	f->fresh_bytes = f->frame->max_bytes;
	if (c->zero_copy && f->fresh_bytes > COPY_UNIT)
		f->fresh_bytes = COPY_UNIT;
	f->same = whole && !f->headers;
	f->macs = whole && !f->never && f->headers && f->steps && !frame_flows(&f->frame->spec) &&
		  !f->sizes && !c->frame_min_bytes;
}

static void write_slot(const struct filler *f, struct netmap_ring *ring, struct netmap_slot *slot,
		       uint32_t offset, uint32_t bytes)
{
	const uint8_t *from = f->frame->buf + offset;
	uint8_t *to = ring_buf(ring, slot);

	if (f->by_memcpy || (bytes + COPY_UNIT - 1) / COPY_UNIT * COPY_UNIT > ring->nr_buf_size ||
	    offset + bytes > f->frame->max_bytes)
		memcpy(to, from, bytes);
	else
		copy_units(to, from, bytes);
}

/* Each slot gets length and flags; contents only where a slot does not hold them yet. */
static uint32_t fill_same(const struct filler *f, struct netmap_ring *ring, uint32_t packets)
{
	const uint16_t len = (uint16_t)f->frame->bytes;
	uint32_t at = ring->head, left = packets;

	while (left) {
		uint32_t run = ring->num_slots - at < left ? ring->num_slots - at : left;
		struct netmap_slot *slot = &ring->slot[at], *end = slot + run;

		for (; slot < end; slot++) {
			if (unlikely(slot->flags & NS_BUF_CHANGED) && !f->never)
				write_slot(f, ring, slot, 0, f->fresh_bytes);
			slot->len = len;
			slot->flags = 0;
		}
		left -= run;
		at = ring_advance(ring, at, run);
	}
	return at;
}

static inline void put_wheel(const struct mac_wheel *w, uint8_t *mac)
{
	if (mac_wheel_turns(w))
		frame_put_mac(mac, mac_wheel_mac(w));
}

static bool turns_fit(const struct mac_wheel *w, uint32_t slots)
{
	return !mac_wheel_turns(w) || !(slots % w->count);
}

/* In all laps of this ring a slot gets the same addresses, as long as every packet goes into it. */
static bool laps_alike(const struct filler *f, const struct netmap_ring *ring)
{
	return f->w->io.n_tx == 1 && turns_fit(&f->frame->dst_mac, ring->num_slots) &&
	       turns_fit(&f->frame->src_mac, ring->num_slots);
}

/* The same with MAC addresses for each packet, straight into its slot unless it has them. */
static uint32_t fill_macs(struct filler *f, struct netmap_ring *ring, uint32_t packets)
{
	const bool laid = f->laid >= ring->num_slots && f->laid_to == ring->head;
	const uint16_t len = (uint16_t)f->frame->bytes;
	struct frame *frame = f->frame;
	struct mac_wheel dst = frame->dst_mac, src = frame->src_mac;
	uint32_t at = ring->head, left;

	for (left = packets; left; left--, at = ring_next(ring, at)) {
		struct netmap_slot *slot = &ring->slot[at];

		if (!laid || slot->flags & NS_BUF_CHANGED) {
			uint8_t *eth = ring_buf(ring, slot) + frame->vnet_bytes;

			if (unlikely(slot->flags & NS_BUF_CHANGED))
				write_slot(f, ring, slot, 0, f->fresh_bytes);
			put_wheel(&dst, eth);
			put_wheel(&src, eth + MAC_BYTES);
		}
		mac_wheel_turn(&dst);
		mac_wheel_turn(&src);
		slot->len = len;
		slot->flags = 0;
	}
	frame->dst_mac = dst;
	frame->src_mac = src;
	if (!laid)
		f->laid = laps_alike(f, ring) && f->laid_to == ring->head ? f->laid + packets : 0;
	f->laid_to = at;
	return at;
}

/* How many slots a packet of this length takes, and the length of all but the last. */
static uint32_t split(const struct filler *f, uint32_t bytes, uint32_t *part)
{
	uint32_t frags = f->frags;

	*part = bytes;
	if (f->one_slot)
		return 1;
	if (frags > bytes)
		frags = bytes;
	*part = bytes / frags;
	if (bytes - *part * (frags - 1) > f->frag_limit) {
		*part = f->frag_limit;
		frags = (bytes + *part - 1) / *part;
	}
	return frags;
}

static void fill_one_slot(const struct filler *f, struct netmap_ring *ring,
			  struct netmap_slot *slot, uint32_t offset, uint32_t bytes)
{
	bool fresh = slot->flags & NS_BUF_CHANGED;

	if (f->indirect)
		slot->ptr = (uintptr_t)(f->frame->buf + offset);
	else if (f->always && !f->never)
		write_slot(f, ring, slot, offset, bytes);
	else if (fresh && !f->never)
		write_slot(f, ring, slot, 0, f->frame->max_bytes);
	else if (f->headers && !f->never)
		memcpy(ring_buf(ring, slot), f->frame->buf,
		       f->frame->header_bytes < f->frag_limit ? f->frame->header_bytes
							      : f->frag_limit);
	slot->len = (uint16_t)bytes;
	slot->flags = f->indirect;
}

/* One packet, in as many slots as it needs. Returns how many; 0: no room. */
static uint32_t fill_packet(const struct filler *f, struct netmap_ring *ring, uint32_t *at,
			    uint32_t room)
{
	uint32_t bytes = f->frame->bytes, part, offset = 0, i;
	uint32_t frags = split(f, bytes, &part);

	if (frags > room)
		return 0;
	for (i = 0; i < frags; i++) {
		struct netmap_slot *slot = &ring->slot[*at];
		bool last = i + 1 == frags;

		fill_one_slot(f, ring, slot, offset, last ? bytes - offset : part);
		if (!last)
			slot->flags |= NS_MOREFRAG;
		offset += part;
		*at = ring_next(ring, *at);
	}
	return frags;
}

static uint32_t fill_each(struct filler *f, struct netmap_ring *ring, uint32_t packets,
			  uint32_t *at_end, uint64_t *bytes)
{
	uint32_t at = ring->head, room = ring_space(ring), done, took;
	uint32_t position;

	for (done = 0; done < packets; done++) {
		position = f->size_position;
		if (f->sizes && !sizes_fixed(f->sizes))
			frame_set_bytes(f->frame, sizes_next(f->sizes, &position, &f->rng));
		took = fill_packet(f, ring, &at, room);
		if (!took)
			break;
		f->size_position = position;
		room -= took;
		*bytes += f->frame->bytes;
		if (f->steps)
			frame_step(f->frame);
	}
	*at_end = at;
	return done;
}

/*
 * Each slot gets the buffer of the next one, so that all of them change: as where a program sends
 * on what it received. The last one needs a neighbour that is ours.
 */
static void exchange_buffers(struct netmap_ring *ring, uint32_t slots)
{
	uint32_t at = ring->head, space = ring_space(ring), next, index;

	for (slots = slots < space ? slots : space - 1; slots; slots--, at = next) {
		next = ring_next(ring, at);
		index = ring->slot[at].buf_idx;
		ring->slot[at].buf_idx = ring->slot[next].buf_idx;
		ring->slot[next].buf_idx = index;
		ring->slot[at].flags |= NS_BUF_CHANGED;
		ring->slot[next].flags |= NS_BUF_CHANGED;
	}
}

static void mark_changed(struct netmap_ring *ring, uint32_t from, uint32_t slots)
{
	for (; slots; slots--, from = ring_next(ring, from))
		ring->slot[from].flags |= NS_BUF_CHANGED;
}

uint32_t filler_fill(struct filler *f, struct netmap_ring *ring, uint32_t packets, uint32_t *slots,
		     uint64_t *bytes)
{
	uint32_t head = ring->head, at = head, done = packets, space;

	*slots = 0;
	*bytes = 0;
	if (f->exchange && ring_space(ring))
		exchange_buffers(ring, packets * f->frags);
	if (f->same || f->macs) {
		space = ring_space(ring);
		done = packets < space ? packets : space;
		at = f->same ? fill_same(f, ring, done) : fill_macs(f, ring, done);
		*bytes = (uint64_t)done * f->frame->bytes;
	} else {
		done = fill_each(f, ring, packets, &at, bytes);
	}
	if (done) {
		ring->slot[at ? at - 1 : ring->num_slots - 1].flags |= NS_REPORT;
		*slots = ring_distance(ring, head, at);
		if (f->exchange)
			mark_changed(ring, head, *slots);
	}
	ring->head = at;
	ring->cur = done < packets ? ring->tail : at;
	return done;
}

void filler_new_burst(struct filler *f)
{
	const struct config *c = f->w->cfg;
	uint32_t bytes;

	if (!c->frame_min_bytes)
		return;
	bytes = (uint32_t)c->frame_min_bytes +
		rng_below(&f->rng, (uint32_t)(c->frame_bytes - c->frame_min_bytes));
	if (c->options & OPT_UPDATE_SIZES)
		frame_set_bytes(f->frame, bytes);
	else
		f->frame->bytes = f->frame->vnet_bytes + bytes;
}
