/* SPDX-License-Identifier: BSD-2-Clause */
/* Null ports: a region, its rings and extra buffers, and nothing behind them. */
#include "selftest.h"

#include <sys/ioctl.h>

enum { GLOBAL_REGION = 1 };

static void a_region_must_be_named(void)
{
	struct st_port p = {.reg = {.nr_mode = NR_REG_NULL}};

	NEEDS(ST_NULL_PORTS);
	CHECK_EQ(st_bind_as(&p, "anything"), EINVAL);
	p.reg.nr_mem_id = 0xfffe;
	CHECK_EQ(st_bind_as(&p, "anything"), EINVAL);
}

static void counts_are_taken_as_they_are(void)
{
	struct st_port p = {.reg = {.nr_mode = NR_REG_NULL,
				    .nr_mem_id = GLOBAL_REGION,
				    .nr_tx_rings = 10,
				    .nr_rx_rings = 5,
				    .nr_tx_slots = 256,
				    .nr_rx_slots = 100}};

	NEEDS(ST_NULL_PORTS);
	CHECK_EQ(st_bind_as(&p, "anything"), 0);
	CHECK_EQ(p.reg.nr_tx_rings, 10);
	CHECK_EQ(p.reg.nr_rx_rings, 5);
	CHECK_EQ(p.reg.nr_tx_slots, 256);
	CHECK_EQ(p.reg.nr_rx_slots, 100);
	CHECK_EQ(p.tx->num_slots, 256);
	CHECK_EQ(p.rx->num_slots, 100);
	CHECK_EQ(ioctl(p.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(ioctl(p.fd, NIOCRXSYNC, NULL), 0);
	CHECK_EQ(p.reg.nr_mem_id, GLOBAL_REGION);
}

static void no_rings_but_extra_buffers(void)
{
	struct st_port p = {
		.reg = {.nr_mode = NR_REG_NULL, .nr_mem_id = GLOBAL_REGION, .nr_extra_bufs = 30}};

	NEEDS(ST_NULL_PORTS);
	CHECK_EQ(st_bind_as(&p, ""), 0);
	CHECK_EQ(p.reg.nr_tx_rings, 0);
	CHECK_EQ(p.reg.nr_rx_rings, 0);
	CHECK_EQ(p.reg.nr_extra_bufs, 30);
	CHECK(p.nifp->ni_bufs_head >= 2);
	CHECK_EQ(p.nifp->ni_tx_rings, 0);
	CHECK_EQ(ioctl(p.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(ioctl(p.fd, NIOCRXSYNC, NULL), 0);
}

static const struct st_test tests[] = {
	{"null-region", a_region_must_be_named},
	{"null-counts", counts_are_taken_as_they_are},
	{"null-no-rings", no_rings_but_extra_buffers},
};

const struct st_group st_null_group = {tests, ST_COUNT(tests)};
