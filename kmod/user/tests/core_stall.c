/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A receiver that takes nothing may be waiting for the very processor that its senders keep busy:
 * they step back, but for no longer than that can help, and only when they achieve nothing.
 */
#include "forward.h"
#include "ns.h"
#include "support.h"
#include "vale.h"

#define BATCH	 512
#define SLOTS	 1024
#define FILLS	 (SLOTS / BATCH + 1) /* batches that fill a ring, and one that finds it full */
#define PATIENCE 64
#define IN_A_ROW 8

enum { SENDER = 1, SLOW, FAST, STATIONS };

struct trio {
	struct port sender, slow, fast;
};

static void trio_open(struct trio *t)
{
	port_open(&t->sender, "vale0:sender");
	port_open(&t->slow, "vale0:slow");
	port_open(&t->fast, "vale0:fast");
	send_frame(&t->slow, BROADCAST, SLOW, 0);
	send_frame(&t->fast, BROADCAST, FAST, 0);
	drain(&t->sender);
	drain(&t->slow);
	drain(&t->fast);
}

static void trio_close(struct trio *t)
{
	port_close(&t->sender);
	port_close(&t->slow);
	port_close(&t->fast);
	finish();
}

/* How often the sender gave way in so many batches, each with some frames for the fast one first.
 */
static uint64_t send_batches(struct trio *t, unsigned batches, unsigned to_fast)
{
	uint64_t before = nm_user_yields();
	unsigned i;

	for (; batches; batches--) {
		for (i = 0; i < BATCH; i++)
			put_frame(tx_ring(&t->sender, 0), i < to_fast ? FAST : SLOW, SENDER,
				  FRAME_BYTES, i);
		CU_ASSERT_EQUAL(txsync(&t->sender), 0);
		if (to_fast)
			CU_ASSERT_EQUAL(drain(&t->fast), to_fast);
	}
	return nm_user_yields() - before;
}

static void the_sender_gives_way_some_times_a_batch(void)
{
	struct trio t;

	trio_open(&t);
	CU_ASSERT_EQUAL(send_batches(&t, FILLS, 0), 0); /* the receiver may just be at it */
	CU_ASSERT_EQUAL(send_batches(&t, 1, 0), IN_A_ROW);
	CU_ASSERT_EQUAL(send_batches(&t, 3, 0), 3 * IN_A_ROW);
	trio_close(&t);
}

static void patience_has_an_end(void)
{
	struct trio t;

	trio_open(&t);
	CU_ASSERT_EQUAL(send_batches(&t, FILLS + 2 * PATIENCE, 0), PATIENCE);
	CU_ASSERT_EQUAL(send_batches(&t, PATIENCE, 0), 0);
	trio_close(&t);
}

static void a_receiver_that_moves_is_waited_for_anew(void)
{
	struct trio t;

	trio_open(&t);
	send_batches(&t, FILLS + 2 * PATIENCE, 0);
	CU_ASSERT_EQUAL(drain(&t.slow), SLOTS - 1);
	rxsync(&t.slow); /* gives them back */
	CU_ASSERT_EQUAL(send_batches(&t, FILLS, 0), 0);
	CU_ASSERT_EQUAL(send_batches(&t, 2 * PATIENCE, 0), PATIENCE);
	trio_close(&t);
}

static void who_reaches_others_does_not_give_way(void)
{
	struct trio t;

	trio_open(&t);
	send_batches(&t, FILLS, 0);
	CU_ASSERT_EQUAL(send_batches(&t, 4, 1), 0);
	CU_ASSERT_EQUAL(send_batches(&t, 1, 0), IN_A_ROW);
	trio_close(&t);
}

static void a_receiver_of_longer_headers_is_waited_for_too(void)
{
	struct nmreq_port_hdr hdr = {.nr_hdr_len = 12};
	struct trio t;

	trio_open(&t);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_SET, "vale0:slow", &hdr), 0);
	CU_ASSERT_EQUAL(send_batches(&t, FILLS - 1, 0), 0);
	CU_ASSERT_EQUAL(send_batches(&t, 2, 0), 2 * IN_A_ROW);
	trio_close(&t);
}

static struct nm_vale *the_switch(void)
{
	return nm_vale_find(nm_ns_all(), "vale0");
}

static void runs_elsewhere(const char *name)
{
	nm_vale_port(the_switch(), name)->afar = true;
}

static void gives_back(struct port *p, uint32_t slots)
{
	struct netmap_ring *ring = rx_ring(p, 0);

	ring->head = ring->cur = (ring->head + slots) % ring->num_slots;
	CU_ASSERT_EQUAL(rxsync(p), 0);
}

/* Is the sender of the last batch to wait on? */
static bool stalls(void)
{
	struct nm_vale *vale = the_switch();
	struct nm_port *sender = nm_vale_port(vale, "vale0:sender");

	return nm_still_stalled(vale->members, sender->rings[NM_TX][0].work, 1);
}

static uint64_t slept_in_batches(struct trio *t, unsigned batches, unsigned to_fast)
{
	uint64_t before = nm_user_slept_us();

	CU_ASSERT_EQUAL(send_batches(t, batches, to_fast), 0);
	return nm_user_slept_us() - before;
}

/* It has taken a ring full, so that it is worth waiting for. */
static void busy_elsewhere(struct trio *t)
{
	trio_open(t);
	runs_elsewhere("vale0:slow");
	slept_in_batches(t, FILLS, 0);
	CU_ASSERT_EQUAL(drain(&t->slow), SLOTS - 1);
	rxsync(&t->slow);
}

static void who_reaches_others_does_not_sleep(void)
{
	struct trio t;

	busy_elsewhere(&t);
	CU_ASSERT_EQUAL(slept_in_batches(&t, FILLS, 1), 0);
	CU_ASSERT(slept_in_batches(&t, 1, 0) > 0);
	trio_close(&t);
}

static void half_a_ring_elsewhere_is_waited_for(void)
{
	const uint32_t some = 100;
	struct trio t;

	busy_elsewhere(&t);
	slept_in_batches(&t, FILLS - 1, 0);
	gives_back(&t.slow, some);
	CU_ASSERT(stalls());
	gives_back(&t.slow, SLOTS / 2 - some);
	CU_ASSERT_FALSE(stalls());
	trio_close(&t);
}

static void one_slot_is_enough_of_a_neighbour(void)
{
	struct trio t;

	trio_open(&t);
	send_batches(&t, FILLS, 0);
	gives_back(&t.slow, 1);
	CU_ASSERT_FALSE(stalls());
	trio_close(&t);
}

static const struct suite_test tests[] = {
	{"the_sender_gives_way_some_times_a_batch", the_sender_gives_way_some_times_a_batch},
	{"patience_has_an_end", patience_has_an_end},
	{"a_receiver_that_moves_is_waited_for_anew", a_receiver_that_moves_is_waited_for_anew},
	{"who_reaches_others_does_not_give_way", who_reaches_others_does_not_give_way},
	{"a_receiver_of_longer_headers_is_waited_for_too",
	 a_receiver_of_longer_headers_is_waited_for_too},
	{"who_reaches_others_does_not_sleep", who_reaches_others_does_not_sleep},
	{"half_a_ring_elsewhere_is_waited_for", half_a_ring_elsewhere_is_waited_for},
	{"one_slot_is_enough_of_a_neighbour", one_slot_is_enough_of_a_neighbour},
};

SUITE_MAIN("core_stall", tests)
