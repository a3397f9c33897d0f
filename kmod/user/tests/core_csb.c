/* SPDX-License-Identifier: BSD-2-Clause */
/* CSB mode: who may enable it, what the arrays hold then, and what it forbids. */
#include "csb_port.h"

#define NOWHERE 4096 /* aligned, but no address of ours */

static void misuse_is_refused_and_undone(void)
{
	struct nm_csb_atok *atok = csb_atok();
	struct nm_csb_ktoa *ktoa = csb_ktoa();
	const struct {
		uint64_t flags, atok, ktoa;
		int rc;
	} rows[] = {
		{0, (uintptr_t)atok, (uintptr_t)ktoa, -EINVAL},
		{NR_EXCLUSIVE, (uintptr_t)atok + 8, (uintptr_t)ktoa, -EINVAL},
		{NR_EXCLUSIVE, (uintptr_t)atok, (uintptr_t)ktoa + 8, -EINVAL},
		{NR_EXCLUSIVE, NOWHERE, (uintptr_t)ktoa, -EFAULT},
		{NR_EXCLUSIVE, (uintptr_t)atok, NOWHERE, -EFAULT},
		{NR_EXCLUSIVE, 0, 0, -EFAULT},
	};
	struct nmreq_vale_list list = {0};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq_opt_csb opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB,
					    .csb_atok = rows[i].atok,
					    .csb_ktoa = rows[i].ktoa};
		struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = rows[i].flags};
		struct port p;

		CU_ASSERT_EQUAL(port_try_options(&p, "vale0:a", &reg, &opt), rows[i].rc);
		CU_ASSERT_EQUAL(opt.nro_opt.nro_status, (uint32_t)-rows[i].rc);
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_LIST, "vale0:a", &list), -ENOENT);
	}
	free(atok);
	free(ktoa);
	finish();
}

static void the_arrays_begin_with_the_rings(void)
{
	struct csb_port p;
	unsigned i;

	csb_open(&p, "vale0:a", 2);
	for (i = 0; i < p.rings; i++) {
		CU_ASSERT_EQUAL(p.atok[i].head, 0);
		CU_ASSERT_EQUAL(p.atok[i].cur, 0);
		CU_ASSERT_EQUAL(p.atok[i].appl_need_kick, 1);
		CU_ASSERT_EQUAL(p.atok[i].sync_flags, 1);
		CU_ASSERT_EQUAL(p.ktoa[i].hwcur, 0);
		CU_ASSERT_EQUAL(p.ktoa[i].hwtail, i < 2 ? 63 : 0);
		CU_ASSERT_EQUAL(p.ktoa[i].kern_need_kick, 1);
		CU_ASSERT_EQUAL(p.ktoa[i].pad[12], 0);
	}
	CU_ASSERT_EQUAL(((unsigned char *)&p.atok[p.rings])[0], 0xa5); /* no entry too many */
	csb_close(&p);
	finish();
}

static void the_usual_calls_are_refused(void)
{
	struct csb_port p;
	short revents = 0;

	csb_open(&p, "vale0:a", 1);
	CU_ASSERT_EQUAL(txsync(&p.port), -EBUSY);
	CU_ASSERT_EQUAL(rxsync(&p.port), -EBUSY);
	CU_ASSERT_EQUAL(DEV->poll(p.port.handle, POLLIN | POLLOUT, &revents, 0), 1);
	CU_ASSERT_EQUAL(revents, POLLERR);
	csb_close(&p);
	finish();
}

static void enabled_after_the_fact(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	struct nmreq_opt_csb opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB};
	struct nm_csb_atok *atok = csb_atok();
	struct nm_csb_ktoa *ktoa = csb_ktoa();
	struct port p;

	opt.csb_atok = (uintptr_t)atok;
	opt.csb_ktoa = (uintptr_t)ktoa;
	CU_ASSERT_EQUAL(ctrl_options(NULL, NETMAP_REQ_CSB_ENABLE, "", NULL, &opt), -EINVAL);
	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, EINVAL);
	CU_ASSERT_EQUAL_FATAL(port_try(&p, "vale0:a", &want), 0);
	CU_ASSERT_EQUAL(ctrl(p.handle, NETMAP_REQ_CSB_ENABLE, "", NULL), -EINVAL);
	CU_ASSERT_EQUAL(rxsync(&p), 0);
	put_frame(tx_ring(&p, 0), BROADCAST, 1, FRAME_BYTES, 1);
	CU_ASSERT_EQUAL(txsync(&p), 0);
	CU_ASSERT_EQUAL(ctrl_options(p.handle, NETMAP_REQ_CSB_ENABLE, "", NULL, &opt), 0);
	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, 0);
	CU_ASSERT_EQUAL(atok[0].head, 1);
	CU_ASSERT_EQUAL(ktoa[0].hwcur, 1);
	CU_ASSERT_EQUAL(ktoa[0].hwtail, 0);
	CU_ASSERT_EQUAL(rxsync(&p), -EBUSY);
	port_close(&p);
	free(atok);
	free(ktoa);
	finish();
}

static void a_binding_without_rings_enables_nothing(void)
{
	const struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_flags = NR_EXCLUSIVE | NR_TX_RINGS_ONLY | NR_RX_RINGS_ONLY,
	};
	struct nmreq_opt_csb opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB};
	struct port p;

	opt.csb_atok = NOWHERE;
	opt.csb_ktoa = NOWHERE;
	CU_ASSERT_EQUAL_FATAL(port_try_options(&p, "vale0:a", &want, &opt), 0);
	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, 0);
	CU_ASSERT_EQUAL(rxsync(&p), 0);
	port_close(&p);
	finish();
}

static void allocation_failing_at_each_site(void)
{
	struct csb_port p;
	long n = 0;
	int rc;

	do {
		nm_user_fail_alloc(++n);
		rc = csb_try(&p, "vale0:a", 1);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
	} while (rc);
	CU_ASSERT(n > 5);
	csb_close(&p);
	finish();
}

static const struct suite_test tests[] = {
	{"misuse_is_refused_and_undone", misuse_is_refused_and_undone},
	{"the_arrays_begin_with_the_rings", the_arrays_begin_with_the_rings},
	{"the_usual_calls_are_refused", the_usual_calls_are_refused},
	{"enabled_after_the_fact", enabled_after_the_fact},
	{"a_binding_without_rings_enables_nothing", a_binding_without_rings_enables_nothing},
	{"allocation_failing_at_each_site", allocation_failing_at_each_site},
};

SUITE_MAIN("core_csb", tests)
