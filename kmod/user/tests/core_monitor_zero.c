/* SPDX-License-Identifier: BSD-2-Clause */
/* Zero-copy monitors: the owner's buffers, chains, pipes. And how monitors of both kinds end. */
#include "monitors.h"

/* Spec, conformance item 15. */
static void zero_copy_shows_what_the_owner_has_done_with(void)
{
	struct port a, b, mon;
	uint32_t had, gets;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", ZCOPY);
	CU_ASSERT_EQUAL(mon.reg.nr_mem_id, b.reg.nr_mem_id);
	CU_ASSERT_EQUAL(mon.reg.nr_memsize, b.reg.nr_memsize);
	CU_ASSERT_EQUAL(mon.reg.nr_flags, BOTH);
	send_frame(&a, 2, 1, 1);
	CU_ASSERT_EQUAL(look(&mon, 0), 0);
	CU_ASSERT_EQUAL(look(&b, 0), 1);
	had = rx_ring(&b, 0)->slot[0].buf_idx;
	gets = rx_ring(&mon, 0)->slot[0].buf_idx;
	give_back(&b);
	CU_ASSERT_EQUAL(rx_ring(&b, 0)->slot[0].buf_idx, gets);
	CU_ASSERT(rx_ring(&b, 0)->slot[0].flags & NS_BUF_CHANGED);
	CU_ASSERT_EQUAL(rx_ring(&mon, 0)->slot[0].buf_idx, had);
	expect(&mon, 1, 1, false);

	had = tx_ring(&b, 0)->slot[tx_ring(&b, 0)->head].buf_idx;
	send_frame(&b, 1, 2, 2);
	CU_ASSERT_EQUAL(look(&mon, 0), 1);
	CU_ASSERT_EQUAL(rx_ring(&mon, 0)->slot[1].buf_idx, had);
	expect(&mon, 1, 2, true);
	port_close(&mon);
	pair_close(&a, &b);
}

/* Each later one observes the one before, and takes its place when it goes. */
static void zero_copy_monitors_form_a_chain(void)
{
	struct port a, b, first, second, third;

	pair_open(&a, &b);
	monitor_open(&first, "vale0:b", ZCOPY);
	monitor_open(&second, "vale0:b", ZCOPY);
	monitor_open(&third, "vale0:b", ZCOPY);
	send_frame(&b, 1, 2, 1);
	CU_ASSERT_EQUAL(look(&second, 0), 0);
	expect(&first, 1, 1, true);
	CU_ASSERT_EQUAL(look(&third, 0), 0);
	expect(&second, 1, 1, true);
	expect(&third, 1, 1, true);
	port_close(&second);
	send_frame(&a, 2, 1, 2);
	CU_ASSERT_EQUAL(drain(&b), 1);
	expect(&first, 1, 2, false);
	expect(&third, 1, 2, false);
	port_close(&first);
	send_frame(&b, 1, 2, 3);
	expect(&third, 1, 3, true);
	send_frame(&a, 2, 1, 4);
	CU_ASSERT_EQUAL(drain(&b), 1);
	expect(&third, 1, 4, false);
	port_close(&third);
	send_frame(&b, 1, 2, 5);
	pair_close(&a, &b);
}

/* A buffer that the monitor has spoilt does not get into the owner's ring. */
static void a_hostile_zero_copy_monitor_harms_nobody(void)
{
	struct port a, b, mon;
	uint32_t own;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", ZCOPY);
	rx_ring(&mon, 0)->slot[0].buf_idx = 0x7fffffff;
	own = tx_ring(&b, 0)->slot[tx_ring(&b, 0)->head].buf_idx;
	send_frame(&b, 1, 2, 1);
	CU_ASSERT_EQUAL(tx_ring(&b, 0)->slot[1].buf_idx, own);
	CU_ASSERT_EQUAL(look(&mon, 0), 1);
	CU_ASSERT_EQUAL(rx_ring(&mon, 0)->slot[0].len, 0);
	port_close(&mon);
	pair_close(&a, &b);
}

static void a_monitor_of_a_pipe(void)
{
	struct port m, s, copy, zero;

	port_open(&m, "pipe{1");
	port_open(&s, "pipe}1");
	monitor_open(&copy, "pipe}1", COPY_RX);
	monitor_open(&zero, "pipe}1", ZCOPY);
	CU_ASSERT_EQUAL(zero.reg.nr_mem_id, m.reg.nr_mem_id);
	send_frame(&m, 1, 2, 1);
	send_frame(&m, 1, 2, 2);
	expect(&copy, 2, 1, false);
	CU_ASSERT_EQUAL(look(&zero, 0), 0);
	CU_ASSERT_EQUAL(drain(&s), 2);
	expect(&zero, 2, 1, false);
	CU_ASSERT(tx_ring(&m, 0)->slot[0].flags & NS_BUF_CHANGED); /* it travelled back */
	send_frame(&m, 1, 2, 3);
	CU_ASSERT_EQUAL(drain(&s), 1);
	expect(&zero, 1, 3, false);
	port_close(&m);
	port_close(&zero);
	port_close(&s);
	port_close(&copy);
	finish();
}

static void a_monitor_dies_with_its_port(void)
{
	static const uint64_t kinds[] = {COPY, ZCOPY};
	struct port b, mon[2];
	short revents;
	size_t i;

	for (i = 0; i < 2; i++) {
		port_open(&b, "vale0:b");
		monitor_open(&mon[0], "vale0:b", kinds[i]);
		monitor_open(&mon[1], "vale0:b", kinds[i]);
		send_frame(&b, 1, 2, 1);
		port_close(&b);
		CU_ASSERT_EQUAL(
			ctrl(NULL, NETMAP_REQ_PORT_HDR_GET, "vale0:b", &(struct nmreq_port_hdr){0}),
			-ENXIO);
		CU_ASSERT_EQUAL(DEV->poll(mon[0].handle, POLLIN, &revents, 0), 1);
		CU_ASSERT(revents & POLLERR);
		CU_ASSERT_EQUAL(rxsync(&mon[0]), 0);
		port_open(&b, "vale0:b"); /* another port of that name is no business of theirs */
		send_frame(&b, 1, 2, 2);
		CU_ASSERT_EQUAL(DEV->poll(mon[1].handle, POLLIN, &revents, 0), 1);
		CU_ASSERT(revents & POLLERR);
		port_close(&mon[0]);
		port_close(&b);
		port_close(&mon[1]);
		finish();
	}
}

static const struct suite_test tests[] = {
	{"zero_copy_shows_what_the_owner_has_done_with",
	 zero_copy_shows_what_the_owner_has_done_with},
	{"zero_copy_monitors_form_a_chain", zero_copy_monitors_form_a_chain},
	{"a_hostile_zero_copy_monitor_harms_nobody", a_hostile_zero_copy_monitor_harms_nobody},
	{"a_monitor_of_a_pipe", a_monitor_of_a_pipe},
	{"a_monitor_dies_with_its_port", a_monitor_dies_with_its_port},
};

SUITE_MAIN("core_monitor_zero", tests)
