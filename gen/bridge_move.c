/* SPDX-License-Identifier: BSD-2-Clause */
#include "bridge_move.h"

#include <string.h>

#include "ring.h"

#define AHEAD	     16 /* slots, four lines: those of a receive ring were another processor's */
#define FIRST_BUFFER 2	/* netmap keeps those before for itself */

/* The first word of a slot; fields of slots go over in one step each. */
union slot_word {
	struct {
		uint32_t buf_idx;
		uint16_t len;
		uint16_t flags;
	};
	uint64_t all;
};
typedef uint64_t __attribute__((may_alias)) slot_bits;

static const union slot_word index_bits = {.buf_idx = UINT32_MAX};
static const union slot_word len_bits = {.len = UINT16_MAX};
static const union slot_word more_bit = {.flags = NS_MOREFRAG};
static const union slot_word changed_bit = {.flags = NS_BUF_CHANGED};

static uint32_t longest(const struct netmap_ring *rx, const struct netmap_ring *tx)
{
	return tx->nr_buf_size < rx->nr_buf_size ? tx->nr_buf_size : rx->nr_buf_size;
}

static uint16_t valid_length(struct bridge_move *m, uint16_t len, uint32_t most)
{
	if (likely(len <= most))
		return len;
	if (m->bad++ == 0)
		app_log(m->app, "length %u is beyond a buffer of %u bytes, sending 0", len, most);
	return 0;
}

static void check_index(struct bridge_move *m, uint32_t index, const char *side)
{
	if (unlikely(index < FIRST_BUFFER) && m->bad++ == 0)
		app_log(m->app, "wrong buffer index %u in a slot to %s", index, side);
}

static void check_slots(struct bridge_move *m, const struct netmap_slot *from,
			const struct netmap_slot *to)
{
	check_index(m, from->buf_idx, "receive");
	check_index(m, to->buf_idx, "send");
}

/* A run of slots, both without a break; returns the packets. A plain loop, for this is the path
 * that decides what a hop costs. */
static uint32_t swap_run(struct bridge_move *m, struct netmap_slot *from, struct netmap_slot *to,
			 uint32_t n, uint32_t most)
{
	const uint64_t taken = index_bits.all | len_bits.all | more_bit.all;
	uint32_t fragments = 0;
	struct netmap_slot *end;

	for (end = from + n; from < end; from++, to++) {
		union slot_word f = {.all = *(slot_bits *)from}, t = {.all = *(slot_bits *)to};

		__builtin_prefetch(from + AHEAD, 1);
		if (unlikely(f.len > most || f.buf_idx < FIRST_BUFFER ||
			     t.buf_idx < FIRST_BUFFER)) {
			check_slots(m, from, to);
			f.len = valid_length(m, f.len, most);
		}
		*(slot_bits *)to = (f.all & taken) | (t.all & ~taken) | changed_bit.all;
		*(slot_bits *)from =
			(f.all & ~index_bits.all) | (t.all & index_bits.all) | changed_bit.all;
		fragments += (f.all & more_bit.all) != 0;
	}
	return n - fragments;
}

/* Any slot in any way: with offsets, copying, or talking about it. */
static void move_slot(struct bridge_move *m, struct netmap_ring *rx, struct netmap_slot *from,
		      struct netmap_ring *tx, struct netmap_slot *to)
{
	uint16_t flags = from->flags;
	uint32_t index;

	check_slots(m, from, to);
	to->len = valid_length(m, from->len, longest(rx, tx));
	if (m->zero_copy) {
		index = to->buf_idx;
		to->buf_idx = from->buf_idx;
		from->buf_idx = index;
		NETMAP_WOFFSET(tx, to, NETMAP_ROFFSET(rx, from));
		from->flags |= NS_BUF_CHANGED;
		to->flags |= NS_BUF_CHANGED;
	} else {
		memcpy(ring_buf(tx, to), ring_buf(rx, from), to->len);
	}
	to->flags = (to->flags & ~NS_MOREFRAG) | (flags & NS_MOREFRAG);
	if (m->verbose)
		app_log(m->app, "%u bytes, flags 0x%04x", to->len, flags);
}

static uint32_t move_run(struct bridge_move *m, struct netmap_ring *rx, struct netmap_slot *from,
			 struct netmap_ring *tx, struct netmap_slot *to, uint32_t n)
{
	uint32_t packets = 0;

	if (m->zero_copy && !m->verbose && !rx->offset_mask && !tx->offset_mask)
		return swap_run(m, from, to, n, longest(rx, tx));
	for (; n; n--, from++, to++) {
		packets += !(from->flags & NS_MOREFRAG);
		move_slot(m, rx, from, tx, to);
	}
	return packets;
}

static bool ends_packet(const struct netmap_ring *ring, uint32_t nth)
{
	return !(ring->slot[ring_advance(ring, ring->head, nth - 1)].flags & NS_MOREFRAG);
}

/* How many slots to move. 0: there is no room yet for the next packet. */
static uint32_t choose_slots(const struct bridge_move *m, const struct netmap_ring *rx,
			     const struct netmap_ring *tx)
{
	uint32_t space = ring_space(rx), room = ring_space(tx);
	uint32_t most = space < room ? space : room;
	uint32_t burst = most < m->burst ? most : m->burst, n;

	for (n = burst; n; n--)
		if (ends_packet(rx, n))
			return n;
	for (n = burst + 1; n <= most; n++)
		if (ends_packet(rx, n))
			return n;
	return room < space && room + 1 < tx->num_slots ? 0 : most;
}

static uint32_t to_ring_end(const struct netmap_ring *ring, uint32_t at, uint32_t n)
{
	return ring->num_slots - at < n ? ring->num_slots - at : n;
}

uint64_t bridge_move(struct bridge_move *m, struct netmap_ring *rx, struct netmap_ring *tx)
{
	uint32_t n = choose_slots(m, rx, tx), from = rx->head, to = tx->head, run;
	uint64_t packets = 0;

	if (!n) {
		tx->cur = tx->tail;
		return 0;
	}
	for (; n; n -= run) {
		run = to_ring_end(tx, to, to_ring_end(rx, from, n));
		packets += move_run(m, rx, &rx->slot[from], tx, &tx->slot[to], run);
		from = ring_advance(rx, from, run);
		to = ring_advance(tx, to, run);
	}
	rx->head = rx->cur = from;
	tx->head = tx->cur = to;
	return packets;
}
