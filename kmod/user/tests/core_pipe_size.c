/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings, slots, regions and number of pipes, and what requests say of them. */
#include "core.h"
#include "pipes.h"

/* Rings, slots and indices from the master's viewpoint, whoever comes first. */
static void sizes_are_the_masters(void)
{
	const struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_tx_rings = 3,
		.nr_rx_rings = 2,
		.nr_tx_slots = 64,
		.nr_rx_slots = 32,
	};
	const char *first[] = {"pipe{1", "pipe}1"};
	struct port m, s;
	int i;

	for (i = 0; i < 2; i++) {
		struct port *a = i ? &s : &m, *b = i ? &m : &s;

		CU_ASSERT_EQUAL_FATAL(port_try(a, first[i], &want), 0);
		port_open(b, first[!i]);
		CU_ASSERT_EQUAL(m.reg.nr_tx_rings, 3);
		CU_ASSERT_EQUAL(m.reg.nr_rx_rings, 2);
		CU_ASSERT_EQUAL(m.reg.nr_tx_slots, 64);
		CU_ASSERT_EQUAL(m.reg.nr_rx_slots, 32);
		CU_ASSERT_EQUAL(s.reg.nr_tx_rings, 2);
		CU_ASSERT_EQUAL(s.reg.nr_rx_rings, 3);
		CU_ASSERT_EQUAL(s.reg.nr_tx_slots, 32);
		CU_ASSERT_EQUAL(s.reg.nr_rx_slots, 64);
		CU_ASSERT_EQUAL(m.reg.nr_host_tx_rings, 0);
		put_frame(tx_ring(&m, 2), 1, 2, FRAME_BYTES, 9);
		put_frame(tx_ring(&s, 1), 1, 2, FRAME_BYTES, 8);
		CU_ASSERT_EQUAL(txsync(&m), 0);
		CU_ASSERT_EQUAL(txsync(&s), 0);
		CU_ASSERT_EQUAL(rxsync(&m), 0);
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		CU_ASSERT_EQUAL(available(rx_ring(&s, 2)), 1);
		CU_ASSERT_EQUAL(available(rx_ring(&m, 1)), 1);
		CU_ASSERT_EQUAL(available(rx_ring(&m, 0)), 0);
		close_both(&m, &s);
	}
}

static void sizes_are_clamped(void)
{
	static const struct {
		uint32_t slots, got_slots;
		uint16_t rings, got_rings;
	} rows[] = {
		{0, 1024, 0, 1},
		{1, 1, 1, 1},
		{5000, 4096, 1, 1},
		{64, 64, 40, 40},
	};
	struct port p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		port_open_sized(&p, "pipe{1", rows[i].rings, rows[i].slots);
		CU_ASSERT_EQUAL(p.reg.nr_tx_slots, rows[i].got_slots);
		CU_ASSERT_EQUAL(p.reg.nr_rx_slots, rows[i].got_slots);
		CU_ASSERT_EQUAL(p.reg.nr_tx_rings, rows[i].got_rings);
		CU_ASSERT_EQUAL(p.reg.nr_rx_rings, rows[i].got_rings);
		port_close(&p);
	}
	finish();
}

/* The region that comes with the first pipe has room for what that pipe wants. */
static void a_region_on_demand_is_big_enough(void)
{
	static const struct nmreq_register wants[] = {
		{.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 30000},
		{.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 4096, .nr_rx_slots = 4096},
		{.nr_mode = NR_REG_ALL_NIC, .nr_tx_rings = 16, .nr_rx_rings = 1},
		{.nr_mode = NR_REG_ALL_NIC, .nr_tx_rings = 100, .nr_rx_rings = 100},
	};
	struct port m, s;
	size_t i;

	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(port_try(&m, "pipe{1", &wants[i]), 0);
		CU_ASSERT_EQUAL(m.reg.nr_extra_bufs, wants[i].nr_extra_bufs);
		port_open(&s, "pipe}1");
		close_both(&m, &s);
	}
}

static void slots_default_to_the_parents(void)
{
	struct port parent, p;

	port_open_sized(&parent, "vale0:p", 1, 100);
	port_open(&p, "vale0:p{1");
	CU_ASSERT_EQUAL(p.reg.nr_tx_slots, 100);
	CU_ASSERT_EQUAL(p.reg.nr_mem_id, parent.reg.nr_mem_id);
	CU_ASSERT_EQUAL(p.reg.nr_memsize, parent.reg.nr_memsize);
	port_close(&parent); /* it lives on through the pipe */
	CU_ASSERT_EQUAL(stats_of("vale0:p").bridge_idx, 0);
	port_close(&p);
	finish();
}

static void a_region_may_be_asked_for(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC};
	struct port v, p;

	port_open(&v, "vale0:a");
	want.nr_mem_id = v.reg.nr_mem_id;
	CU_ASSERT_EQUAL_FATAL(port_try(&p, "pipe{1", &want), 0);
	CU_ASSERT_EQUAL(p.reg.nr_mem_id, v.reg.nr_mem_id);
	port_close(&p);
	want.nr_mem_id = 999;
	CU_ASSERT_EQUAL(port_try(&p, "pipe{1", &want), -EINVAL);
	port_close(&v);
	finish();
}

#define MANY 64

static void a_parent_has_64_pipes(void)
{
	const struct nm_params saved = nm_params;
	struct port p[MANY], excess;
	char name[16];
	int i;

	nm_params.priv_if_num = 100;
	nm_params.priv_ring_num = 4 * MANY + 8;
	nm_params.priv_buf_num = 2 * MANY * SLOTS + 8192;
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "pipe{%d", i);
		port_open_sized(&p[i], name, 1, SLOTS);
	}
	CU_ASSERT_EQUAL(port_try(&excess, "pipe{64", NULL), -EINVAL);
	port_close(&p[17]);
	port_open_sized(&p[17], "pipe}64", 1, SLOTS);
	for (i = 0; i < MANY; i++)
		port_close(&p[i]);
	nm_params = saved;
	finish();
}

static void what_requests_say_of_a_pipe(void)
{
	struct nmreq_port_info_get info = {.nr_tx_rings = 2, .nr_tx_slots = 50};
	struct nmreq_pools_info pools = {0};
	struct nmreq_port_hdr hdr = {0};
	struct port m;

	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, "pipe}1", &info), 0);
	CU_ASSERT_EQUAL(info.nr_rx_rings, 2);
	CU_ASSERT_EQUAL(info.nr_rx_slots, 50);
	CU_ASSERT_EQUAL(info.nr_tx_rings, 1);
	CU_ASSERT(info.nr_memsize > 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_GET, "pipe{1", &hdr), -ENXIO);
	port_open(&m, "pipe{1");
	memset(&info, 0, sizeof(info));
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, "pipe}1", &info), 0);
	CU_ASSERT_EQUAL(info.nr_memsize, m.reg.nr_memsize);
	CU_ASSERT_EQUAL(info.nr_mem_id, m.reg.nr_mem_id);
	CU_ASSERT_EQUAL(info.nr_tx_slots, 1024);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_POOLS_INFO_GET, "pipe{1", &pools), 0);
	CU_ASSERT_EQUAL(pools.nr_memsize, m.reg.nr_memsize);
	CU_ASSERT_EQUAL(pools.nr_mem_id, m.reg.nr_mem_id);
	CU_ASSERT(pools.nr_buf_pool_objtotal > 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_GET, "pipe{1", &hdr), 0);
	CU_ASSERT_EQUAL(hdr.nr_hdr_len, 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_GET, "pipe{2", &hdr), -ENODEV);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_SET, "pipe{1", &hdr), -ENXIO);
	port_close(&m);
	finish();
}

static const struct suite_test tests[] = {
	{"sizes_are_the_masters", sizes_are_the_masters},
	{"sizes_are_clamped", sizes_are_clamped},
	{"a_region_on_demand_is_big_enough", a_region_on_demand_is_big_enough},
	{"slots_default_to_the_parents", slots_default_to_the_parents},
	{"a_region_may_be_asked_for", a_region_may_be_asked_for},
	{"a_parent_has_64_pipes", a_parent_has_64_pipes},
	{"what_requests_say_of_a_pipe", what_requests_say_of_a_pipe},
};

SUITE_MAIN("core_pipe_size", tests)
