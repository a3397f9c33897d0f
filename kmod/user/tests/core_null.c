/* SPDX-License-Identifier: BSD-2-Clause */
/* Null ports: a region and its buffers without a device. */
#include "support.h"

static void sizes_are_taken_as_they_are(void)
{
	static const struct {
		uint32_t tx_slots, rx_slots;
		uint16_t tx_rings, rx_rings;
	} rows[] = {
		{256, 100, 10, 5}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 3, 2}, {7, 2000, 0, 40},
	};
	struct port p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nmreq_register want = {
			.nr_mode = NR_REG_NULL,
			.nr_mem_id = 1,
			.nr_tx_slots = rows[i].tx_slots,
			.nr_rx_slots = rows[i].rx_slots,
			.nr_tx_rings = rows[i].tx_rings,
			.nr_rx_rings = rows[i].rx_rings,
			.nr_host_tx_rings = 3,
		};

		CU_ASSERT_EQUAL_FATAL(port_try(&p, "whatever", &want), 0);
		CU_ASSERT_EQUAL(p.reg.nr_tx_slots, rows[i].tx_slots);
		CU_ASSERT_EQUAL(p.reg.nr_rx_slots, rows[i].rx_slots);
		CU_ASSERT_EQUAL(p.reg.nr_tx_rings, rows[i].tx_rings);
		CU_ASSERT_EQUAL(p.reg.nr_rx_rings, rows[i].rx_rings);
		CU_ASSERT_EQUAL(p.reg.nr_host_tx_rings, 0);
		CU_ASSERT_EQUAL(p.reg.nr_mem_id, 1);
		CU_ASSERT_EQUAL(p.nifp->ni_tx_rings, rows[i].tx_rings);
		CU_ASSERT_EQUAL(p.nifp->ni_rx_rings, rows[i].rx_rings);
		CU_ASSERT_EQUAL(txsync(&p), 0);
		CU_ASSERT_EQUAL(rxsync(&p), 0);
		port_close(&p);
	}
	finish();
}

static void refusals(void)
{
	static const struct {
		uint32_t slots;
		uint16_t rings, mem_id;
		int rc;
	} rows[] = {
		{1, 1, 0, -EINVAL},	     {1, 1, 999, -EINVAL}, {3000, 1, 1, -ENOMEM},
		{0xffffffff, 1, 1, -ENOMEM}, {1, 300, 1, -ENOMEM}, {1, 0xffff, 1, -ENOMEM},
		{0, 0xffff, 1, -ENOMEM},
	};
	struct port p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nmreq_register want = {
			.nr_mode = NR_REG_NULL,
			.nr_mem_id = rows[i].mem_id,
			.nr_tx_slots = rows[i].slots,
			.nr_rx_slots = rows[i].slots,
			.nr_tx_rings = rows[i].rings,
			.nr_rx_rings = rows[i].rings,
		};

		CU_ASSERT_EQUAL(port_try(&p, "n", &want), rows[i].rc);
	}
	finish();
}

/* What it is for: the region and spare buffers of another port. */
static void a_region_and_its_buffers(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_NULL, .nr_extra_bufs = 5};
	struct port v, n;
	uint32_t idx, count = 0;

	port_open(&v, "vale0:a");
	want.nr_mem_id = v.reg.nr_mem_id;
	CU_ASSERT_EQUAL_FATAL(port_try(&n, "n", &want), 0);
	CU_ASSERT_EQUAL(n.reg.nr_memsize, v.reg.nr_memsize);
	CU_ASSERT_EQUAL(n.reg.nr_extra_bufs, 5);
	for (idx = n.nifp->ni_bufs_head; idx; count++) {
		CU_ASSERT(idx > 1);
		memcpy(&idx,
		       (char *)tx_ring(&v, 0) + tx_ring(&v, 0)->buf_ofs +
			       (size_t)idx * tx_ring(&v, 0)->nr_buf_size,
		       sizeof(idx));
	}
	CU_ASSERT_EQUAL(count, 5);
	port_close(&v); /* the region stays while someone uses it */
	CU_ASSERT(n.nifp->ni_bufs_head > 1);
	port_close(&n);
	finish();
}

/* Two of one name have nothing to do with each other. */
static void each_one_is_new(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_NULL,
					    .nr_mem_id = 1,
					    .nr_flags = NR_EXCLUSIVE,
					    .nr_tx_rings = 1,
					    .nr_rx_rings = 1,
					    .nr_tx_slots = 8,
					    .nr_rx_slots = 8};
	struct port a, b;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "n", &want), 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "n", &want), 0);
	CU_ASSERT_PTR_NOT_EQUAL(tx_ring(&a, 0), tx_ring(&b, 0));
	CU_ASSERT_EQUAL(a.reg.nr_mem_id, b.reg.nr_mem_id);
	port_close(&a);
	port_close(&b);
	finish();
}

static void syncs_do_nothing(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_NULL,
					    .nr_mem_id = 1,
					    .nr_tx_rings = 1,
					    .nr_rx_rings = 1,
					    .nr_tx_slots = 8,
					    .nr_rx_slots = 8};
	struct port p;
	short revents;

	CU_ASSERT_EQUAL_FATAL(port_try(&p, "n", &want), 0);
	put_slot(tx_ring(&p, 0), NULL, 60, 0);
	CU_ASSERT_EQUAL(txsync(&p), 0);
	CU_ASSERT_EQUAL(tx_ring(&p, 0)->tail, 7);
	CU_ASSERT_EQUAL(DEV->poll(p.handle, POLLIN, &revents, 0), 0);
	CU_ASSERT_EQUAL(rx_ring(&p, 0)->tail, 0);
	port_close(&p);
	finish();
}

static void every_allocation_may_fail(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_NULL,
					    .nr_mem_id = 1,
					    .nr_tx_rings = 2,
					    .nr_rx_rings = 1,
					    .nr_tx_slots = 8,
					    .nr_rx_slots = 8};
	struct port p;
	int rc = -ENOMEM;
	long nth;

	for (nth = 1; rc; nth++) {
		CU_ASSERT_FATAL(nth < 1000);
		CU_ASSERT_EQUAL(nm_user_init(), 0);
		nm_user_fail_alloc(nth);
		rc = port_try(&p, "n", &want);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
		if (!rc)
			port_close(&p);
		finish();
	}
}

static const struct suite_test tests[] = {
	{"sizes_are_taken_as_they_are", sizes_are_taken_as_they_are},
	{"refusals", refusals},
	{"a_region_and_its_buffers", a_region_and_its_buffers},
	{"each_one_is_new", each_one_is_new},
	{"syncs_do_nothing", syncs_do_nothing},
	{"every_allocation_may_fail", every_allocation_may_fail},
};

SUITE_MAIN("core_null", tests)
