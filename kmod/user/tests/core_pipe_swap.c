/* SPDX-License-Identifier: BSD-2-Clause */
/* Buffers that the receiver of a pipe keeps, and those that it gives instead. */
#include "pipes.h"

/* Spec, conformance item 16. */
static void a_receiver_keeps_a_buffer_and_gives_another(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 1};
	struct netmap_slot *tx, *rx;
	struct port m, s;
	uint32_t spare, mine;

	port_open_sized(&m, "pipe{1", 1, SLOTS);
	CU_ASSERT_EQUAL_FATAL(port_try(&s, "pipe}1", &want), 0);
	CU_ASSERT_EQUAL(s.reg.nr_extra_bufs, 1);
	spare = s.nifp->ni_bufs_head;
	CU_ASSERT(spare > 1);
	send_many(&m, 1, 42);
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	tx = &tx_ring(&m, 0)->slot[0];
	rx = &rx_ring(&s, 0)->slot[0];
	mine = rx->buf_idx;
	rx->buf_idx = spare;
	rx->flags |= NS_BUF_CHANGED;
	s.nifp->ni_bufs_head = mine; /* whose first word, the list's link, is overwritten below */
	rx_ring(&s, 0)->head = rx_ring(&s, 0)->cur = 1;
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	CU_ASSERT_EQUAL(tx->buf_idx, spare);
	CU_ASSERT(tx->flags & NS_BUF_CHANGED);
	CU_ASSERT(!(rx->flags & NS_BUF_CHANGED));
	memset((char *)rx_ring(&s, 0) + rx_ring(&s, 0)->buf_ofs +
		       (size_t)mine * rx_ring(&s, 0)->nr_buf_size,
	       0, sizeof(uint32_t));
	close_both(&m, &s);
}

#define SPARES 5

/* A slave with buffers of its own besides those of the slots. */
static void slave_with_spares(struct port *s)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = SPARES};

	CU_ASSERT_EQUAL_FATAL(port_try(s, "pipe}1", &want), 0);
	CU_ASSERT_EQUAL_FATAL(s->reg.nr_extra_bufs, SPARES);
}

static uint32_t *buffer_at(struct netmap_ring *ring, uint32_t index)
{
	return (uint32_t *)((char *)ring + ring->buf_ofs + (size_t)index * ring->nr_buf_size);
}

/* Keeps the buffer of the oldest slot, as the first of the spares, and gives back the one that was
 * first. Returns what was given. */
static uint32_t swap_oldest(struct port *s)
{
	struct netmap_ring *ring = rx_ring(s, 0);
	struct netmap_slot *slot = &ring->slot[ring->head];
	uint32_t given = s->nifp->ni_bufs_head, kept = slot->buf_idx;

	*buffer_at(ring, kept) = *buffer_at(ring, given);
	s->nifp->ni_bufs_head = kept;
	slot->buf_idx = given;
	slot->flags |= NS_BUF_CHANGED;
	ring->head = ring->cur = next_slot(ring, ring->head);
	return given;
}

/* Of all that comes back the sender must be told, whoever of the two wrote it down. */
static void a_receiver_may_swap_every_buffer(void)
{
	uint32_t given[SLOTS], round, i;
	struct port m, s;

	port_open_sized(&m, "pipe{1", 1, SLOTS);
	slave_with_spares(&s);
	for (round = 0; round < 5 * SLOTS; round++) {
		struct netmap_ring *tx = tx_ring(&m, 0);
		uint32_t first = tx->head;

		send_many(&m, 7, round);
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		for (i = 0; i < 7; i++)
			given[i] = swap_oldest(&s);
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		CU_ASSERT_EQUAL(txsync(&m), 0);
		CU_ASSERT_EQUAL(pending(&m), 0);
		for (i = 0; i < 7; i++, first = next_slot(tx, first)) {
			CU_ASSERT_EQUAL(tx->slot[first].buf_idx, given[i]);
			CU_ASSERT(tx->slot[first].flags & NS_BUF_CHANGED);
		}
	}
	close_both(&m, &s);
}

/* Buffers that a region has left, by asking for more. */
static uint32_t buffers_left(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 1u << 20};
	uint32_t left;
	struct port p;

	CU_ASSERT_EQUAL_FATAL(port_try(&p, "pipe{3", &want), 0);
	left = p.reg.nr_extra_bufs;
	port_close(&p);
	return left;
}

static void no_buffer_is_lost_when_the_sender_never_looks(void)
{
	uint32_t before, i;
	struct port keeper, m, s;

	port_open_sized(&keeper, "pipe{2", 1, SLOTS);
	before = buffers_left();
	port_open_sized(&m, "pipe{1", 1, SLOTS);
	slave_with_spares(&s);
	send_many(&m, SLOTS - 1, 0);
	for (i = 0; i < SLOTS - 1; i++) {
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		swap_oldest(&s);
	}
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	port_close(&m);
	port_close(&s);
	CU_ASSERT_EQUAL(buffers_left(), before);
	port_close(&keeper);
	finish();
}

static const struct suite_test tests[] = {
	{"a_receiver_keeps_a_buffer_and_gives_another",
	 a_receiver_keeps_a_buffer_and_gives_another},
	{"a_receiver_may_swap_every_buffer", a_receiver_may_swap_every_buffer},
	{"no_buffer_is_lost_when_the_sender_never_looks",
	 no_buffer_is_lost_when_the_sender_never_looks},
};

SUITE_MAIN("core_pipe_swap", tests)
