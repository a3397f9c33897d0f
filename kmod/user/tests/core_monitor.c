/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy monitors: what they see of a port and when. And what monitors are refused. */
#include "monitors.h"

/* Spec, conformance item 15. */
static void copies_are_there_before_the_owner_reads(void)
{
	struct port a, b, mon;
	uint32_t i;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", COPY_RX);
	for (i = 1; i <= 3; i++)
		send_frame(&a, 2, 1, i);
	expect(&mon, 3, 1, false);
	CU_ASSERT_EQUAL(drain(&b), 3);
	send_frame(&b, 1, 2, 9); /* the other direction is not looked at */
	CU_ASSERT_EQUAL(look(&mon, 0), 0);
	port_close(&mon);
	pair_close(&a, &b);
}

static void copies_of_what_the_owner_sends(void)
{
	struct port a, b, mon;
	struct netmap_ring *ring;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", COPY_TX);
	ring = tx_ring(&b, 0);
	put_frame(ring, 1, 2, FRAME_BYTES, 5);
	CU_ASSERT_EQUAL(look(&mon, 0), 0); /* not submitted yet */
	CU_ASSERT_EQUAL(txsync(&b), 0);
	expect(&mon, 1, 5, true);
	send_frame(&a, 2, 1, 6);
	CU_ASSERT_EQUAL(look(&mon, 0), 0);
	CU_ASSERT_EQUAL(drain(&a), 1);
	port_close(&mon);
	pair_close(&a, &b);
}

static void both_directions_are_told_apart(void)
{
	struct port a, b, mon;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", COPY);
	send_frame(&a, 2, 1, 1);
	expect(&mon, 1, 1, false);
	send_frame(&b, 1, 2, 2);
	expect(&mon, 1, 2, true);
	port_close(&mon);
	pair_close(&a, &b);
}

static void a_sleeping_monitor_is_woken_by_arrivals(void)
{
	struct port a, b, mon;
	short revents = 0;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", COPY_RX);
	CU_ASSERT_EQUAL(DEV->poll(mon.handle, POLLIN, &revents, 0), 0);
	send_frame(&a, 2, 1, 1);
	CU_ASSERT_EQUAL(DEV->poll(mon.handle, POLLIN, &revents, 0), 1);
	CU_ASSERT_EQUAL(revents, POLLIN);
	port_close(&mon);
	pair_close(&a, &b);
}

/* Its region is its own, with room for itself and nothing else. */
static void a_copy_monitor_has_memory_of_its_own(void)
{
	struct port a, b, mon;
	const struct nmreq_register small = {
		.nr_mode = NR_REG_ALL_NIC, .nr_flags = COPY_RX, .nr_rx_slots = 8};

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", COPY_RX);
	CU_ASSERT_NOT_EQUAL(mon.reg.nr_mem_id, b.reg.nr_mem_id);
	CU_ASSERT(mon.reg.nr_memsize < b.reg.nr_memsize);
	CU_ASSERT_EQUAL(mon.reg.nr_tx_rings, 1);
	CU_ASSERT_EQUAL(mon.reg.nr_rx_rings, 1);
	CU_ASSERT_EQUAL(mon.reg.nr_rx_slots, 1024);
	CU_ASSERT_EQUAL(mon.reg.nr_flags, COPY_RX);
	port_close(&mon);
	CU_ASSERT_EQUAL_FATAL(port_try(&mon, "vale0:b", &small), 0);
	CU_ASSERT_EQUAL(mon.reg.nr_rx_slots, 8);
	port_close(&mon);
	pair_close(&a, &b);
}

static void without_room_the_newest_packets_are_seen(void)
{
	const struct nmreq_register small = {
		.nr_mode = NR_REG_ALL_NIC, .nr_flags = COPY_TX, .nr_rx_slots = 8};
	struct port a, b, mon;
	unsigned i;

	pair_open(&a, &b);
	CU_ASSERT_EQUAL_FATAL(port_try(&mon, "vale0:b", &small), 0);
	for (i = 0; i < 20; i++)
		put_frame(tx_ring(&b, 0), 1, 2, FRAME_BYTES, i);
	CU_ASSERT_EQUAL(txsync(&b), 0);
	expect(&mon, 7, 13, true);
	CU_ASSERT_EQUAL(drain(&a), 20);
	/* A packet is seen whole or not at all. */
	for (i = 0; i < 4; i++) {
		put_frame(tx_ring(&b, 0), 1, 2, FRAME_BYTES, i);
		tx_ring(&b, 0)->slot[(tx_ring(&b, 0)->head + 1023) % 1024].flags = NS_MOREFRAG;
		put_slot(tx_ring(&b, 0), NULL, 20, 0);
	}
	CU_ASSERT_EQUAL(txsync(&b), 0);
	CU_ASSERT_EQUAL(look(&mon, 0), 6);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&mon, 0), rx_ring(&mon, 0)->head), 1);
	port_close(&mon);
	pair_close(&a, &b);
}

static void long_frames_are_cut_to_the_monitors_buffer(void)
{
	const struct nmreq_register global = {
		.nr_mode = NR_REG_ALL_NIC, .nr_flags = COPY_TX, .nr_mem_id = 1};
	struct port a, b, mon;
	uint32_t room;

	pair_open(&a, &b);
	CU_ASSERT_EQUAL_FATAL(port_try(&mon, "vale0:b", &global), 0);
	CU_ASSERT_EQUAL(mon.reg.nr_mem_id, 1);
	room = rx_ring(&mon, 0)->nr_buf_size;
	put_slot(tx_ring(&b, 0), NULL, 65535, 0);
	CU_ASSERT_EQUAL(txsync(&b), 0);
	CU_ASSERT_EQUAL_FATAL(look(&mon, 0), 1);
	CU_ASSERT_EQUAL(rx_ring(&mon, 0)->slot[0].len, room);
	port_close(&mon);
	pair_close(&a, &b);
}

static void indirect_frames_are_copied_from_the_sender(void)
{
	uint8_t frame[FRAME_BYTES] = {0};
	struct port a, b, mon;
	struct netmap_ring *ring;
	uint32_t i;

	pair_open(&a, &b);
	monitor_open(&mon, "vale0:b", COPY_TX);
	ring = tx_ring(&b, 0);
	fill_frame(frame, 1, 2, 77);
	i = put_slot(ring, NULL, FRAME_BYTES, NS_INDIRECT);
	ring->slot[i].ptr = (uintptr_t)frame;
	CU_ASSERT_EQUAL(txsync(&b), 0);
	CU_ASSERT_EQUAL(look(&mon, 0), 1);
	CU_ASSERT(!(rx_ring(&mon, 0)->slot[0].flags & NS_INDIRECT));
	expect(&mon, 1, 77, true);
	port_close(&mon);
	pair_close(&a, &b);
}

static void any_number_of_copy_monitors(void)
{
	struct port a, b, mon[3];
	int i;

	pair_open(&a, &b);
	for (i = 0; i < 3; i++)
		monitor_open(&mon[i], "vale0:b", COPY_RX);
	send_frame(&a, 2, 1, 1);
	port_close(&mon[1]);
	send_frame(&a, 2, 1, 2);
	expect(&mon[0], 2, 1, false);
	expect(&mon[2], 2, 1, false);
	port_close(&mon[0]);
	port_close(&mon[2]);
	send_frame(&a, 2, 1, 3);
	pair_close(&a, &b);
}

static void one_ring_or_all_of_them(void)
{
	struct nmreq_register one = {
		.nr_mode = NR_REG_ONE_NIC, .nr_flags = COPY_TX, .nr_ringid = 2};
	struct port b, all, second;

	port_open_sized(&b, "vale0:b", 3, 64);
	monitor_open(&all, "vale0:b", COPY_TX);
	CU_ASSERT_EQUAL(all.reg.nr_rx_rings, 3);
	CU_ASSERT_EQUAL_FATAL(port_try(&second, "vale0:b", &one), 0);
	put_frame(tx_ring(&b, 2), 1, 2, FRAME_BYTES, 1);
	put_frame(tx_ring(&b, 1), 1, 2, FRAME_BYTES, 2);
	CU_ASSERT_EQUAL(txsync(&b), 0);
	CU_ASSERT_EQUAL(look(&all, 1), 1);
	CU_ASSERT_EQUAL(look(&all, 2), 1);
	CU_ASSERT_EQUAL(look(&second, 2), 1);
	one.nr_ringid = 3;
	port_close(&second);
	CU_ASSERT_EQUAL(port_try(&second, "vale0:b", &one), -EINVAL);
	port_close(&all);
	port_close(&b);
	finish();
}

static void refusals(void)
{
	struct nmreq_port_info_get info = {0};
	struct nmreq_vale_newif newif = {0};
	struct port b, mon;
	short revents;

	CU_ASSERT_EQUAL(monitor_try(&mon, "vale0:b", COPY), -EINVAL);
	CU_ASSERT_EQUAL(monitor_try(&mon, "pipe{1", COPY), -EINVAL);
	CU_ASSERT_EQUAL(monitor_try(&mon, "absent", COPY), -ENXIO);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "v0", &newif), 0);
	CU_ASSERT_EQUAL(monitor_try(&mon, "v0", ZCOPY), -EINVAL);
	port_open(&b, "v0");
	monitor_open(&mon, "v0", COPY);
	/* Nothing can be sent into a monitor. */
	put_slot(tx_ring(&mon, 0), NULL, 60, 0);
	CU_ASSERT_EQUAL(txsync(&mon), 0);
	CU_ASSERT_EQUAL(tx_ring(&mon, 0)->tail, 1023);
	CU_ASSERT_EQUAL(DEV->poll(mon.handle, POLLOUT, &revents, 0), 1);
	CU_ASSERT(revents & POLLERR);
	/* Looking at a port keeps it: it is referred to. */
	port_close(&b);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, "v0", &info), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "v0", NULL), 0);
	port_close(&mon);
	finish();
}

static const struct suite_test tests[] = {
	{"copies_are_there_before_the_owner_reads", copies_are_there_before_the_owner_reads},
	{"copies_of_what_the_owner_sends", copies_of_what_the_owner_sends},
	{"both_directions_are_told_apart", both_directions_are_told_apart},
	{"a_sleeping_monitor_is_woken_by_arrivals", a_sleeping_monitor_is_woken_by_arrivals},
	{"a_copy_monitor_has_memory_of_its_own", a_copy_monitor_has_memory_of_its_own},
	{"without_room_the_newest_packets_are_seen", without_room_the_newest_packets_are_seen},
	{"long_frames_are_cut_to_the_monitors_buffer", long_frames_are_cut_to_the_monitors_buffer},
	{"indirect_frames_are_copied_from_the_sender", indirect_frames_are_copied_from_the_sender},
	{"any_number_of_copy_monitors", any_number_of_copy_monitors},
	{"one_ring_or_all_of_them", one_ring_or_all_of_them},
	{"refusals", refusals},
};

SUITE_MAIN("core_monitor", tests)
