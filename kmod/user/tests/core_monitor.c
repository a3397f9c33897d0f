/* SPDX-License-Identifier: BSD-2-Clause */
/* Monitors: what they see of a port and when, by copies and by its own buffers. */
#include <pthread.h>
#include <sched.h>

#include "support.h"

#define COPY_RX NR_MONITOR_RX
#define COPY_TX NR_MONITOR_TX
#define COPY	(NR_MONITOR_RX | NR_MONITOR_TX)
#define ZCOPY	NR_ZCOPY_MON
#define BOTH	(NR_ZCOPY_MON | NR_MONITOR_RX | NR_MONITOR_TX)

static int monitor_try(struct port *p, const char *name, uint64_t flags)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = flags};

	return port_try(p, name, &want);
}

static void monitor_open(struct port *p, const char *name, uint64_t flags)
{
	CU_ASSERT_EQUAL_FATAL(monitor_try(p, name, flags), 0);
}

/* Two ports of a switch; b is the one that is looked at. */
static void pair_open(struct port *a, struct port *b)
{
	port_open(a, "vale0:a");
	port_open(b, "vale0:b");
	send_frame(b, BROADCAST, 2, 0); /* the switch knows b from here on */
	drain(a);
}

static void pair_close(struct port *a, struct port *b)
{
	port_close(a);
	port_close(b);
	finish();
}

/* How many slots wait on receive ring i. */
static uint32_t look(struct port *p, unsigned i)
{
	CU_ASSERT_EQUAL(rxsync(p), 0);
	return available(rx_ring(p, i));
}

static void give_back(struct port *p)
{
	struct netmap_ring *ring = rx_ring(p, 0);

	ring->head = ring->cur = ring->tail;
	CU_ASSERT_EQUAL(rxsync(p), 0);
}

/* The next slots are the frames seq.. and carry NS_TXMON or not. */
static void expect(struct port *mon, uint32_t n, uint32_t seq, bool tx)
{
	struct netmap_ring *ring = rx_ring(mon, 0);

	CU_ASSERT_EQUAL_FATAL(look(mon, 0), n);
	for (; n--; ring->head = ring->cur = next_slot(ring, ring->head)) {
		const struct netmap_slot *slot = &ring->slot[ring->head];

		CU_ASSERT_EQUAL(slot->len, FRAME_BYTES);
		CU_ASSERT_EQUAL(!!(slot->flags & NS_TXMON), tx);
		CU_ASSERT_EQUAL(frame_seq(ring, ring->head), seq++);
	}
	CU_ASSERT_EQUAL(rxsync(mon), 0);
}

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
	{"zero_copy_shows_what_the_owner_has_done_with",
	 zero_copy_shows_what_the_owner_has_done_with},
	{"zero_copy_monitors_form_a_chain", zero_copy_monitors_form_a_chain},
	{"a_hostile_zero_copy_monitor_harms_nobody", a_hostile_zero_copy_monitor_harms_nobody},
	{"a_monitor_of_a_pipe", a_monitor_of_a_pipe},
	{"one_ring_or_all_of_them", one_ring_or_all_of_them},
	{"a_monitor_dies_with_its_port", a_monitor_dies_with_its_port},
	{"refusals", refusals},
};

SUITE_MAIN("core_monitor", tests)
