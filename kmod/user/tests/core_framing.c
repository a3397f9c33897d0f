/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How requests are framed: versions, bodies, options (the vectors of the reference's own tests),
 * and the legacy calls.
 */
#include "support.h"

#define UNKNOWN_TYPE 1234

static int raw(void *h, struct nmreq_header *hdr)
{
	return DEV->ioctl(h, NIOCCTRL, hdr);
}

static struct nmreq_header header(uint16_t type, const char *name, void *body)
{
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_reqtype = type};

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	hdr.nr_body = (uintptr_t)body;
	return hdr;
}

static void versions_and_bodies(void)
{
	static const struct {
		uint16_t version, type;
		uint32_t reserved;
		bool body;
		int rc;
	} rows[] = {
		{13, NETMAP_REQ_VALE_LIST, 0, true, -EINVAL},
		{14, NETMAP_REQ_VALE_LIST, 0, true, -ENOENT},
		{15, NETMAP_REQ_VALE_LIST, 0, true, -ENOENT},
		{16, NETMAP_REQ_VALE_LIST, 0, true, -EINVAL},
		{14, NETMAP_REQ_VALE_LIST, 1, true, -EINVAL},
		{14, NETMAP_REQ_VALE_LIST, 0, false, -EINVAL},
		{14, NETMAP_REQ_VALE_DELIF, 0, true, -EINVAL},
		{14, NETMAP_REQ_VALE_DELIF, 0, false, -ENXIO},
		{14, 0, 0, false, -EINVAL},
		{14, 99, 0, false, -EINVAL},
		{14, NETMAP_REQ_SYNC_KLOOP_STOP, 0, false, -ENXIO},
		{14, NETMAP_REQ_SYNC_KLOOP_START, 0, true, -ENXIO},
		{14, NETMAP_REQ_CSB_ENABLE, 0, false, -EINVAL},
		{14, NETMAP_REQ_VALE_POLLING_ENABLE, 0, true, -EINVAL},
		{14, NETMAP_REQ_VALE_POLLING_DISABLE, 0, true, -EINVAL},
	};
	uint64_t body[8] = {0};
	size_t i;
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq_header hdr = header(rows[i].type, "", rows[i].body ? body : NULL);

		hdr.nr_version = rows[i].version;
		hdr.nr_reserved = rows[i].reserved;
		CU_ASSERT_EQUAL(raw(h, &hdr), rows[i].rc);
		CU_ASSERT_EQUAL(hdr.nr_reserved, 0);
		CU_ASSERT_EQUAL(hdr.nr_version, rows[i].version);
		CU_ASSERT_EQUAL(hdr.nr_body, rows[i].body ? (uintptr_t)body : 0);
	}
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCCTRL, NULL), -EINVAL);
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCCTRL, (void *)4096), -EFAULT);
	DEV->close(h);
	finish();
}

static void the_body_comes_back_only_on_success(void)
{
	struct nmreq_port_info_get info = {.nr_tx_slots = 77};
	struct nmreq_header hdr = header(NETMAP_REQ_PORT_INFO_GET, "absent", &info);
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(raw(h, &hdr), -ENXIO);
	CU_ASSERT_EQUAL(info.nr_tx_slots, 77);
	CU_ASSERT_EQUAL(info.nr_memsize, 0);
	hdr.nr_body = 4096;
	CU_ASSERT_EQUAL(raw(h, &hdr), -EFAULT);
	memset(hdr.nr_name, 'x', sizeof(hdr.nr_name)); /* a name without an end */
	hdr.nr_body = (uintptr_t)&info;
	CU_ASSERT_EQUAL(raw(h, &hdr), -ENXIO);
	CU_ASSERT_EQUAL(hdr.nr_name[NETMAP_REQ_IFNAMSIZ - 1], '\0');
	DEV->close(h);
	finish();
}

/* REGISTER of a VALE port with this list of options, on a fresh descriptor. */
static int register_with(void *options)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_header hdr = header(NETMAP_REQ_REGISTER, "vale0:a", &reg);
	void *h;
	int rc;

	hdr.nr_options = (uintptr_t)options;
	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	rc = raw(h, &hdr);
	CU_ASSERT_EQUAL(hdr.nr_options, (uintptr_t)options);
	DEV->close(h);
	return rc;
}

static void options_nobody_understood(void)
{
	struct nmreq_opt_sync_kloop_mode mode = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_MODE};
	struct nmreq_option opt = {.nro_reqtype = UNKNOWN_TYPE, .nro_next = (uintptr_t)&mode};
	struct nmreq_vale_list list = {0};

	CU_ASSERT_EQUAL(register_with(&opt), -EOPNOTSUPP);
	CU_ASSERT_EQUAL(opt.nro_status, EOPNOTSUPP);
	CU_ASSERT_EQUAL(opt.nro_next, (uintptr_t)&mode);
	CU_ASSERT_EQUAL(mode.nro_opt.nro_status, EOPNOTSUPP);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_LIST, "vale0:a", &list), -ENOENT);
	finish();
}

static void other_requests_only_report_them(void)
{
	struct nmreq_option opt = {.nro_reqtype = UNKNOWN_TYPE};
	struct nmreq_port_info_get info = {0};
	struct nmreq_header hdr = header(NETMAP_REQ_PORT_INFO_GET, "vale0:a", &info);
	void *h;

	hdr.nr_options = (uintptr_t)&opt;
	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(raw(h, &hdr), 0);
	CU_ASSERT_EQUAL(opt.nro_status, EOPNOTSUPP);
	DEV->close(h);
	finish();
}

static void lists_in_circles(void)
{
	struct nmreq_opt_offsets known = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS};
	struct nmreq_option unknown = {.nro_reqtype = UNKNOWN_TYPE, .nro_status = 4711};

	unknown.nro_next = (uintptr_t)&unknown;
	known.nro_opt.nro_next = (uintptr_t)&known;
	CU_ASSERT_EQUAL(register_with(&unknown), -EMSGSIZE);
	CU_ASSERT_EQUAL(unknown.nro_status, 4711); /* no header is written back */
	CU_ASSERT_EQUAL(register_with(&known), -EINVAL);
	CU_ASSERT_EQUAL(known.nro_opt.nro_status, EINVAL);
	finish();
}

static void a_type_may_come_once(void)
{
	struct nmreq_opt_extmem b = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM};
	struct nmreq_option between = {.nro_reqtype = UNKNOWN_TYPE, .nro_next = (uintptr_t)&b};
	struct nmreq_opt_extmem a = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
				     .nro_opt.nro_next = (uintptr_t)&between};

	CU_ASSERT_EQUAL(register_with(&a), -EINVAL);
	CU_ASSERT_EQUAL(a.nro_opt.nro_status, EINVAL);
	CU_ASSERT_EQUAL(b.nro_opt.nro_status, EINVAL);
	finish();
}

static void types_and_addresses_that_are_none(void)
{
	struct nmreq_option opt = {.nro_reqtype = 0};

	CU_ASSERT_EQUAL(register_with(&opt), -EINVAL);
	CU_ASSERT_EQUAL(opt.nro_status, EINVAL);
	opt.nro_reqtype = UNKNOWN_TYPE;
	opt.nro_next = 4096;
	CU_ASSERT_EQUAL(register_with(&opt), -EFAULT);
	finish();
}

/* A chain of so many unknown headers, then an eventfds option of this size in all. */
static int register_with_chain(unsigned headers, uint64_t size)
{
	static struct nmreq_option opts[128];
	static uint64_t last[1024];
	struct nmreq_option *eventfds = (struct nmreq_option *)last;
	unsigned i;

	memset(last, 0, sizeof(last));
	eventfds->nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS;
	eventfds->nro_size = size;
	for (i = 0; i < headers; i++) {
		opts[i].nro_reqtype = UNKNOWN_TYPE + i;
		opts[i].nro_next = (uintptr_t)(i + 1 < headers ? &opts[i + 1] : eventfds);
	}
	return register_with(headers ? opts : eventfds);
}

static void the_size_of_a_request_is_bounded(void)
{
	static const struct {
		unsigned headers;
		uint64_t size;
		int rc;
	} rows[] = {
		{99, 1000, -EMSGSIZE},				/* 56 + 100 * 32 + 976 > 4144 */
		{99, 912, -EOPNOTSUPP},				/* exactly 4144 */
		{99, 920, -EMSGSIZE},	{0, 4040, -EOPNOTSUPP}, /* 56 + 4040 = 4096 */
		{0, 4048, -EMSGSIZE},	{0, 4097, -EMSGSIZE},	{0, UINT64_MAX, -EMSGSIZE},
		{0, 0, -EOPNOTSUPP},	{0, 27, -EOPNOTSUPP}, /* not a multiple of a word */
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_EQUAL(register_with_chain(rows[i].headers, rows[i].size), rows[i].rc);
	finish();
}

static struct nmreq legacy(const char *name)
{
	struct nmreq r = {.nr_version = NETMAP_API};

	snprintf(r.nr_name, sizeof(r.nr_name), "%s", name);
	return r;
}

static void legacy_register_leaves_what_callers_decide_by(void)
{
	static const struct {
		uint32_t version, flags;
		uint16_t ringid;
		int rc;
	} rows[] = {
		{14, 0, 0, 0},
		{15, NR_REG_ALL_NIC, 0, 0},
		{16, NR_REG_ALL_NIC | NR_EXCLUSIVE, NETMAP_NO_TX_POLL, 0},
		{14, 0, NETMAP_HW_RING, 0},
		{14, NR_REG_ONE_NIC, 0, 0},
		{13, NR_REG_ALL_NIC, 0, -EINVAL},
		{14, NR_REG_SW, 0, -EINVAL},
		{14, NR_REG_NIC_SW, 0, -EINVAL},
		{14, 0, NETMAP_SW_RING, -EINVAL},
		{14, 0, NETMAP_HW_RING | 1, -EINVAL},
		{14, NR_REG_PIPE_MASTER, 3, 0},
		{14, NR_REG_PIPE_SLAVE, 3, 0},
	};
	size_t i;
	void *h;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq r = legacy("vale0:a"), before;

		r.nr_version = rows[i].version;
		r.nr_flags = rows[i].flags;
		r.nr_ringid = rows[i].ringid;
		r.nr_arg1 = 4;
		r.nr_arg3 = 20;
		before = r;
		CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
		CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCREGIF, &r), rows[i].rc);
		if (rows[i].rc) {
			CU_ASSERT_EQUAL(memcmp(&r, &before, sizeof(r)), 0);
		} else {
			CU_ASSERT_STRING_EQUAL(r.nr_name, "vale0:a");
			CU_ASSERT_EQUAL(r.nr_version, before.nr_version);
			CU_ASSERT_EQUAL(r.nr_flags, before.nr_flags);
			CU_ASSERT_EQUAL(r.nr_ringid, before.nr_ringid);
			CU_ASSERT_EQUAL(r.nr_cmd, 0);
			CU_ASSERT_EQUAL(r.nr_arg1, 4);
			CU_ASSERT_EQUAL(r.nr_arg3, 20);
			CU_ASSERT_EQUAL(r.nr_tx_slots, 1024);
			CU_ASSERT_EQUAL(r.nr_rx_rings, 1);
			CU_ASSERT(r.nr_arg2 >= 2);
			CU_ASSERT_EQUAL(r.nr_memsize, 43810816);
		}
		DEV->close(h);
	}
	finish();
}

static void legacy_commands(void)
{
	static const struct {
		bool regif;
		uint16_t cmd;
		const char *name;
		uint16_t arg1;
		int rc;
	} rows[] = {
		{true, NETMAP_BDG_NEWIF, "v0", 0, 0},
		{true, NETMAP_BDG_NEWIF, "v0", 0, -EEXIST},
		{true, NETMAP_BDG_ATTACH, "vale0:v0", NETMAP_BDG_HOST, 0},
		{true, NETMAP_BDG_ATTACH, "vale0:v0", 0, -EBUSY},
		{true, NETMAP_BDG_DELIF, "v0", 0, -EBUSY},
		{true, NETMAP_BDG_VNET_HDR, "vale0:v0", 12, 0},
		{true, NETMAP_BDG_VNET_HDR, "vale0:v0", 13, -EINVAL},
		{true, NETMAP_VNET_HDR_GET, "vale0:v0", 0, 0},
		{false, NETMAP_BDG_LIST, "vale0:v0", 0, 0},
		{false, NETMAP_BDG_LIST, "vale5:v0", 0, -ENOENT},
		{false, 0, "vale0:v0", 0, 0},
		{false, 0, "absent", 0, -ENXIO},
		{true, NETMAP_BDG_POLLING_ON, "vale0:v0", 1, -EOPNOTSUPP},
		{true, NETMAP_BDG_POLLING_OFF, "vale0:v0", 1, -EOPNOTSUPP},
		{true, NETMAP_PT_HOST_CREATE, "vale0:v0", 0, -ENOMEM},
		{true, NETMAP_PT_HOST_DELETE, "vale0:v0", 0, -ENOMEM},
		{true, NETMAP_BDG_REGOPS, "vale0:v0", 0, -EINVAL},
		{true, NETMAP_BDG_LIST, "vale0:v0", 0, -EINVAL},
		{true, 77, "vale0:v0", 0, -EINVAL},
		{true, NETMAP_BDG_DETACH, "vale0:v0", 0, 0},
		{true, NETMAP_BDG_DELIF, "v0", 0, 0},
	};
	size_t i;
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq r = legacy(rows[i].name);

		r.nr_cmd = rows[i].cmd;
		r.nr_arg1 = rows[i].arg1;
		CU_ASSERT_EQUAL(DEV->ioctl(h, rows[i].regif ? NIOCREGIF : NIOCGINFO, &r),
				rows[i].rc);
		if (rows[i].cmd == NETMAP_VNET_HDR_GET)
			CU_ASSERT_EQUAL(r.nr_arg1, 12);
		if (rows[i].cmd == NETMAP_BDG_NEWIF && !rows[i].rc)
			CU_ASSERT_EQUAL(r.nr_tx_slots, 1024);
	}
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCREGIF, NULL), -EINVAL);
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCGINFO, (void *)4096), -EFAULT);
	DEV->close(h);
	finish();
}

static void legacy_list_walks_all_ports(void)
{
	struct nmreq r = legacy("");
	struct port a, b;
	int n = 0;

	port_open(&a, "vale0:a");
	port_open(&b, "vale1:b");
	r.nr_cmd = NETMAP_BDG_LIST;
	while (DEV->ioctl(a.handle, NIOCGINFO, &r) == 0) {
		CU_ASSERT_STRING_EQUAL(r.nr_name, n ? "vale1:b" : "vale0:a");
		r.nr_name[0] = '\0';
		r.nr_arg2++;
		n++;
	}
	CU_ASSERT_EQUAL(n, 2);
	port_close(&a);
	port_close(&b);
	finish();
}

static const struct suite_test tests[] = {
	{"versions_and_bodies", versions_and_bodies},
	{"the_body_comes_back_only_on_success", the_body_comes_back_only_on_success},
	{"options_nobody_understood", options_nobody_understood},
	{"other_requests_only_report_them", other_requests_only_report_them},
	{"lists_in_circles", lists_in_circles},
	{"a_type_may_come_once", a_type_may_come_once},
	{"types_and_addresses_that_are_none", types_and_addresses_that_are_none},
	{"the_size_of_a_request_is_bounded", the_size_of_a_request_is_bounded},
	{"legacy_register_leaves_what_callers_decide_by",
	 legacy_register_leaves_what_callers_decide_by},
	{"legacy_commands", legacy_commands},
	{"legacy_list_walks_all_ports", legacy_list_walks_all_ports},
};

SUITE_MAIN("core_framing", tests)
