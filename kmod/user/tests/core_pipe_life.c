/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, parents and ends of pipes. */
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
	{"a_parent_on_demand_goes_with_its_last_pipe", a_parent_on_demand_goes_with_its_last_pipe},
	{"an_exclusive_port_is_opened_once", an_exclusive_port_is_opened_once},
	{"the_peer_of_an_exclusive_end_is_free", the_peer_of_an_exclusive_end_is_free},
	{"ends_of_one_direction", ends_of_one_direction},
	{"legacy_modes_name_pipes", legacy_modes_name_pipes},
	{"every_allocation_may_fail", every_allocation_may_fail},
	{"a_failed_binding_disturbs_nobody", a_failed_binding_disturbs_nobody},
};

SUITE_MAIN("core_pipe_life", tests)
