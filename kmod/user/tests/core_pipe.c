/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two ends of a pipe see of each other, and when. */
#include <pthread.h>
#include <sched.h>

#include "pipes.h"

static void frames_go_both_ways_in_order(void)
{
	struct port m, s;
	unsigned round;

	master_and_slave(&m, &s);
	for (round = 0; round < 5 * SLOTS; round++) {
		send_many(&m, 7, round);
		send_many(&s, 3, 1000 + round);
		take_many(&s, 7, round);
		take_many(&m, 3, 1000 + round);
	}
	close_both(&m, &s);
}

/* Spec, conformance item 14. */
static void what_was_not_read_is_pending_for_a_third_binding(void)
{
	struct port m, s, third;

	master_and_slave(&m, &s);
	send_many(&m, 10, 0);
	take_many(&s, 7, 0);
	port_open(&third, "pipe{1");
	CU_ASSERT_PTR_EQUAL(tx_ring(&third, 0), tx_ring(&m, 0));
	CU_ASSERT_EQUAL(txsync(&third), 0);
	CU_ASSERT_EQUAL(pending(&third), 3);
	CU_ASSERT_EQUAL(tx_ring(&m, 0)->head, 10);
	port_close(&third);
	CU_ASSERT_EQUAL(tx_ring(&m, 0)->head, 10);
	CU_ASSERT_EQUAL(tx_ring(&m, 0)->tail, 6);
	take_many(&s, 3, 7);
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(pending(&m), 0);
	close_both(&m, &s);
}

static void a_full_pipe_stalls_the_sender_and_drops_nothing(void)
{
	struct port m, s;
	short revents;

	master_and_slave(&m, &s);
	send_many(&m, SLOTS - 1, 0);
	CU_ASSERT_EQUAL(available(tx_ring(&m, 0)), 0);
	CU_ASSERT_EQUAL(DEV->poll(m.handle, POLLOUT, &revents, 0), 0);
	take_many(&s, 1, 0);
	CU_ASSERT_EQUAL(DEV->poll(m.handle, POLLOUT, &revents, 0), 1);
	send_many(&m, 1, SLOTS - 1);
	take_many(&s, SLOTS - 1, 1);
	close_both(&m, &s);
}

static void slots_go_over_at_the_same_index_with_all_they_hold(void)
{
	struct netmap_slot *from, *to;
	struct port m, s;
	uint32_t i, buf;

	master_and_slave(&m, &s);
	send_many(&m, 4, 0);
	take_many(&s, 4, 0);
	i = put_frame(tx_ring(&m, 0), 1, 2, 77, 4);
	from = &tx_ring(&m, 0)->slot[i];
	to = &rx_ring(&s, 0)->slot[i];
	buf = from->buf_idx;
	from->ptr = 0x123456789abcdefULL;
	from->flags = NS_BUF_CHANGED | NS_REPORT;
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	CU_ASSERT_EQUAL(rx_ring(&s, 0)->head, i);
	CU_ASSERT_EQUAL(to->buf_idx, buf);
	CU_ASSERT_EQUAL(to->len, 77);
	CU_ASSERT_EQUAL(to->ptr, from->ptr);
	CU_ASSERT_EQUAL(to->flags, NS_BUF_CHANGED | NS_REPORT);
	CU_ASSERT_EQUAL(from->flags, NS_REPORT);
	close_both(&m, &s);
}

static void only_whole_packets_are_seen(void)
{
	struct port m, s;

	master_and_slave(&m, &s);
	put_frame(tx_ring(&m, 0), 1, 2, FRAME_BYTES, 0);
	put_slot(tx_ring(&m, 0), NULL, 100, NS_MOREFRAG);
	put_slot(tx_ring(&m, 0), NULL, 100, NS_MOREFRAG);
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&s, 0)), 1);
	put_slot(tx_ring(&m, 0), NULL, 100, 0);
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&s, 0)), 4);
	CU_ASSERT(rx_ring(&s, 0)->slot[1].flags & NS_MOREFRAG);
	CU_ASSERT(!(rx_ring(&s, 0)->slot[3].flags & NS_MOREFRAG));
	close_both(&m, &s);
}

static void what_was_sent_waits_for_a_peer_that_comes_later(void)
{
	struct port m, s;

	port_open_sized(&m, "pipe{1", 1, SLOTS);
	send_many(&m, 5, 0);
	CU_ASSERT_EQUAL(pending(&m), 5);
	port_open(&s, "pipe}1");
	CU_ASSERT_EQUAL(s.reg.nr_rx_slots, SLOTS);
	take_many(&s, 2, 0);
	port_close(&s);
	send_many(&m, 5, 5);
	port_open(&s, "pipe}1");
	CU_ASSERT_EQUAL(rx_ring(&s, 0)->head, 2);
	take_many(&s, 8, 2);
	close_both(&m, &s);
}

static void a_sender_may_go_before_its_packets_are_read(void)
{
	struct port m, s;

	master_and_slave(&m, &s);
	send_many(&m, 5, 0);
	port_close(&m);
	take_many(&s, 2, 0);
	port_open(&m, "pipe{1");
	CU_ASSERT_EQUAL(tx_ring(&m, 0)->head, 5);
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(pending(&m), 3);
	send_many(&m, 1, 5);
	take_many(&s, 4, 2);
	close_both(&m, &s);
}

struct reader {
	struct port *port;
	uint32_t count;
	uint32_t wrong;
};

static void *reader_run(void *arg)
{
	struct reader *r = arg;
	struct netmap_ring *ring = rx_ring(r->port, 0);
	uint32_t seen = 0;
	short revents;

	while (seen < r->count) {
		if (DEV->poll(r->port->handle, POLLIN, &revents, 5000) != 1)
			break;
		while (ring->head != ring->tail) {
			r->wrong += frame_seq(ring, ring->head) != seen++;
			ring->cur = next_slot(ring, ring->head);
			__atomic_store_n(&ring->head, ring->cur, __ATOMIC_RELEASE);
		}
	}
	r->wrong += seen != r->count;
	return NULL;
}

static void two_threads_exchange_in_order(void)
{
	struct port m, s;
	struct reader r = {.port = &s, .count = 50000};
	pthread_t thread;
	short revents;
	uint32_t i;

	master_and_slave(&m, &s);
	pthread_create(&thread, NULL, reader_run, &r);
	for (i = 0; i < r.count; i++) {
		while (!available(tx_ring(&m, 0)))
			if (DEV->poll(m.handle, POLLOUT, &revents, 5000) != 1)
				CU_FAIL_FATAL("no room for 5 s");
		put_frame(tx_ring(&m, 0), 1, 2, FRAME_BYTES, i);
		if (i % 5 == 0)
			txsync(&m);
	}
	txsync(&m);
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(r.wrong, 0);
	close_both(&m, &s);
}

struct comer {
	const char *name;
	volatile bool *stop;
	unsigned opened;
};

static void *comer_run(void *arg)
{
	struct comer *c = arg;
	struct port p;

	while (!*c->stop) {
		if (port_try(&p, c->name, NULL))
			continue;
		c->opened++;
		txsync(&p);
		rxsync(&p);
		port_close(&p);
	}
	return NULL;
}

static void ends_come_and_go_while_one_sends(void)
{
	volatile bool stop = false;
	struct comer comers[] = {{"pipe}1", &stop, 0},
				 {"pipe{1", &stop, 0},
				 {"pipe", &stop, 0},
				 {"pipe}2", &stop, 0}};
	pthread_t threads[4];
	struct port m;
	unsigned i;

	port_open_sized(&m, "pipe{1", 1, SLOTS);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, comer_run, &comers[i]);
	for (i = 0; i < 2000; i++) {
		if (available(tx_ring(&m, 0)))
			put_frame(tx_ring(&m, 0), 1, 2, FRAME_BYTES, i);
		txsync(&m);
		sched_yield();
	}
	for (i = 0; i < 4; i++)
		while (!__atomic_load_n(&comers[i].opened, __ATOMIC_RELAXED))
			sched_yield();
	stop = true;
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(pending(&m), SLOTS - 1);
	port_close(&m);
	finish();
}

/* A task that writes what it likes into its rings cannot do more than lose its own packets. */
static void hostile_slots_and_cursors(void)
{
	struct netmap_ring *rings[2];
	unsigned seed = 4711, i;
	struct port m, s;

	master_and_slave(&m, &s);
	rings[0] = tx_ring(&m, 0);
	rings[1] = rx_ring(&s, 0);
	for (i = 0; i < 20000; i++) {
		struct netmap_ring *ring = rings[rand_r(&seed) % 2];
		struct netmap_slot *slot = &ring->slot[rand_r(&seed) % SLOTS];

		slot->buf_idx = rand_r(&seed);
		slot->len = rand_r(&seed);
		slot->flags = rand_r(&seed);
		ring->head = rand_r(&seed) % (SLOTS + 1);
		ring->cur = rand_r(&seed) % 3 ? ring->head : (uint32_t)rand_r(&seed);
		CU_ASSERT_EQUAL(txsync(&m), 0);
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		CU_ASSERT(rings[0]->tail < SLOTS);
		CU_ASSERT(rings[1]->tail < SLOTS);
	}
	close_both(&m, &s);
}

static const struct suite_test tests[] = {
	{"frames_go_both_ways_in_order", frames_go_both_ways_in_order},
	{"what_was_not_read_is_pending_for_a_third_binding",
	 what_was_not_read_is_pending_for_a_third_binding},
	{"a_full_pipe_stalls_the_sender_and_drops_nothing",
	 a_full_pipe_stalls_the_sender_and_drops_nothing},
	{"slots_go_over_at_the_same_index_with_all_they_hold",
	 slots_go_over_at_the_same_index_with_all_they_hold},
	{"only_whole_packets_are_seen", only_whole_packets_are_seen},
	{"what_was_sent_waits_for_a_peer_that_comes_later",
	 what_was_sent_waits_for_a_peer_that_comes_later},
	{"a_sender_may_go_before_its_packets_are_read",
	 a_sender_may_go_before_its_packets_are_read},
	{"two_threads_exchange_in_order", two_threads_exchange_in_order},
	{"ends_come_and_go_while_one_sends", ends_come_and_go_while_one_sends},
	{"hostile_slots_and_cursors", hostile_slots_and_cursors},
};

SUITE_MAIN("core_pipe", tests)
