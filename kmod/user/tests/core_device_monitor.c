/* SPDX-License-Identifier: BSD-2-Clause */
/* Monitors of device ports: arrivals are seen although no owner looks, and host rings are covered.
 */
#include "core.h"
#include "support.h"

#define LEFT	"eth0"
#define RIGHT	"eth1"
#define WAIT_MS 5000
#define COPY	(NR_MONITOR_RX | NR_MONITOR_TX)

static void wire(void)
{
	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, NULL), 0);
}

static int open_as(struct port *p, const char *name, uint32_t mode, uint64_t flags)
{
	const struct nmreq_register want = {.nr_mode = mode, .nr_flags = flags};

	return port_try(p, name, &want);
}

static void stack_sends(const char *dev, uint32_t seq)
{
	uint8_t frame[FRAME_BYTES] = {0};

	fill_frame(frame, 1, 2, seq);
	CU_ASSERT_EQUAL(nm_user_stack_send(dev, 0, frame, FRAME_BYTES), 0);
}

/* Sleeps until frame seq is the next one on this receive ring, and takes it. */
static void await(struct port *p, unsigned ring, uint32_t seq, bool tx)
{
	struct netmap_ring *rx = rx_ring(p, ring);
	short revents = 0;

	CU_ASSERT_EQUAL_FATAL(DEV->poll(p->handle, POLLIN, &revents, WAIT_MS), 1);
	CU_ASSERT_EQUAL(revents, POLLIN);
	CU_ASSERT_FATAL(available(rx) > 0);
	CU_ASSERT_EQUAL(frame_seq(rx, rx->head), seq);
	CU_ASSERT_EQUAL(!!(rx->slot[rx->head].flags & NS_TXMON), tx);
	rx->head = rx->cur = next_slot(rx, rx->head);
	CU_ASSERT_EQUAL(rxsync(p), 0);
}

static void arrivals_are_seen_although_nobody_reads(void)
{
	struct port owner, mon;

	wire();
	port_open(&owner, LEFT);
	CU_ASSERT_EQUAL_FATAL(open_as(&mon, LEFT, NR_REG_ALL_NIC, COPY), 0);
	stack_sends(RIGHT, 1);
	await(&mon, 0, 1, false);
	stack_sends(RIGHT, 2);
	await(&mon, 0, 2, false);
	await(&owner, 0, 1, false);
	await(&owner, 0, 2, false);
	send_frame(&owner, 1, 2, 3);
	await(&mon, 0, 3, true);
	port_close(&mon);
	stack_sends(RIGHT, 4);
	await(&owner, 0, 4, false);
	port_close(&owner);
	finish();
}

/* Ring 1 of a device with one queue is its host ring. */
static void host_rings_are_covered(void)
{
	struct port owner, mon;

	wire();
	CU_ASSERT_EQUAL_FATAL(open_as(&owner, LEFT, NR_REG_NIC_SW, 0), 0);
	CU_ASSERT_EQUAL_FATAL(open_as(&mon, LEFT, NR_REG_ALL_NIC, COPY), 0);
	CU_ASSERT_EQUAL(mon.reg.nr_rx_rings, 2);
	stack_sends(LEFT, 1);
	await(&mon, 1, 1, false);
	put_frame(tx_ring(&owner, 1), 1, 2, FRAME_BYTES, 2);
	CU_ASSERT_EQUAL(txsync(&owner), 0);
	await(&mon, 1, 2, true);
	stack_sends(RIGHT, 3);
	await(&mon, 0, 3, false);
	port_close(&owner);
	port_close(&mon);
	finish();
}

static void zero_copy_waits_for_the_owner(void)
{
	struct port owner, mon;
	uint32_t buf;

	wire();
	port_open(&owner, LEFT);
	CU_ASSERT_EQUAL_FATAL(open_as(&mon, LEFT, NR_REG_ALL_NIC, NR_ZCOPY_MON), 0);
	stack_sends(RIGHT, 1);
	CU_ASSERT_EQUAL(rxsync(&owner), 0);
	buf = rx_ring(&owner, 0)->slot[0].buf_idx;
	CU_ASSERT_EQUAL(rxsync(&mon), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&mon, 0)), 0);
	CU_ASSERT_EQUAL(drain(&owner), 1);
	CU_ASSERT_EQUAL(rx_ring(&mon, 0)->slot[0].buf_idx, buf);
	await(&mon, 0, 1, false);
	send_frame(&owner, 1, 2, 2);
	CU_ASSERT_EQUAL(txsync(&owner), 0); /* by now it is completed */
	await(&mon, 0, 2, true);
	port_close(&mon);
	port_close(&owner);
	finish();
}

static void owners_and_monitors_come_and_go(void)
{
	struct port owner, mon, second;
	unsigned i;

	wire();
	for (i = 0; i < 200; i++) {
		port_open(&owner, LEFT);
		CU_ASSERT_EQUAL_FATAL(open_as(&mon, LEFT, NR_REG_ALL_NIC, NR_MONITOR_RX), 0);
		stack_sends(RIGHT, i);
		CU_ASSERT_EQUAL_FATAL(open_as(&second, LEFT, NR_REG_ALL_NIC, NR_MONITOR_RX), 0);
		stack_sends(RIGHT, i);
		if (i % 3 == 0)
			await(&mon, 0, i, false);
		port_close(i % 2 ? &owner : &mon);
		port_close(&second);
		port_close(i % 2 ? &mon : &owner);
	}
	finish();
}

static void every_allocation_may_fail(void)
{
	struct port owner, mon;
	int rc = -ENOMEM;
	long nth;

	wire();
	port_open(&owner, LEFT);
	for (nth = 1; rc; nth++) {
		CU_ASSERT_FATAL(nth < 1000);
		nm_user_fail_alloc(nth);
		rc = open_as(&mon, LEFT, NR_REG_ALL_NIC, COPY);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
	}
	stack_sends(RIGHT, 1);
	await(&mon, 0, 1, false);
	port_close(&owner);
	port_close(&mon);
	finish();
}

static const struct suite_test tests[] = {
	{"arrivals_are_seen_although_nobody_reads", arrivals_are_seen_although_nobody_reads},
	{"host_rings_are_covered", host_rings_are_covered},
	{"zero_copy_waits_for_the_owner", zero_copy_waits_for_the_owner},
	{"owners_and_monitors_come_and_go", owners_and_monitors_come_and_go},
	{"every_allocation_may_fail", every_allocation_may_fail},
};

SUITE_MAIN("core_device_monitor", tests)
