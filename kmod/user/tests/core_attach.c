/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices in a switch: both directions, the host's stack, polling, and every way to leave. */
#include <time.h>

#include "core.h"
#include "support.h"

#define LEFT	 "eth0"
#define RIGHT	 "eth1"
#define WIRE	 "vale0:" LEFT
#define HOST	 "vale0:" LEFT "^"
#define LIMIT_MS 5000
#define STEP_NS	 1000000

#define FLOOD_SLOTS   512
#define NAPS_PER_SLOT 2
#define NAP_US	      25
#define MISSED_US     (128 * NAP_US)

static void stage_as(const struct nm_user_device *left)
{
	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, left), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, NULL), 0);
}

static void stage(void)
{
	stage_as(NULL);
}

static int attach(const char *name, uint32_t mode)
{
	struct nmreq_vale_attach body = {.reg.nr_mode = mode};

	return ctrl(NULL, NETMAP_REQ_VALE_ATTACH, name, &body);
}

static int detach(const char *name)
{
	struct nmreq_vale_detach body = {0};

	return ctrl(NULL, NETMAP_REQ_VALE_DETACH, name, &body);
}

static int index_of(const char *name)
{
	struct nmreq_vale_list body = {0};

	if (ctrl(NULL, NETMAP_REQ_VALE_LIST, name, &body))
		return -1;
	return body.nr_port_idx;
}

static void nap(void)
{
	const struct timespec step = {0, STEP_NS};

	nanosleep(&step, NULL);
}

/* The device's worker runs when it runs: waits until the port has got n frames. */
static void expect_at(struct port *p, uint32_t n)
{
	int ms;

	for (ms = 0; ms < LIMIT_MS; ms++) {
		CU_ASSERT_EQUAL(rxsync(p), 0);
		if (available(rx_ring(p, 0)) >= n)
			break;
		nap();
	}
	CU_ASSERT_EQUAL(available(rx_ring(p, 0)), n);
}

static bool stack_gets(const char *dev)
{
	char f[2048];
	int ms;

	for (ms = 0; ms < LIMIT_MS; ms++) {
		if (nm_user_stack_receive(dev, f, sizeof(f)))
			return true;
		nap();
	}
	return false;
}

static void stack_sends(const char *dev, uint8_t dst, uint8_t src)
{
	char f[FRAME_BYTES] = {0};

	fill_frame(f, dst, src, 0);
	CU_ASSERT_EQUAL(nm_user_stack_send(dev, 0, f, sizeof(f)), 0);
}

static void frames_cross_between_wire_and_switch(void)
{
	struct port p, r;

	stage();
	port_open(&p, "vale0:p");
	port_open(&r, RIGHT);
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), 0);
	CU_ASSERT_EQUAL(index_of(WIRE), 1);
	send_frame(&p, BROADCAST, 1, 3);
	CU_ASSERT_EQUAL(rxsync(&r), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&r, 0)), 1); /* at once: senders push */
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&r, 0), 0), 3);
	send_frame(&r, 1, 2, 4);
	expect_at(&p, 1);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&p, 0), 0), 4);
	CU_ASSERT_EQUAL(rx_ring(&p, 0)->slot[0].flags, 0x0100);
	CU_ASSERT_EQUAL(detach(WIRE), 0);
	CU_ASSERT_EQUAL(index_of(WIRE), 255);
	port_close(&p);
	port_close(&r);
	finish();
}

static void the_stack_is_a_port_of_its_own(void)
{
	struct port p;

	stage();
	port_open(&p, "vale0:p");
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_NIC_SW), 0);
	CU_ASSERT_EQUAL(index_of(WIRE), 1);
	CU_ASSERT_EQUAL(index_of(HOST), 2);
	stack_sends(LEFT, BROADCAST, 9);
	expect_at(&p, 1);
	CU_ASSERT_TRUE(stack_gets(RIGHT));
	send_frame(&p, 9, 1, 0); /* learned: up the stack only */
	CU_ASSERT_TRUE(stack_gets(LEFT));
	CU_ASSERT_EQUAL(nm_user_stack_receive(RIGHT, (char[64]){0}, 64), 0);
	CU_ASSERT_EQUAL(detach(HOST), -EINVAL);
	CU_ASSERT_EQUAL(detach(WIRE), 0);
	CU_ASSERT_EQUAL(index_of(HOST), 255);
	port_close(&p);
	finish();
}

static void who_owns_a_device_is_respected(void)
{
	struct nmreq_port_info_get info = {0};
	struct port p;

	stage();
	port_open(&p, LEFT);
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), -EBUSY);
	port_close(&p);
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), 0);
	CU_ASSERT_EQUAL(port_try(&p, LEFT, NULL), -EBUSY);
	CU_ASSERT_EQUAL(port_try(&p, WIRE, NULL), -EBUSY);
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), -EBUSY);
	CU_ASSERT_EQUAL(attach("vale1:" LEFT, NR_REG_ALL_NIC), -EBUSY);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, LEFT, &info), 0);
	CU_ASSERT_EQUAL(detach(WIRE), 0);
	CU_ASSERT_EQUAL(detach(WIRE), -ENXIO);
	port_open(&p, LEFT);
	port_close(&p);
	nm_user_claim_device(LEFT, true);
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), -EBUSY);
	CU_ASSERT_EQUAL(index_of(WIRE), -1); /* nor is a switch left */
	finish();
}

/* The attachment's thread needs a moment until it has taken the slots of a full ring back. */
static bool passes_again(struct port *p)
{
	char f[64];
	int ms;

	for (ms = 0; ms < LIMIT_MS; ms++) {
		send_frame(p, BROADCAST, 1, 0);
		if (nm_user_stack_receive(RIGHT, f, sizeof(f)))
			return true;
		nap();
	}
	return false;
}

static void a_full_wire_takes_what_it_can_and_recovers(void)
{
	struct vale_port_stats stats;
	struct port p;
	int i, n;

	stage();
	port_open(&p, "vale0:p");
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), 0);
	nm_user_stall_device(LEFT, true);
	for (i = 0; i < 2000; i++)
		send_frame(&p, BROADCAST, 1, i);
	stats = stats_of(WIRE);
	CU_ASSERT_EQUAL(stats.rx_packets, 1023);
	CU_ASSERT_EQUAL(stats.rx_drop_ring_full, 977);
	nm_user_stall_device(LEFT, false);
	for (n = 0; nm_user_stack_receive(RIGHT, (char[64]){0}, 64); n++)
		;
	CU_ASSERT_EQUAL(n, 1023);
	CU_ASSERT_TRUE(passes_again(&p));
	CU_ASSERT_EQUAL(detach(WIRE), 0);
	port_close(&p);
	finish();
}

static void flood(struct port *p, unsigned batches)
{
	unsigned i;

	while (batches--) {
		for (i = 0; i < FLOOD_SLOTS; i++)
			put_frame(tx_ring(p, 0), BROADCAST, 1, FRAME_BYTES, i);
		CU_ASSERT_EQUAL(txsync(p), 0);
	}
}

static unsigned arrived(void)
{
	unsigned n = 0;

	while (nm_user_stack_receive(RIGHT, (char[64]){0}, 64))
		n++;
	return n;
}

/* What it took is known but for whole rounds of its ring; the last naps in a row may not be paid for. */
static void senders_sleep_as_long_as_who_runs_elsewhere_earned(void)
{
	const struct nm_user_device elsewhere = {
		.tx_queues = 1, .rx_queues = 1, .native = true, .apart = true};
	const unsigned earned_us = (1023 + FLOOD_SLOTS - 1024) * NAPS_PER_SLOT * NAP_US;
	uint64_t before;
	struct port p;

	stage_as(&elsewhere);
	port_open(&p, "vale0:p");
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), 0);
	nm_user_stall_device(LEFT, true);
	before = nm_user_slept_us();
	flood(&p, 4);
	CU_ASSERT_EQUAL(nm_user_slept_us(), before);
	nm_user_stall_device(LEFT, false);
	CU_ASSERT_EQUAL(arrived(), 1023);
	flood(&p, 1);
	CU_ASSERT_EQUAL(arrived(), FLOOD_SLOTS);
	nm_user_stall_device(LEFT, true);
	before = nm_user_slept_us();
	flood(&p, 1);
	CU_ASSERT_EQUAL(nm_user_slept_us(), before);
	flood(&p, 1); /* all but one arrive */
	CU_ASSERT(nm_user_slept_us() > before);
	flood(&p, 18);
	CU_ASSERT(nm_user_slept_us() - before <= earned_us);
	CU_ASSERT(nm_user_slept_us() - before >= earned_us - MISSED_US);
	nm_user_stall_device(LEFT, false);
	CU_ASSERT_EQUAL(detach(WIRE), 0);
	port_close(&p);
	finish();
}

static const struct {
	const char *name;
	uint32_t mode, cpu, cpus;
	int rc;
} polls[] = {
	{"eth0", NETMAP_POLLING_MODE_SINGLE_CPU, 0, 1, -EINVAL},
	{"vale0:none", NETMAP_POLLING_MODE_SINGLE_CPU, 0, 1, -ENXIO},
	{"vale0:p", NETMAP_POLLING_MODE_SINGLE_CPU, 0, 1, -EOPNOTSUPP},
	{HOST, NETMAP_POLLING_MODE_SINGLE_CPU, 0, 1, -EOPNOTSUPP},
	{WIRE, 0, 0, 1, -EINVAL},
	{WIRE, 3, 0, 1, -EINVAL},
	{WIRE, NETMAP_POLLING_MODE_SINGLE_CPU, 0, 0, -EINVAL},
	{WIRE, NETMAP_POLLING_MODE_SINGLE_CPU, 0, 2, -EINVAL},
	{WIRE, NETMAP_POLLING_MODE_SINGLE_CPU, 99999, 1, -EINVAL},
	{WIRE, NETMAP_POLLING_MODE_MULTI_CPU, 0, 0, -EINVAL},
	{WIRE, NETMAP_POLLING_MODE_MULTI_CPU, 1, 1, -EINVAL}, /* no ring 1 */
	{WIRE, NETMAP_POLLING_MODE_SINGLE_CPU, 0, 1, 0},
	{WIRE, NETMAP_POLLING_MODE_SINGLE_CPU, 0, 1, -EFAULT},
};

static void polling_serves_the_wire(void)
{
	struct nmreq_vale_polling how = {0};
	struct port p;
	size_t i;

	stage();
	port_open(&p, "vale0:p");
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_NIC_SW), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_POLLING_DISABLE, WIRE, &how), -EFAULT);
	for (i = 0; i < sizeof(polls) / sizeof(polls[0]); i++) {
		how.nr_mode = polls[i].mode;
		how.nr_first_cpu_id = polls[i].cpu;
		how.nr_num_polling_cpus = polls[i].cpus;
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_POLLING_ENABLE, polls[i].name, &how),
				polls[i].rc);
	}
	CU_ASSERT_EQUAL(detach(WIRE), -EBUSY);
	stack_sends(RIGHT, BROADCAST, 2);
	expect_at(&p, 1);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_POLLING_DISABLE, WIRE, &how), 0);
	stack_sends(RIGHT, BROADCAST, 2);
	expect_at(&p, 2);
	CU_ASSERT_EQUAL(detach(WIRE), 0);
	port_close(&p);
	finish();
}

static void a_device_that_vanishes_leaves_the_switch(void)
{
	struct nmreq_vale_polling how = {
		.nr_mode = NETMAP_POLLING_MODE_SINGLE_CPU,
		.nr_num_polling_cpus = 1,
	};
	struct port p;
	int ms;

	stage();
	port_open(&p, "vale0:p");
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_NIC_SW), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_POLLING_ENABLE, WIRE, &how), 0);
	nm_user_remove_device(LEFT);
	for (ms = 0; ms < LIMIT_MS && index_of(WIRE) != 255; ms++) {
		send_frame(&p, BROADCAST, 1, 0);
		nap();
	}
	CU_ASSERT_EQUAL(index_of(WIRE), 255);
	CU_ASSERT_EQUAL(index_of(HOST), 255);
	CU_ASSERT_EQUAL(nm_user_add_device(LEFT, RIGHT, NULL), 0);
	CU_ASSERT_EQUAL(attach(WIRE, NR_REG_ALL_NIC), 0);
	port_close(&p);
	finish(); /* still attached */
}

static void delif(const char *dev, int rc)
{
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, dev, NULL), rc);
}

static void a_persistent_port_joins_two_switches(void)
{
	struct nmreq_vale_newif newif = {0};
	struct port a, b, c;

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	port_open(&a, "valeA:a");
	port_open(&b, "valeB:b");
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "joint", &newif), 0);
	CU_ASSERT_EQUAL(attach("valeA:joint", NR_REG_ALL_NIC), 0);
	CU_ASSERT_EQUAL(attach("valeA:joint", NR_REG_ALL_NIC), -EBUSY);
	CU_ASSERT_EQUAL(attach("valeB:joint", NR_REG_ALL_NIC), 0);
	CU_ASSERT_EQUAL(index_of("valeB:joint"), 1);
	send_frame(&a, BROADCAST, 1, 5);
	expect_at(&b, 1);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&b, 0), 0), 5);
	send_frame(&b, 1, 2, 6);
	expect_at(&a, 1);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&a, 0), 0), 6);
	CU_ASSERT_EQUAL(port_try(&c, "joint", NULL), -EBUSY);
	delif("joint", -EBUSY);
	CU_ASSERT_EQUAL(detach("valeA:joint"), -EBUSY);
	CU_ASSERT_EQUAL(detach("valeB:joint"), 0);
	delif("joint", -EBUSY);
	CU_ASSERT_EQUAL(detach("valeA:joint"), 0);
	delif("joint", 0);
	port_close(&a);
	port_close(&b);
	finish();
}

static void every_failed_allocation_leaves_nothing(void)
{
	struct nmreq_vale_attach body = {.reg.nr_mode = NR_REG_NIC_SW};
	int rc = -ENOMEM;
	void *handle;
	long n;

	for (n = 1; rc == -ENOMEM && n < 200; n++) {
		stage();
		CU_ASSERT_EQUAL_FATAL(DEV->open(&handle), 0);
		nm_user_fail_alloc(n);
		rc = ctrl(handle, NETMAP_REQ_VALE_ATTACH, WIRE, &body);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
		CU_ASSERT_EQUAL(index_of(WIRE), rc ? -1 : 0);
		DEV->close(handle);
		finish();
	}
	CU_ASSERT_EQUAL(rc, 0);
	CU_ASSERT(n > 5);
}

static const struct suite_test tests[] = {
	{"frames_cross_between_wire_and_switch", frames_cross_between_wire_and_switch},
	{"the_stack_is_a_port_of_its_own", the_stack_is_a_port_of_its_own},
	{"who_owns_a_device_is_respected", who_owns_a_device_is_respected},
	{"a_full_wire_takes_what_it_can_and_recovers", a_full_wire_takes_what_it_can_and_recovers},
	{"senders_sleep_as_long_as_who_runs_elsewhere_earned",
	 senders_sleep_as_long_as_who_runs_elsewhere_earned},
	{"polling_serves_the_wire", polling_serves_the_wire},
	{"a_device_that_vanishes_leaves_the_switch", a_device_that_vanishes_leaves_the_switch},
	{"a_persistent_port_joins_two_switches", a_persistent_port_joins_two_switches},
	{"every_failed_allocation_leaves_nothing", every_failed_allocation_leaves_nothing},
};

SUITE_MAIN("core_attach", tests)
