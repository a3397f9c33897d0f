/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "pipe_sync.h"
#include "port.h"
#include "slot.h"
#include "watch.h"

/* Who takes over a changed buffer learns that it changed; who gave it away need not know any more.
 */
static inline void slot_hand_over(struct netmap_slot *from, struct netmap_slot *to, union nm_slot d)
{
	nm_slot_update(to, d);
	if (unlikely(d.flags & NS_BUF_CHANGED))
		OS_WRITE_ONCE(from->flags, d.flags & ~NS_BUF_CHANGED);
}

/* Copies slots hwcur..head to the same places. Returns the end of the last whole packet. */
static uint32_t slots_send(struct nm_ring *tx, struct nm_ring *rx)
{
	struct netmap_slot *from = tx->shared->slot, *to = rx->shared->slot;
	uint32_t pos = tx->hwcur, whole = rx->hwtail;

	while (pos != tx->head) {
		uint32_t end = tx->head > pos ? tx->head : tx->slots;

		for (; pos < end; pos++) {
			union nm_slot d = nm_slot_read(&from[pos]);

			slot_hand_over(&from[pos], &to[pos], d);
			if (likely(!(d.flags & NS_MOREFRAG)))
				whole = pos + 1;
		}
		if (pos == tx->slots)
			pos = 0;
	}
	return whole == tx->slots ? 0 : whole;
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
	tx->hwtail = released ? released - 1 : tx->slots - 1;
}

/* A receiver says which buffers it changed; the other slots are in the transmit ring as they were.
 */
static void slots_return(struct nm_ring *rx, struct nm_ring *tx)
{
	struct netmap_slot *from = rx->shared->slot, *to = tx->shared->slot;
	uint32_t pos;

	for (pos = rx->hwcur; pos != rx->head; pos = nm_next(pos, rx->slots)) {
		union nm_slot d = nm_slot_read(&from[pos]);

		if (unlikely(d.flags & NS_BUF_CHANGED))
			slot_hand_over(&from[pos], &to[pos], d);
	}
}

void nm_pipe_release(struct nm_ring *rx, struct nm_ring *tx)
{
	if (rx->hwcur == rx->head)
		return;
	slots_return(rx, tx);
	os_store_release(&rx->hwcur, rx->head);
	nm_port_wake(tx->port, tx);
}

void nm_pipe_settle(struct nm_ring *tx, struct nm_ring *rx)
{
	uint32_t pos;

	for (pos = rx->hwcur; pos != tx->hwcur; pos = nm_next(pos, tx->slots))
		nm_slot_update(&tx->shared->slot[pos], nm_slot_read(&rx->shared->slot[pos]));
}
