/* SPDX-License-Identifier: BSD-2-Clause */
/* Device ports over simulated devices: binding, both directions, limits, and devices that vanish.
 */
#include "core.h"
#include "support.h"

#define LEFT  "eth0"
#define RIGHT "eth1"

static void wire(const struct nm_user_device *how)
{
	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, how), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, how), 0);
}

static struct nmreq_register mode(uint32_t mode, uint16_t ringid)
{
	return (struct nmreq_register){.nr_mode = mode, .nr_ringid = ringid};
}

static void ports_have_the_size_of_their_device(void)
{
	const struct nm_user_device how = {.tx_queues = 3, .rx_queues = 2, .tx_slots = 256};
	struct nmreq_port_info_get info = {0};
	struct port p;

	wire(&how);
	port_open(&p, LEFT);
	CU_ASSERT_EQUAL(p.reg.nr_tx_rings, 3);
	CU_ASSERT_EQUAL(p.reg.nr_rx_rings, 2);
	CU_ASSERT_EQUAL(p.reg.nr_tx_slots, 256);
	CU_ASSERT_EQUAL(p.reg.nr_rx_slots, 1024); /* generic_ringsize: it does not say */
	CU_ASSERT_EQUAL(p.reg.nr_host_tx_rings, 1);
	CU_ASSERT_EQUAL(p.reg.nr_host_rx_rings, 1);
	CU_ASSERT_EQUAL(p.reg.nr_mem_id, 1);
	CU_ASSERT_EQUAL(p.nifp->ni_host_tx_rings, 1);
	CU_ASSERT_EQUAL(p.nifp->ni_flags & NI_PRIV_MEM, 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, RIGHT, &info), 0);
	CU_ASSERT_EQUAL(info.nr_tx_rings, 3);
	CU_ASSERT_EQUAL(info.nr_host_rx_rings, 1);
	port_close(&p);
	finish();
}

static const struct {
	uint32_t mode;
	uint16_t ringid, host;
	int rc;
	unsigned tx[2], rx[2]; /* bound rings: first and one past the last */
} modes[] = {
	{NR_REG_ALL_NIC, 0, 0, 0, {0, 3}, {0, 2}},     {NR_REG_SW, 0, 0, 0, {3, 4}, {2, 3}},
	{NR_REG_NIC_SW, 0, 0, 0, {0, 4}, {0, 3}},      {NR_REG_SW, 0, 4, 0, {3, 7}, {2, 6}},
	{NR_REG_ONE_NIC, 1, 0, 0, {1, 2}, {1, 2}},     {NR_REG_ONE_NIC, 2, 0, 0, {2, 3}, {0, 1}},
	{NR_REG_ONE_NIC, 3, 0, -EINVAL, {0}, {0}},     {NR_REG_ONE_SW, 1, 2, 0, {4, 5}, {3, 4}},
	{NR_REG_ONE_SW, 2, 2, -EINVAL, {0}, {0}},      {NR_REG_DEFAULT, 0, 0, -EINVAL, {0}, {0}},
	{NR_REG_PIPE_MASTER, 0, 0, -EINVAL, {0}, {0}},
};

static void check_bound(const struct port *p, unsigned base, unsigned n, const unsigned *bound)
{
	unsigned i;

	for (i = 0; i < n; i++)
		CU_ASSERT_EQUAL(p->nifp->ring_ofs[base + i] != 0, i >= bound[0] && i < bound[1]);
}

static void modes_select_rings(void)
{
	const struct nm_user_device how = {.tx_queues = 3, .rx_queues = 2};
	struct port p;
	size_t i;

	wire(&how);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct nmreq_register want = mode(modes[i].mode, modes[i].ringid);
		unsigned host = modes[i].host ? modes[i].host : 1;

		want.nr_host_tx_rings = modes[i].host;
		want.nr_host_rx_rings = modes[i].host;
		CU_ASSERT_EQUAL(port_try(&p, LEFT, &want), modes[i].rc);
		if (modes[i].rc)
			continue;
		CU_ASSERT_EQUAL(p.reg.nr_host_tx_rings, host);
		CU_ASSERT_EQUAL(p.reg.nr_mode, modes[i].mode);
		CU_ASSERT_EQUAL(p.reg.nr_ringid, modes[i].ringid);
		check_bound(&p, 0, 3 + host, modes[i].tx);
		check_bound(&p, 3 + host, 2 + host, modes[i].rx);
		port_close(&p);
	}
	finish();
}

static void frames_cross_the_wire(void)
{
	struct port left, right;
	struct netmap_ring *rx;

	wire(NULL);
	port_open(&left, LEFT);
	port_open(&right, RIGHT);
	put_frame(tx_ring(&left, 0), 2, 1, FRAME_BYTES, 7);
	put_frame(tx_ring(&left, 0), 2, 1, 1514, 8);
	CU_ASSERT_EQUAL(txsync(&left), 0);
	CU_ASSERT_EQUAL(available(tx_ring(&left, 0)), 1023);
	rx = rx_ring(&right, 0);
	CU_ASSERT_EQUAL(rxsync(&right), 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 2);
	CU_ASSERT_EQUAL(rx->slot[0].len, FRAME_BYTES);
	CU_ASSERT_EQUAL(rx->slot[0].flags, 0);
	CU_ASSERT_EQUAL(rx->slot[1].len, 1514);
	CU_ASSERT_EQUAL(frame_seq(rx, 0), 7);
	CU_ASSERT_EQUAL(frame_seq(rx, 1), 8);
	port_close(&left);
	port_close(&right);
	finish();
}

static void slots_come_back_when_the_driver_is_done(void)
{
	struct port left, right;
	struct netmap_ring *tx;
	short revents;
	int i;

	wire(NULL);
	port_open(&left, LEFT);
	port_open(&right, RIGHT);
	tx = tx_ring(&left, 0);
	nm_user_stall_device(LEFT, true);
	for (i = 0; i < 1023; i++)
		put_frame(tx, 2, 1, FRAME_BYTES, i);
	CU_ASSERT_EQUAL(txsync(&left), 0);
	CU_ASSERT_EQUAL(available(tx), 0);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLOUT, &revents, 0), 0);
	nm_user_stall_device(LEFT, false);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLOUT, &revents, 1000), 1);
	CU_ASSERT_EQUAL(available(tx), 1023);
	CU_ASSERT_EQUAL(drain(&right), 1023);
	port_close(&left);
	port_close(&right);
	finish();
}

static void fragments_become_one_frame(void)
{
	static uint8_t half[700];
	struct port left, right;
	struct netmap_ring *tx, *rx;

	wire(NULL);
	port_open(&left, LEFT);
	port_open(&right, RIGHT);
	tx = tx_ring(&left, 0);
	fill_frame(half, 2, 1, 3);
	put_slot(tx, half, sizeof(half), NS_MOREFRAG | NS_REPORT);
	put_slot(tx, half, sizeof(half), NS_BUF_CHANGED);
	CU_ASSERT_EQUAL(txsync(&left), 0);
	CU_ASSERT_EQUAL(tx->slot[0].flags, NS_MOREFRAG);
	CU_ASSERT_EQUAL(tx->slot[1].flags, 0);
	rx = rx_ring(&right, 0);
	CU_ASSERT_EQUAL(rxsync(&right), 0);
	CU_ASSERT_EQUAL(available(rx), 1);
	CU_ASSERT_EQUAL(rx->slot[0].len, 1400);
	CU_ASSERT_EQUAL(memcmp(buffer(rx, 0) + 700, half, 700), 0);
	port_close(&left);
	port_close(&right);
	finish();
}

static void long_frames_span_slots(void)
{
	const struct nm_user_device how = {.mtu = 9000};
	struct nmreq_register tx_only = mode(NR_REG_ALL_NIC, 0);
	struct netmap_ring *rx;
	struct port left, right;
	char frame[5000];

	wire(&how);
	tx_only.nr_flags = NR_TX_RINGS_ONLY;
	CU_ASSERT_EQUAL(port_try(&right, RIGHT, NULL), -EINVAL); /* 9000 > a buffer */
	CU_ASSERT_EQUAL(port_try(&left, LEFT, &tx_only), 0);
	port_close(&left);
	CU_ASSERT_EQUAL(nm_user_set_mtu(RIGHT, 1500), 0);
	port_open(&right, RIGHT);
	CU_ASSERT_EQUAL(nm_user_set_mtu(RIGHT, 9000), -EINVAL);
	memset(frame, 5, sizeof(frame));
	CU_ASSERT_EQUAL(nm_user_stack_send(LEFT, 0, frame, sizeof(frame)), 0);
	rx = rx_ring(&right, 0);
	CU_ASSERT_EQUAL(rxsync(&right), 0);
	CU_ASSERT_EQUAL(available(rx), 3);
	CU_ASSERT_EQUAL(rx->slot[0].flags, NS_MOREFRAG);
	CU_ASSERT_EQUAL(rx->slot[2].flags, 0);
	CU_ASSERT_EQUAL(rx->slot[0].len + rx->slot[1].len + rx->slot[2].len, 5000);
	port_close(&right);
	finish();
}

static void unbound_queues_stay_with_the_stack(void)
{
	const struct nm_user_device how = {.tx_queues = 2, .rx_queues = 2};
	struct nmreq_register one = mode(NR_REG_ONE_NIC, 1);
	char frame[FRAME_BYTES], got[FRAME_BYTES];
	struct port left;

	wire(&how);
	CU_ASSERT_EQUAL_FATAL(port_try(&left, LEFT, &one), 0);
	fill_frame(frame, 1, 2, 0);
	CU_ASSERT_EQUAL(nm_user_stack_send(RIGHT, 0, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(nm_user_stack_receive(LEFT, got, sizeof(got)), FRAME_BYTES);
	CU_ASSERT_EQUAL(nm_user_stack_send(RIGHT, 1, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(nm_user_stack_receive(LEFT, got, sizeof(got)), 0);
	CU_ASSERT_EQUAL(rxsync(&left), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&left, 1)), 1);
	CU_ASSERT_EQUAL(nm_user_stack_send(LEFT, 0, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(nm_user_stack_receive(RIGHT, got, sizeof(got)), FRAME_BYTES);
	CU_ASSERT_EQUAL(nm_user_stack_send(LEFT, 1, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(nm_user_stack_receive(RIGHT, got, sizeof(got)), 0);
	port_close(&left);
	CU_ASSERT_EQUAL(nm_user_stack_send(LEFT, 1, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(nm_user_stack_receive(RIGHT, got, sizeof(got)), FRAME_BYTES);
	finish();
}

static void a_slow_reader_loses_frames_beyond_its_slots(void)
{
	char frame[FRAME_BYTES];
	struct port left;
	int i;

	wire(NULL);
	port_open(&left, LEFT);
	fill_frame(frame, 1, 2, 0);
	for (i = 0; i < 3000; i++)
		CU_ASSERT_EQUAL(nm_user_stack_send(RIGHT, 0, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(rxsync(&left), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&left, 0)), 1023); /* of 1024 that wait */
	port_close(&left);
	finish();
}

static void claimed_and_native_only_are_refused(void)
{
	struct port p;

	wire(NULL);
	nm_user_claim_device(LEFT, true);
	CU_ASSERT_EQUAL(port_try(&p, LEFT, NULL), -EBUSY);
	nm_user_claim_device(LEFT, false);
	nm_params.admode = 1;
	CU_ASSERT_EQUAL(port_try(&p, LEFT, NULL), -EOPNOTSUPP);
	nm_params.admode = 0;
	port_open(&p, LEFT);
	port_close(&p);
	finish();
}

static void a_frame_wakes_who_polls(void)
{
	char frame[FRAME_BYTES];
	struct port left;
	short revents;

	wire(NULL);
	port_open(&left, LEFT);
	fill_frame(frame, 1, 2, 0);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLIN, &revents, 0), 0);
	CU_ASSERT_EQUAL(nm_user_stack_send(RIGHT, 0, frame, sizeof(frame)), 0);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLIN, &revents, 1000), 1);
	CU_ASSERT_EQUAL(revents, POLLIN);
	port_close(&left);
	finish();
}

static void a_device_that_vanishes_takes_its_port_along(void)
{
	struct port left, other;
	short revents = 0;

	wire(NULL);
	port_open(&left, LEFT);
	nm_user_stall_device(LEFT, true);
	put_frame(tx_ring(&left, 0), 2, 1, FRAME_BYTES, 0);
	CU_ASSERT_EQUAL(txsync(&left), 0);
	nm_user_remove_device(LEFT);
	CU_ASSERT_EQUAL(txsync(&left), -EIO);
	CU_ASSERT_EQUAL(rxsync(&left), -EIO);
	CU_ASSERT_EQUAL(DEV->poll(left.handle, POLLIN | POLLOUT, &revents, 1000), 1);
	CU_ASSERT_EQUAL(revents, POLLERR);
	CU_ASSERT_EQUAL(port_try(&other, LEFT, NULL), -ENXIO);
	CU_ASSERT_EQUAL(nm_user_add_device(LEFT, RIGHT, NULL), 0);
	port_open(&other, LEFT); /* a new device of the old name */
	CU_ASSERT_EQUAL(txsync(&other), 0);
	CU_ASSERT_EQUAL(txsync(&left), -EIO);
	port_close(&other);
	port_close(&left);
	finish();
}

static void vanishing_leaves_nothing(void)
{
	struct port left;

	wire(NULL);
	port_open(&left, LEFT);
	nm_user_remove_device(LEFT);
	port_close(&left);
	finish();
}

static const struct suite_test tests[] = {
	{"ports_have_the_size_of_their_device", ports_have_the_size_of_their_device},
	{"modes_select_rings", modes_select_rings},
	{"frames_cross_the_wire", frames_cross_the_wire},
	{"slots_come_back_when_the_driver_is_done", slots_come_back_when_the_driver_is_done},
	{"fragments_become_one_frame", fragments_become_one_frame},
	{"long_frames_span_slots", long_frames_span_slots},
	{"unbound_queues_stay_with_the_stack", unbound_queues_stay_with_the_stack},
	{"a_slow_reader_loses_frames_beyond_its_slots",
	 a_slow_reader_loses_frames_beyond_its_slots},
	{"claimed_and_native_only_are_refused", claimed_and_native_only_are_refused},
	{"a_frame_wakes_who_polls", a_frame_wakes_who_polls},
	{"a_device_that_vanishes_takes_its_port_along",
	 a_device_that_vanishes_takes_its_port_along},
	{"vanishing_leaves_nothing", vanishing_leaves_nothing},
};

SUITE_MAIN("core_device", tests)
