/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "pipe_sync.h"
#include "port.h"
#include "slot.h"
#include "watch.h"

#define AHEAD 16 /* slots, four lines */

static const union nm_slot changed_bit = {.flags = NS_BUF_CHANGED};
static const union nm_slot more_bit = {.flags = NS_MOREFRAG};

/*
 * Who takes over a changed buffer learns that it changed; who gave it away need not know any more.
 * Where one changed the next will have, too: its slot is fetched ahead, from another processor's
 * cache. Where none does, nothing is touched that is as it was.
 */
static inline void slot_hand_over(struct netmap_slot *from, struct netmap_slot *to, union nm_slot d)
{
	nm_slot_update(to, d);
	if (d.low & changed_bit.low) {
		os_prefetch_write(to + AHEAD);
		OS_WRITE_ONCE(from->flags, d.flags & ~NS_BUF_CHANGED);
	}
}

/* Copies a run of slots to the same places. Returns the end of the last whole packet, or `whole`.
 */
static uint32_t run_send(struct netmap_slot *from, struct netmap_slot *to, uint32_t pos,
			 uint32_t end, uint32_t whole)
{
	for (; pos < end; pos++) {
		union nm_slot d = nm_slot_read(&from[pos]);

		slot_hand_over(&from[pos], &to[pos], d);
		if (likely(!(d.low & more_bit.low)))
			whole = pos + 1;
	}
	return whole;
}

/* Copies slots hwcur..head to the same places. Returns the end of the last whole packet. */
static uint32_t slots_send(struct nm_ring *tx, struct nm_ring *rx)
{
	struct netmap_slot *from = tx->shared->slot, *to = rx->shared->slot;
	uint32_t pos = tx->hwcur, whole = rx->hwtail;

	if (tx->head < pos) {
		whole = run_send(from, to, pos, tx->slots, whole);
		pos = 0;
	}
	whole = run_send(from, to, pos, tx->head, whole);
	return whole == tx->slots ? 0 : whole;
}

/*
 * Takes over what a receiver that swaps buffers has left in its own slots. No further ahead than to
 * the end: what follows is still the receiver's.
 */
static void run_fetch(struct netmap_slot *from, struct netmap_slot *to, uint32_t pos, uint32_t end)
{
	for (; pos < end; pos++) {
		union nm_slot d = nm_slot_read(&from[pos]);

		if (pos + AHEAD < end)
			os_prefetch_write(&from[pos + AHEAD]); /* to be sent again */
		if (d.low & changed_bit.low)
			nm_slot_update(&to[pos], d);
	}
}

static void slots_fetch(struct nm_ring *tx, const struct nm_ring *rx, uint32_t released)
{
	struct netmap_slot *from = rx->shared->slot, *to = tx->shared->slot;
	uint32_t pos = nm_next(tx->hwtail, tx->slots);

	if (released < pos) {
		run_fetch(from, to, pos, tx->slots);
		pos = 0;
	}
	run_fetch(from, to, pos, released);
}

void nm_pipe_send(struct nm_ring *tx, struct nm_ring *rx)
{
	uint32_t released, whole;

	if (tx->hwcur != tx->head) {
		whole = slots_send(tx, rx);
		tx->hwcur = tx->head;
		if (whole != rx->hwtail) {
			if (unlikely(OS_READ_ONCE(rx->taps)))
				nm_watch_arrival(rx, rx->hwtail,
						 nm_distance(rx->hwtail, whole, rx->slots));
			/* Pairs with the acquire in the receiver's sync: the slots come first. */
			os_store_release(&rx->hwtail, whole);
			nm_port_wake(rx->port, rx);
		}
	}
	/* Pairs with the release in nm_pipe_release(): the receiver is done with the slots before
	 * it. */
	released = os_load_acquire(&rx->hwcur);
	if (OS_READ_ONCE(rx->swaps))
		slots_fetch(tx, rx, released);
	tx->hwtail = released ? released - 1 : tx->slots - 1;
}

/*
 * A receiver says which buffers it changed, or passes on what it was told of them; the other slots
 * are in the transmit ring as they were. Returns whether a buffer is another one than was sent.
 */
static bool run_return(struct netmap_slot *from, struct netmap_slot *to, uint32_t pos, uint32_t end)
{
	bool swapped = false;

	for (; pos < end; pos++) {
		union nm_slot d = nm_slot_read(&from[pos]);

		if (d.low & changed_bit.low) {
			swapped |= OS_READ_ONCE(to[pos].buf_idx) != d.buf_idx;
			slot_hand_over(&from[pos], &to[pos], d);
		}
	}
	return swapped;
}

static bool slots_return(struct nm_ring *rx, struct nm_ring *tx)
{
	struct netmap_slot *from = rx->shared->slot, *to = tx->shared->slot;
	bool swapped = false;
	uint32_t pos = rx->hwcur;

	if (rx->head < pos) {
		swapped = run_return(from, to, pos, rx->slots);
		pos = 0;
	}
	return run_return(from, to, pos, rx->head) || swapped;
}

/*
 * A receiver that swaps buffers writes its slots anyway. If it wrote the sender's as well, two
 * lines instead of one would go there and back; so once it has done so, the sender fetches.
 */
void nm_pipe_release(struct nm_ring *rx, struct nm_ring *tx)
{
	if (rx->hwcur == rx->head)
		return;
	if (!rx->swaps && slots_return(rx, tx))
		OS_WRITE_ONCE(rx->swaps, true);
	os_store_release(&rx->hwcur, rx->head);
	nm_port_wake(tx->port, tx);
}

void nm_pipe_settle(struct nm_ring *tx, struct nm_ring *rx)
{
	uint32_t pos;

	for (pos = nm_next(tx->hwtail, tx->slots); pos != tx->hwcur; pos = nm_next(pos, tx->slots))
		nm_slot_update(&tx->shared->slot[pos], nm_slot_read(&rx->shared->slot[pos]));
}
