/* SPDX-License-Identifier: BSD-2-Clause */
/* What is written into a receiver's slots: all that differs from what is there, whoever wrote that.
 */
#include "lease.h"
#include "ns.h"
#include "support.h"
#include "vale.h"

#define SLOTS  64
#define ROUNDS 20

enum { SENDER = 1, RECEIVER };

struct pair {
	struct port tx, rx;
};

static void pair_open(struct pair *p)
{
	port_open_sized(&p->tx, "vale0:tx", 1, SLOTS);
	port_open_sized(&p->rx, "vale0:rx", 1, SLOTS);
	send_frame(&p->rx, BROADCAST, RECEIVER, 0);
	drain(&p->tx);
}

static void pair_close(struct pair *p)
{
	port_close(&p->tx);
	port_close(&p->rx);
	finish();
}

/* Sends frames of these lengths in turn; how many of them did not arrive as they should. */
static unsigned batch_wrong(struct pair *p, unsigned n, const uint16_t *bytes, unsigned nbytes)
{
	struct netmap_ring *ring = rx_ring(&p->rx, 0);
	unsigned wrong = 0, i;
	uint32_t at;

	for (i = 0; i < n; i++)
		put_frame(tx_ring(&p->tx, 0), RECEIVER, SENDER, bytes[i % nbytes], i);
	txsync(&p->tx);
	rxsync(&p->rx);
	wrong += available(ring) != n;
	for (at = ring->head, i = 0; i < n; i++, at = next_slot(ring, at))
		wrong += ring->slot[at].len != bytes[i % nbytes] ||
			 ring->slot[at].flags != 1 << NS_PORT_SHIFT || frame_seq(ring, at) != i;
	return wrong;
}

/* Batches of few, of some and of many take different ways. */
static const unsigned batches[] = {1, 5, 20, SLOTS - 1};

static void lengths_that_change_are_told(void)
{
	static const uint16_t bytes[] = {60, 60, 1514, 60, 61, 1024, 64};
	unsigned round, b, nbytes, wrong = 0;
	struct pair p;

	pair_open(&p);
	for (round = 0; round < ROUNDS; round++)
		for (b = 0; b < sizeof(batches) / sizeof(batches[0]); b++) {
			nbytes = round % (sizeof(bytes) / sizeof(bytes[0])) + 1;
			wrong += batch_wrong(&p, batches[b], bytes, nbytes);
			drain(&p.rx);
			rxsync(&p.rx);
		}
	CU_ASSERT_EQUAL(wrong, 0);
	pair_close(&p);
}

struct scribble {
	uint16_t len, flags;
};

static void what_the_receiver_wrote_is_gone(void)
{
	static const struct scribble cases[] = {
		{0, 0},
		{60, 0},
		{60, NS_BUF_CHANGED | 1 << NS_PORT_SHIFT},
		{61, 1 << NS_PORT_SHIFT},
		{60, 2 << NS_PORT_SHIFT},
		{60, NS_MOREFRAG | 1 << NS_PORT_SHIFT},
		{0xffff, 0xffff},
	};
	static const uint16_t bytes = 60;
	unsigned c, b, i, wrong = 0;
	struct pair p;

	pair_open(&p);
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
		for (b = 0; b < sizeof(batches) / sizeof(batches[0]); b++) {
			for (i = 0; i < SLOTS; i++) {
				rx_ring(&p.rx, 0)->slot[i].len = cases[c].len;
				rx_ring(&p.rx, 0)->slot[i].flags = cases[c].flags;
			}
			wrong += batch_wrong(&p, batches[b], &bytes, 1);
			drain(&p.rx);
			rxsync(&p.rx);
		}
	CU_ASSERT_EQUAL(wrong, 0);
	pair_close(&p);
}

static struct nm_ring *ring_of(const struct port *p)
{
	struct nm_ring *ring;

	nm_lock();
	ring = &nm_vale_port(nm_vale_find(nm_ns_all(), "vale0"), p->name)->rings[NM_RX][0];
	nm_unlock();
	return ring;
}

/* Another sender has taken a slot before, and is not done with it. */
static void what_comes_behind_unfinished_slots_waits_for_them(void)
{
	static const unsigned some[] = {1, 5, 20, SLOTS - 2};
	const struct nm_rx_stats none = {0};
	struct netmap_ring *ring;
	struct nm_lease before;
	struct pair p;
	unsigned b, i;

	for (b = 0; b < sizeof(some) / sizeof(some[0]); b++) {
		pair_open(&p);
		ring = rx_ring(&p.rx, 0);
		CU_ASSERT_FATAL(nm_lease_take(ring_of(&p.rx), &before, 1, nm_lease_any, NULL));
		for (i = 0; i < some[b]; i++)
			put_frame(tx_ring(&p.tx, 0), RECEIVER, SENDER, FRAME_BYTES, i);
		txsync(&p.tx);
		rxsync(&p.rx);
		CU_ASSERT_EQUAL(available(ring), 0);
		CU_ASSERT(nm_lease_finish(ring_of(&p.rx), &before, &none));
		rxsync(&p.rx);
		CU_ASSERT_EQUAL(available(ring), 1 + some[b]);
		for (i = 0; i < some[b]; i++)
			CU_ASSERT_EQUAL(frame_seq(ring, ring->head + 1 + i), i);
		pair_close(&p);
	}
}

static const struct suite_test tests[] = {
	{"lengths_that_change_are_told", lengths_that_change_are_told},
	{"what_the_receiver_wrote_is_gone", what_the_receiver_wrote_is_gone},
	{"what_comes_behind_unfinished_slots_waits_for_them",
	 what_comes_behind_unfinished_slots_waits_for_them},
};

SUITE_MAIN("core_fill", tests)
