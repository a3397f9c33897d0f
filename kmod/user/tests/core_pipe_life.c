/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, sizes, parents and ends of pipes, and what requests say of them. */
#include "core.h"
#include "pipes.h"

static const struct {
	const char *name;
	uint32_t mode;
	int rc;
} names[] = {
	{"pipe{1", NR_REG_ALL_NIC, 0},
	{"pipe}1", NR_REG_ALL_NIC, 0},
	{"pipe{a b", NR_REG_ALL_NIC, 0},
	{"vale0:p{x", NR_REG_ALL_NIC, 0},
	{"vale0:p}x", NR_REG_ONE_NIC, 0},
	{"pipe{1{2", NR_REG_ALL_NIC, 0}, /* a pipe in the memory of a pipe */
	{"a{b{c{d{e", NR_REG_ALL_NIC, 0},
	{"a{b{c{d{e{f", NR_REG_ALL_NIC, -EINVAL},
	{"{1", NR_REG_ALL_NIC, -EINVAL},
	{"}1", NR_REG_ALL_NIC, -EINVAL},
	{"pipe{", NR_REG_ALL_NIC, -EINVAL},
	{"pipe}", NR_REG_ALL_NIC, -EINVAL},
	{"pipe}1{", NR_REG_ALL_NIC, -EINVAL},
	{"a_name_too_long_for_it{1", NR_REG_ALL_NIC, -EINVAL},
	{"vale0{1", NR_REG_ALL_NIC, -ENOMEM},
	{"pipe{1", NR_REG_DEFAULT, -EINVAL},
	{"pipe{1", NR_REG_SW, -EINVAL},
	{"pipe{1", NR_REG_NIC_SW, -EINVAL},
	{"pipe{1", NR_REG_ONE_SW, -EINVAL},
	{"pipe{1", NR_REG_PIPE_MASTER, -EINVAL},
	{"pipe{1", NR_REG_PIPE_SLAVE, -EINVAL},
};

static void names_and_modes(void)
{
	struct nmreq_register want = {0};
	struct port p;
	size_t i;
	int rc;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		want.nr_mode = names[i].mode;
		rc = port_try(&p, names[i].name, &want);
		if (rc != names[i].rc)
			printf("%s, mode %u: %d\n", names[i].name, names[i].mode, rc);
		CU_ASSERT_EQUAL(rc, names[i].rc);
		if (!rc)
			port_close(&p);
	}
	finish();
}

/* The last '{' counts, whatever else is in the name. */

static void both_braces_in_a_name(void)
{
	struct port m, s;

	port_open(&m, "q}w{e");
	port_open(&s, "q}w}e");
	send_many(&m, 1, 1);
	/* The first is master "e" of parent "q}w", the second slave "e" of the same. */
	CU_ASSERT_EQUAL(m.reg.nr_mem_id, s.reg.nr_mem_id);
	take_many(&s, 1, 1);
	close_both(&m, &s);
}

static void a_refused_descriptor_can_register_again(void)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_NIC_SW};
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_REGISTER, "pipe{1", &reg), -EINVAL);
	reg.nr_mode = NR_REG_ALL_NIC;
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_REGISTER, "pipe{1", &reg), 0);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_REGISTER, "pipe{1", &reg), -EBUSY);
	DEV->close(h);
	finish();
}

static void a_pipe_ends_with_its_last_end(void)
{
	struct port m, s;

	master_and_slave(&m, &s);
	send_many(&m, 5, 0);
	port_close(&m);
	port_close(&s);
	port_open(&s, "pipe}1");
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&s, 0)), 0);
	CU_ASSERT_EQUAL(s.reg.nr_rx_slots, 1024);
	port_close(&s);
	finish();
}

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

static void a_parent_on_demand_goes_with_its_last_pipe(void)
{
	struct nmreq_vale_newif newif = {0};
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_detach detach = {0};
	struct port a, b, parent;

	port_open(&a, "pipe{1");
	port_open(&b, "pipe{2");
	CU_ASSERT_EQUAL(a.reg.nr_mem_id, b.reg.nr_mem_id);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "pipe", &newif), -EEXIST);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "pipe", NULL), -EBUSY);
	port_close(&a);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "pipe", NULL), -EBUSY);
	port_open(&parent, "pipe");
	port_close(&b);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "pipe", NULL), -EBUSY);
	port_close(&parent);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "pipe", NULL), -ENXIO);

	/* One that was made on purpose stays, and lends no memory while it is in a switch. */
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "pipe", &newif), 0);
	port_open(&a, "pipe{1");
	CU_ASSERT_EQUAL(a.reg.nr_mem_id, newif.nr_mem_id);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:pipe", &attach), -EBUSY);
	port_close(&a);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:pipe", &attach), 0);
	CU_ASSERT_EQUAL(port_try(&a, "pipe{1", NULL), -EBUSY);
	CU_ASSERT_EQUAL(port_try(&a, "vale0:pipe{1", NULL), -EBUSY);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, "vale0:pipe", &detach), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "pipe", NULL), 0);
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

/* Spec, conformance item 12: of any kind of port. */
static void an_exclusive_port_is_opened_once(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	static const char *const kinds[] = {"vale0:x", "p0", "pipe{1", "pipe}1"};
	struct nmreq_vale_newif newif = {0};
	struct port p, q;
	size_t i;

	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "p0", &newif), 0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(port_try(&p, kinds[i], &want), 0);
		CU_ASSERT_EQUAL(port_try(&q, kinds[i], NULL), -EBUSY);
		CU_ASSERT_EQUAL(port_try(&q, kinds[i], &want), -EBUSY);
		port_close(&p);
		port_open(&p, kinds[i]);
		CU_ASSERT_EQUAL(port_try(&q, kinds[i], &want), -EBUSY);
		port_close(&p);
	}
	finish();
}

static void the_peer_of_an_exclusive_end_is_free(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	struct port m, s;

	CU_ASSERT_EQUAL_FATAL(port_try(&m, "pipe{1", &want), 0);
	port_open(&s, "pipe}1");
	send_many(&m, 1, 0);
	take_many(&s, 1, 0);
	close_both(&m, &s);
}

/* One direction each: what lb and its readers do. */
static void ends_of_one_direction(void)
{
	struct nmreq_register tx = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_TX_RINGS_ONLY};
	struct nmreq_register rx = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_RX_RINGS_ONLY};
	struct port m, s;

	CU_ASSERT_EQUAL_FATAL(port_try(&m, "pipe{1", &tx), 0);
	CU_ASSERT_EQUAL(m.nifp->ring_ofs[2], 0);
	send_many(&m, 3, 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&s, "pipe}1", &rx), 0);
	CU_ASSERT_EQUAL(s.nifp->ring_ofs[0], 0);
	port_close(&m);
	take_many(&s, 3, 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&m, "pipe{1", &tx), 0);
	CU_ASSERT_EQUAL(txsync(&m), 0);
	CU_ASSERT_EQUAL(pending(&m), 0);
	close_both(&m, &s);
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

static void legacy_modes_name_pipes(void)
{
	struct nmreq r = {.nr_name = "pipe",
			  .nr_version = 14,
			  .nr_flags = NR_REG_PIPE_SLAVE,
			  .nr_ringid = 7,
			  .nr_tx_slots = 32};
	struct port m;
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCREGIF, &r), 0);
	CU_ASSERT_STRING_EQUAL(r.nr_name, "pipe");
	CU_ASSERT_EQUAL(r.nr_flags, NR_REG_PIPE_SLAVE);
	CU_ASSERT_EQUAL(r.nr_rx_slots, 32);
	port_open(&m, "pipe{7");
	CU_ASSERT_EQUAL(m.reg.nr_mem_id, r.nr_arg2);
	CU_ASSERT_EQUAL(m.reg.nr_tx_slots, 32);
	port_close(&m);
	DEV->close(h);
	finish();
}

static void every_allocation_may_fail(void)
{
	const char *sides[] = {"pipe{1", "vale0:p}1"};
	struct port p;
	long nth;
	int i, rc;

	for (i = 0; i < 2; i++)
		for (nth = 1, rc = -ENOMEM; rc; nth++) {
			CU_ASSERT_FATAL(nth < 1000);
			CU_ASSERT_EQUAL(nm_user_init(), 0);
			nm_user_fail_alloc(nth);
			rc = port_try(&p, sides[i], NULL);
			nm_user_fail_alloc(0);
			CU_ASSERT(rc == 0 || rc == -ENOMEM);
			if (!rc)
				port_close(&p);
			finish();
		}
}

/* The peer is open: a binding that fails leaves its rings as they were. */
static void a_failed_binding_disturbs_nobody(void)
{
	struct port m, s;
	long nth;
	int rc = -ENOMEM;

	port_open_sized(&m, "pipe{1", 1, SLOTS);
	send_many(&m, 5, 0);
	for (nth = 1; rc; nth++) {
		nm_user_fail_alloc(nth);
		rc = port_try(&s, "pipe}1", NULL);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
		CU_ASSERT_EQUAL(tx_ring(&m, 0)->head, 5);
		CU_ASSERT_EQUAL(pending(&m), 5);
	}
	take_many(&s, 5, 0);
	close_both(&m, &s);
}

static const struct suite_test tests[] = {
	{"names_and_modes", names_and_modes},
	{"both_braces_in_a_name", both_braces_in_a_name},
	{"a_refused_descriptor_can_register_again", a_refused_descriptor_can_register_again},
	{"a_pipe_ends_with_its_last_end", a_pipe_ends_with_its_last_end},
	{"sizes_are_the_masters", sizes_are_the_masters},
	{"sizes_are_clamped", sizes_are_clamped},
	{"a_region_on_demand_is_big_enough", a_region_on_demand_is_big_enough},
	{"slots_default_to_the_parents", slots_default_to_the_parents},
	{"a_parent_on_demand_goes_with_its_last_pipe", a_parent_on_demand_goes_with_its_last_pipe},
	{"a_region_may_be_asked_for", a_region_may_be_asked_for},
	{"an_exclusive_port_is_opened_once", an_exclusive_port_is_opened_once},
	{"the_peer_of_an_exclusive_end_is_free", the_peer_of_an_exclusive_end_is_free},
	{"ends_of_one_direction", ends_of_one_direction},
	{"a_parent_has_64_pipes", a_parent_has_64_pipes},
	{"what_requests_say_of_a_pipe", what_requests_say_of_a_pipe},
	{"legacy_modes_name_pipes", legacy_modes_name_pipes},
	{"every_allocation_may_fail", every_allocation_may_fail},
	{"a_failed_binding_disturbs_nobody", a_failed_binding_disturbs_nobody},
};

SUITE_MAIN("core_pipe_life", tests)
