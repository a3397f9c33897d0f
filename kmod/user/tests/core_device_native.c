/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of devices whose driver moves the slots itself: when a port is one, and what it does. */
#include <time.h>

#include "core.h"
#include "dev_port.h"
#include "ns.h"
#include "support.h"

#define LEFT  "eth0"
#define RIGHT "eth1"

#define APART_BYTES (2048 * 2048) /* of the slots of both rings */
#define SPARE_BYTES (96 * 1024)

static void wire(uint16_t queues, bool left_native)
{
	const struct nm_user_device left = {
		.tx_queues = queues, .rx_queues = queues, .native = left_native};
	const struct nm_user_device right = {.tx_queues = queues, .rx_queues = queues};

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, &left), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, &right), 0);
}

static int try_with_offsets(struct port *p)
{
	struct nmreq_opt_offsets opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS,
					.nro_max_offset = 64,
					.nro_offset_bits = 16};

	return port_try_options(p, LEFT, NULL, &opt);
}

/* Only emulated ports know offsets, so they tell which kind a port is. */
static void the_parameter_chooses(void)
{
	static const struct {
		int admode;
		bool native;
		int open, offsets;
	} rows[] = {
		{0, false, 0, 0}, {0, true, 0, -EOPNOTSUPP}, {1, false, -EOPNOTSUPP, -EOPNOTSUPP},
		{2, false, 0, 0}, {2, true, 0, 0},	     {1, true, 0, -EOPNOTSUPP},
	};
	struct port p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wire(1, rows[i].native);
		nm_params.admode = rows[i].admode;
		CU_ASSERT_EQUAL(port_try(&p, LEFT, NULL), rows[i].open);
		if (!rows[i].open)
			port_close(&p);
		CU_ASSERT_EQUAL(try_with_offsets(&p), rows[i].offsets);
		if (!rows[i].offsets)
			port_close(&p);
		nm_params.admode = 0;
		finish();
	}
}

static void frames_cross_in_both_directions(void)
{
	struct port left, right;
	struct netmap_ring *rx;

	wire(1, true);
	port_open(&left, LEFT);
	port_open(&right, RIGHT);
	put_frame(tx_ring(&left, 0), 2, 1, FRAME_BYTES, 7);
	put_slot(tx_ring(&left, 0), NULL, 700, NS_MOREFRAG | NS_BUF_CHANGED);
	put_slot(tx_ring(&left, 0), NULL, 100, NS_REPORT);
	CU_ASSERT_EQUAL(txsync(&left), 0);
	CU_ASSERT_EQUAL(available(tx_ring(&left, 0)), 1023);
	CU_ASSERT_EQUAL(tx_ring(&left, 0)->slot[1].flags, NS_MOREFRAG);
	rx = rx_ring(&right, 0);
	CU_ASSERT_EQUAL(rxsync(&right), 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 2);
	CU_ASSERT_EQUAL(frame_seq(rx, 0), 7);
	CU_ASSERT_EQUAL(rx->slot[1].len, 800);
	put_frame(tx_ring(&right, 0), 1, 2, 1514, 8);
	CU_ASSERT_EQUAL(txsync(&right), 0);
	rx = rx_ring(&left, 0);
	CU_ASSERT_EQUAL(rxsync(&left), 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 1);
	CU_ASSERT_EQUAL(rx->slot[0].len, 1514);
	CU_ASSERT_EQUAL(frame_seq(rx, 0), 8);
	port_close(&left);
	port_close(&right);
	finish();
}

static void what_is_not_sent_keeps_its_slots(void)
{
	struct port left;
	short revents;

	wire(1, true);
	port_open(&left, LEFT);
	nm_user_stall_device(LEFT, true);
	while (available(tx_ring(&left, 0)))
		put_frame(tx_ring(&left, 0), 2, 1, FRAME_BYTES, 0);
	CU_ASSERT_EQUAL(txsync(&left), 0);
	CU_ASSERT_EQUAL(available(tx_ring(&left, 0)), 0);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLOUT, &revents, 0), 0);
	nm_user_stall_device(LEFT, false);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLOUT, &revents, 1000), 1);
	CU_ASSERT_EQUAL(available(tx_ring(&left, 0)), 1023);
	port_close(&left);
	finish();
}

static void rings_that_nobody_has_stay_with_the_stack(void)
{
	struct nmreq_register one = {.nr_mode = NR_REG_ONE_NIC, .nr_ringid = 1};
	char frame[FRAME_BYTES], got[FRAME_BYTES];
	unsigned queue;
	struct port p;

	wire(2, true);
	CU_ASSERT_EQUAL_FATAL(port_try(&p, LEFT, &one), 0);
	fill_frame(frame, 1, 2, 0);
	for (queue = 0; queue < 2; queue++) {
		uint32_t stays = queue == 0 ? FRAME_BYTES : 0;

		nm_user_stack_send(RIGHT, queue, frame, sizeof(frame));
		CU_ASSERT_EQUAL(nm_user_stack_receive(LEFT, got, sizeof(got)), stays);
		nm_user_stack_send(LEFT, queue, frame, sizeof(frame));
		CU_ASSERT_EQUAL(nm_user_stack_receive(RIGHT, got, sizeof(got)), stays);
	}
	CU_ASSERT_EQUAL(rxsync(&p), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&p, 1)), 1);
	port_close(&p);
	nm_user_stack_send(LEFT, 1, frame, sizeof(frame));
	CU_ASSERT_EQUAL(nm_user_stack_receive(RIGHT, got, sizeof(got)), FRAME_BYTES);
	finish();
}

static void it_can_be_in_a_switch(void)
{
	struct nmreq_vale_attach body = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_detach end = {0};
	struct port port, right;
	unsigned i, tries;
	short revents;

	wire(1, true);
	CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:" LEFT, &body), 0);
	port_open(&port, "vale0:p");
	port_open(&right, RIGHT);
	send_frame(&port, 2, 1, 3);
	CU_ASSERT_EQUAL(DEV->poll(right.handle, POLLIN, &revents, 1000), 1);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&right, 0), 0), 3);
	for (i = 0; i < 3000; i++) {
		send_frame(&right, 1, 2, i);
		for (tries = 5000; !available(rx_ring(&port, 0)) && tries; tries--)
			DEV->poll(port.handle, POLLIN, &revents, 1);
		CU_ASSERT_EQUAL_FATAL(available(rx_ring(&port, 0)), 1);
		CU_ASSERT_EQUAL(frame_seq(rx_ring(&port, 0), rx_ring(&port, 0)->head), i);
		CU_ASSERT_EQUAL(drain(&port), 1);
	}
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, "vale0:" LEFT, &end), 0);
	port_close(&port);
	port_close(&right);
	finish();
}

static struct nm_ring *ring_of_left(void)
{
	struct nm_device *dev;

	nm_lock();
	for (dev = nm_ns_all()->devices; dev && strcmp(dev->port->name, LEFT);)
		dev = dev->next;
	nm_unlock();
	CU_ASSERT_PTR_NOT_NULL_FATAL(dev);
	return &dev->port->rings[NM_TX][0];
}

static void nap(void)
{
	const struct timespec step = {0, 20000000};

	nanosleep(&step, NULL);
}

/* A sender that is done, but has not said so yet, does not look again for what the device tells. */
static void its_news_wait_for_a_sender(void)
{
	struct nmreq_vale_attach body = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_detach end = {0};
	struct nm_ring *ring;
	struct port port;
	unsigned tries;

	wire(1, true);
	CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:" LEFT, &body), 0);
	port_open(&port, "vale0:p");
	nm_user_stall_device(LEFT, true);
	send_frame(&port, 2, 1, 3);
	ring = ring_of_left();
	nap();
	CU_ASSERT_FALSE(os_test_and_set(&ring->busy));
	CU_ASSERT_NOT_EQUAL(nm_distance(ring->hwcur, ring->hwtail, ring->slots), ring->slots - 1);
	nm_user_stall_device(LEFT, false);
	nap();
	os_clear(&ring->busy);
	for (tries = 100;
	     tries && nm_distance(os_load_acquire(&ring->hwcur), os_load_acquire(&ring->hwtail),
				  ring->slots) != ring->slots - 1;
	     tries--)
		nap();
	CU_ASSERT_NOT_EQUAL(tries, 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, "vale0:" LEFT, &end), 0);
	port_close(&port);
	finish();
}

/* Whoever is shown its pages sees nothing of other ports, and finds buffers where pages say. */
static void its_memory_can_be_apart(void)
{
	const struct nm_user_device device = {
		.tx_queues = 1, .rx_queues = 1, .native = true, .apart = true};
	struct port apart, other;
	struct netmap_ring *rx;
	uint64_t before;
	uint32_t i;

	wire(1, true);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device("eth2", NULL, &device), 0);
	before = os_live_bytes();
	port_open(&apart, "eth2");
	CU_ASSERT(os_live_bytes() - before < APART_BYTES + SPARE_BYTES);
	port_open(&other, LEFT);
	CU_ASSERT_NOT_EQUAL(apart.reg.nr_mem_id, other.reg.nr_mem_id);
	rx = rx_ring(&apart, 0);
	CU_ASSERT_EQUAL(rx->nr_buf_size, 2048);
	for (i = 0; i < rx->num_slots; i++)
		CU_ASSERT_EQUAL(rx->slot[i].buf_idx, rx->slot[0].buf_idx + i);
	CU_ASSERT_EQUAL(rx->slot[0].buf_idx % 2, 0);
	port_close(&apart);
	port_close(&other);
	finish();
}

static void it_may_vanish(void)
{
	short revents = 0;
	struct port p;

	wire(1, true);
	port_open(&p, LEFT);
	nm_user_remove_device(LEFT);
	CU_ASSERT_EQUAL(txsync(&p), -EIO);
	CU_ASSERT_EQUAL(DEV->poll(p.handle, POLLIN | POLLOUT, &revents, 1000), 1);
	CU_ASSERT_EQUAL(revents, POLLERR);
	port_close(&p);
	finish();
}

static const struct suite_test tests[] = {
	{"the_parameter_chooses", the_parameter_chooses},
	{"frames_cross_in_both_directions", frames_cross_in_both_directions},
	{"what_is_not_sent_keeps_its_slots", what_is_not_sent_keeps_its_slots},
	{"rings_that_nobody_has_stay_with_the_stack", rings_that_nobody_has_stay_with_the_stack},
	{"it_can_be_in_a_switch", it_can_be_in_a_switch},
	{"its_news_wait_for_a_sender", its_news_wait_for_a_sender},
	{"its_memory_can_be_apart", its_memory_can_be_apart},
	{"it_may_vanish", it_may_vanish},
};

SUITE_MAIN("core_device_native", tests)
