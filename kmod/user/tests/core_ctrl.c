/* SPDX-License-Identifier: BSD-2-Clause */
/* Control requests: every documented refusal, and what is returned on success. */
#include "support.h"

#define PRESENT "eth0" /* a device that is not ours */

/*
 * Opens: port v0 unattached, v1 attached and closed, v2 open, v3 attached and open; ephemeral
 * vale0:e.
 */
struct stage {
	struct port eph, v2, v3;
};

static void stage_open(struct stage *s)
{
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_newif newif = {0};
	char dev[8], name[16];
	int i;

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(PRESENT, NULL, NULL), 0);
	for (i = 0; i < 4; i++) {
		snprintf(dev, sizeof(dev), "v%d", i);
		snprintf(name, sizeof(name), "vale0:v%d", i);
		CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, dev, &newif), 0);
		if (i % 2)
			CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, name, &attach), 0);
	}
	port_open(&s->eph, "vale0:e");
	port_open(&s->v2, "v2");
	port_open(&s->v3, "vale0:v3");
}

static void stage_close(struct stage *s)
{
	port_close(&s->eph);
	port_close(&s->v2);
	port_close(&s->v3);
	finish();
}

static const struct {
	const char *name;
	uint32_t mode;
	uint64_t flags;
	uint16_t ringid, mem_id;
	int rc;
} registers[] = {
	{"vale0:x", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"vale:x", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"vale0:", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"vale0:x", NR_REG_ALL_NIC, 0x1000, 0, 0, 0}, /* an unknown flag */
	{"vale0:x", NR_REG_ALL_NIC, NR_TX_RINGS_ONLY | NR_RX_RINGS_ONLY, 0, 0, 0},
	{"vale0:x", NR_REG_ALL_NIC, NR_DO_RX_POLL, 0, 0, 0},
	{"vale0:v1", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"v1", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"v0", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"valeabcdefghijk:x", NR_REG_ALL_NIC, 0, 0, 0, 0},	  /* 15 before the colon */
	{"valeabcdefghijkl:x", NR_REG_ALL_NIC, 0, 0, 0, -ENOMEM}, /* 16 */
	{"vale0:abcdefghijklmno", NR_REG_ALL_NIC, 0, 0, 0, 0},	  /* 15 behind it */
	{"vale0:abcdefghijklmnop", NR_REG_ALL_NIC, 0, 0, 0, -ENOMEM},
	{"vale-0:x", NR_REG_ALL_NIC, 0, 0, 0, -ENOMEM},
	{"vale0", NR_REG_ALL_NIC, 0, 0, 0, -ENOMEM},
	{"vale0:" PRESENT, NR_REG_ALL_NIC, 0, 0, 0, -EINVAL},
	{"vale0:v0", NR_REG_ALL_NIC, 0, 0, 0, -EINVAL},
	{"vale1:v1", NR_REG_ALL_NIC, 0, 0, 0, -EINVAL},
	{"absent", NR_REG_ALL_NIC, 0, 0, 0, -ENXIO},
	{"valid0", NR_REG_ALL_NIC, 0, 0, 0, -ENXIO}, /* a device, only nearly a switch */
	{"", NR_REG_ALL_NIC, 0, 0, 0, -ENXIO},
	{"vale0:x", NR_REG_DEFAULT, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_SW, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_NIC_SW, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_ONE_SW, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_PIPE_MASTER, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_PIPE_SLAVE, 0, 0, 0, -EINVAL},
	{"vale0:x", 9, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_ONE_NIC, 0, 0, 0, 0},
	{"vale0:x", NR_REG_ONE_NIC, 0, 1, 0, -EINVAL},
	{"vale0:x", NR_REG_ALL_NIC, 0, 0, 999, -EINVAL},
	{"vale0:x", NR_REG_ALL_NIC, 0, 0, 1, 0},
	{"any", NR_REG_NULL, 0, 0, 1, 0},
	{"any", NR_REG_NULL, 0, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_ALL_NIC, NR_MONITOR_RX, 0, 0, -EINVAL},
	{"vale0:x", NR_REG_ALL_NIC, NR_ZCOPY_MON, 0, 0, -EINVAL},
	{"vale0:e{1", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{"vale0:e}1", NR_REG_ALL_NIC, 0, 0, 0, 0},
	{PRESENT, NR_REG_ALL_NIC, 0, 0, 0, 0},
	{PRESENT, NR_REG_NIC_SW, 0, 0, 0, 0},
	{PRESENT, NR_REG_ONE_SW, 0, 1, 0, -EINVAL},
};

static void register_answers(void)
{
	struct stage s;
	struct port p;
	size_t i;
	int rc;

	stage_open(&s);
	for (i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		const struct nmreq_register want = {
			.nr_mode = registers[i].mode,
			.nr_flags = registers[i].flags,
			.nr_ringid = registers[i].ringid,
			.nr_mem_id = registers[i].mem_id,
		};

		rc = port_try(&p, registers[i].name, &want);
		if (rc != registers[i].rc)
			printf("row %zu (%s): %d\n", i, registers[i].name, rc);
		CU_ASSERT_EQUAL(rc, registers[i].rc);
		if (rc)
			continue;
		CU_ASSERT_EQUAL(p.reg.nr_mode, want.nr_mode);
		CU_ASSERT_EQUAL(p.reg.nr_flags, want.nr_flags);
		CU_ASSERT_EQUAL(p.reg.nr_ringid, want.nr_ringid);
		CU_ASSERT_EQUAL(p.reg.nr_host_tx_rings, strcmp(p.name, PRESENT) == 0);
		CU_ASSERT_EQUAL(p.reg.nr_host_rx_rings, strcmp(p.name, PRESENT) == 0);
		port_close(&p);
	}
	stage_close(&s);
}

static void a_descriptor_binds_once_and_survives_a_refusal(void)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_SW};
	struct port a;
	void *h;

	port_open(&a, "vale0:a");
	CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_REGISTER, "vale0:b", &reg), -EBUSY);
	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_REGISTER, "vale0:b", &reg), -EINVAL);
	reg.nr_mode = NR_REG_ALL_NIC;
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_REGISTER, "vale0:b", &reg), 0);
	DEV->close(h);
	port_close(&a);
	finish();
}

static void exclusive_means_alone(void)
{
	const struct nmreq_register excl = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	struct nmreq_register one = {
		.nr_mode = NR_REG_ONE_NIC, .nr_ringid = 0, .nr_flags = NR_EXCLUSIVE};
	struct port a, b;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &excl), 0);
	CU_ASSERT_EQUAL(port_try(&b, "vale0:a", NULL), -EBUSY);
	CU_ASSERT_EQUAL(port_try(&b, "vale0:a", &excl), -EBUSY);
	port_close(&a);
	port_open_sized(&a, "vale0:a", 2, 64);
	CU_ASSERT_EQUAL(port_try(&b, "vale0:a", &excl), -EBUSY);
	port_close(&a);
	one.nr_tx_rings = one.nr_rx_rings = 2;
	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &one), 0);
	one.nr_ringid = 1;
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "vale0:a", &one), 0); /* other rings, other owner */
	port_close(&a);
	port_close(&b);
	finish();
}

static void requests_are_clamped(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC,
				      .nr_tx_rings = 99,
				      .nr_rx_rings = 0,
				      .nr_tx_slots = 60000,
				      .nr_rx_slots = 0};
	struct port a, b;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &want), 0);
	CU_ASSERT_EQUAL(a.reg.nr_tx_rings, 16);
	CU_ASSERT_EQUAL(a.reg.nr_rx_rings, 1);
	CU_ASSERT_EQUAL(a.reg.nr_tx_slots, 4096);
	CU_ASSERT_EQUAL(a.reg.nr_rx_slots, 1024);
	port_open(&b, "vale0:a"); /* joins it as it is */
	CU_ASSERT_EQUAL(b.reg.nr_tx_rings, 16);
	CU_ASSERT_EQUAL(b.reg.nr_tx_slots, 4096);
	port_close(&b);
	want.nr_mode = NR_REG_ONE_NIC; /* ring 3 only exists for tx: rx falls back to 0 */
	want.nr_ringid = 3;
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "vale0:a", &want), 0);
	CU_ASSERT_EQUAL(b.nifp->ring_ofs[0], 0);
	CU_ASSERT_NOT_EQUAL(b.nifp->ring_ofs[3], 0);
	CU_ASSERT_NOT_EQUAL(b.nifp->ring_ofs[17], 0);
	port_close(&b);
	port_close(&a);
	finish();
}

static void port_info_creates_and_drops(void)
{
	struct nmreq_port_info_get info = {.nr_tx_slots = 64, .nr_rx_slots = 128, .nr_tx_rings = 2};
	struct nmreq_vale_list list = {0};
	struct nmreq_pools_info pools = {0};
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_PORT_INFO_GET, "vale0:a", &info), 0);
	CU_ASSERT_EQUAL(info.nr_tx_slots, 64);
	CU_ASSERT_EQUAL(info.nr_rx_slots, 128);
	CU_ASSERT_EQUAL(info.nr_tx_rings, 2);
	CU_ASSERT_EQUAL(info.nr_rx_rings, 1);
	CU_ASSERT(info.nr_memsize > 0);
	CU_ASSERT(info.nr_mem_id >= 2);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_VALE_LIST, "vale0:a", &list), -ENOENT);
	info.nr_mem_id = 0;
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_PORT_INFO_GET, "absent", &info), -ENXIO);
	info.nr_mem_id = 999;
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_PORT_INFO_GET, "", &info), -EINVAL);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_POOLS_INFO_GET, "", &pools), -ENXIO);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_POOLS_INFO_GET, "vale0:a", &pools), 0);
	CU_ASSERT_EQUAL(pools.nr_memsize,
			pools.nr_buf_pool_offset +
				(uint64_t)pools.nr_buf_pool_objtotal * pools.nr_buf_pool_objsize);
	DEV->close(h);
	finish();
}

static const struct {
	const char *name;
	uint32_t mode;
	uint16_t ringid, mem_id;
	int rc;
} attaches[] = {
	{"v0", NR_REG_ALL_NIC, 0, 0, -EINVAL},
	{"vale-0:v0", NR_REG_ALL_NIC, 0, 0, -ENOMEM},
	{"vale0:absent", NR_REG_ALL_NIC, 0, 0, -EINVAL},
	{"vale0:v0", NR_REG_SW, 0, 0, -EINVAL},
	{"vale0:v0", NR_REG_DEFAULT, 0, 0, -EINVAL},
	{"vale0:v0", NR_REG_ALL_NIC, 1, 0, -EINVAL},
	{"vale0:v0", NR_REG_ALL_NIC, 0, 999, -EINVAL},
	{"vale0:v1", NR_REG_ALL_NIC, 0, 0, -EBUSY},	 /* attached there */
	{"vale0:v2", NR_REG_ALL_NIC, 0, 0, -EBUSY},	 /* open */
	{"vale0:e", NR_REG_ALL_NIC, 0, 0, -EBUSY},	 /* a port of that name is there */
	{"vale2:v1", NR_REG_ALL_NIC, 0, 0, 0}, /* a second time, elsewhere */
	{"vale3:v1", NR_REG_ALL_NIC, 0, 0, -EBUSY}, /* not a third time */
	{"vale0:v0", NR_REG_NIC_SW, 0, 0, 0},
	{"vale0:v0", NR_REG_ALL_NIC, 0, 0, -EBUSY},
	{"vale1:" PRESENT, NR_REG_ALL_NIC, 0, 0, 0},
	{"vale0:" PRESENT, NR_REG_ALL_NIC, 0, 0, -EBUSY}, /* attached elsewhere */
};

static const struct {
	const char *name;
	int rc;
} detaches[] = {
	{"v1", -EINVAL},	  {"vale-0:v1", -ENXIO}, {"vale9:v1", -ENXIO},
	{"vale0:absent", -ENXIO}, {"vale0:e", -EBUSY},	 {"vale0:v0", 0},
	{"vale0:v0", -ENXIO},	  {"vale0:v1", -EBUSY}, {"vale2:v1", 0}, {"vale0:v1", 0},	 {"vale0:v3", 0}, /* open: allowed */
};

static const struct {
	const char *name;
	int rc;
} delifs[] = {
	{"absent", -ENXIO}, {PRESENT, -EINVAL}, {"v2", -EBUSY}, {"v3", -EBUSY},
	{"v0", 0},	    {"v0", -ENXIO},	{"v1", 0},
};

static void attach_detach_and_delif_answer(void)
{
	struct nmreq_vale_detach detach = {0};
	struct stage s;
	size_t i;

	stage_open(&s);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "v1", NULL), -EBUSY);
	for (i = 0; i < sizeof(attaches) / sizeof(attaches[0]); i++) {
		struct nmreq_vale_attach body = {.reg.nr_mode = attaches[i].mode,
						 .reg.nr_ringid = attaches[i].ringid,
						 .reg.nr_mem_id = attaches[i].mem_id};

		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, attaches[i].name, &body),
				attaches[i].rc);
		if (!attaches[i].rc) /* in vale0, v1, v3 and e came first */
			CU_ASSERT_EQUAL(body.port_index, attaches[i].name[4] == '0' ? 3 : 0);
	}
	for (i = 0; i < sizeof(detaches) / sizeof(detaches[0]); i++)
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, detaches[i].name, &detach),
				detaches[i].rc);
	for (i = 0; i < sizeof(delifs) / sizeof(delifs[0]); i++)
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, delifs[i].name, NULL),
				delifs[i].rc);
	stage_close(&s);
}

static void newif_answers(void)
{
	struct nmreq_vale_newif body = {.nr_tx_rings = 20, .nr_tx_slots = 5000};
	static const struct {
		const char *name;
		uint16_t mem_id;
		int rc;
	} rows[] = {
		{"vale7", 0, -EINVAL},	   {"", 0, -EINVAL},
		{"a23456789012345", 0, 0}, {"a234567890123456", 0, -EINVAL},
		{"v0", 999, -EINVAL},	   {"v0", 0, -EEXIST},
		{PRESENT, 0, -EEXIST},	   {"w0", 1, 0},
	};
	struct stage s;
	size_t i;

	stage_open(&s);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "n0", &body), 0);
	CU_ASSERT_EQUAL(body.nr_tx_rings, 16);
	CU_ASSERT_EQUAL(body.nr_rx_rings, 1);
	CU_ASSERT_EQUAL(body.nr_tx_slots, 4096);
	CU_ASSERT_EQUAL(body.nr_rx_slots, 1024);
	CU_ASSERT(body.nr_mem_id >= 2);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		body = (struct nmreq_vale_newif){.nr_mem_id = rows[i].mem_id};
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, rows[i].name, &body), rows[i].rc);
	}
	stage_close(&s);
}

static void list_walks_all_ports(void)
{
	static const char *const names[] = {"vale0:a", "vale0:b", "vale1:c"};
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_reqtype = NETMAP_REQ_VALE_LIST};
	struct nmreq_vale_list list = {0};
	struct port p[3];
	int i, rc;
	void *h;

	for (i = 0; i < 3; i++)
		port_open_sized(&p[i], names[i], 1, 16);
	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	hdr.nr_body = (uintptr_t)&list;
	for (i = 0; (rc = DEV->ioctl(h, NIOCCTRL, &hdr)) == 0; i++) {
		CU_ASSERT_STRING_EQUAL(hdr.nr_name, names[i]);
		hdr.nr_name[0] = '\0';
		list.nr_port_idx++;
	}
	CU_ASSERT_EQUAL(rc, -ENOENT);
	CU_ASSERT_EQUAL(i, 3);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_VALE_LIST, "vale1:c", &list), 0);
	CU_ASSERT_EQUAL(list.nr_bridge_idx, 1);
	CU_ASSERT_EQUAL(list.nr_port_idx, 0);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_VALE_LIST, "vale1:zz", &list), 0);
	CU_ASSERT_EQUAL(list.nr_port_idx, 255);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_VALE_LIST, "vale2:c", &list), -ENOENT);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_VALE_LIST, "eth0", &list), -EINVAL);
	DEV->close(h);
	for (i = 0; i < 3; i++)
		port_close(&p[i]);
	finish();
}

static void header_lengths(void)
{
	static const struct {
		const char *name;
		uint32_t bytes;
		int rc;
	} sets[] = {
		{"vale0:a", 12, 0},	     {"vale0:a", 10, 0},     {"vale0:a", 11, -EINVAL},
		{"vale0:absent", 0, -ENXIO}, {"vale9:a", 0, -ENXIO}, {"eth0", 0, -ENXIO},
	};
	struct nmreq_port_hdr body;
	struct port a, b;
	size_t i;

	port_open(&a, "vale0:a");
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		body = (struct nmreq_port_hdr){.nr_hdr_len = sets[i].bytes};
		CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_PORT_HDR_SET, sets[i].name, &body),
				sets[i].rc);
	}
	body.nr_hdr_len = 99;
	CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_PORT_HDR_GET, "vale0:a", &body), 0);
	CU_ASSERT_EQUAL(body.nr_hdr_len, 10);
	CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_PORT_HDR_GET, "vale0:absent", &body), -ENXIO);
	CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_PORT_HDR_GET, "absent", &body), -ENXIO);
	CU_ASSERT_EQUAL(port_try(&b, "vale0:a", NULL), -EIO);
	body.nr_hdr_len = 0;
	CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_PORT_HDR_SET, "vale0:a", &body), 0);
	CU_ASSERT_EQUAL(port_try(&b, "vale0:a", NULL), 0);
	port_close(&b);
	port_close(&a);
	finish();
}

static void counters_outlive_a_port_in_its_switch(void)
{
	struct vale_port_stats s = {.version = VALE_STATS_VERSION, .scope = VALE_STATS_DEPARTED};
	struct port a, b;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	send_frame(&b, BROADCAST, 1, 0);
	port_close(&b);
	snprintf(s.name, sizeof(s.name), "vale0:");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), 0);
	CU_ASSERT_STRING_EQUAL(s.name, "vale0:");
	CU_ASSERT_EQUAL(s.tx_packets, 1);
	CU_ASSERT_EQUAL(s.tx_copies, 1);
	CU_ASSERT_EQUAL(s.rx_packets, 0);
	snprintf(s.name, sizeof(s.name), "vale9:");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -ENOENT);
	snprintf(s.name, sizeof(s.name), "eth0");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -EINVAL);
	s.scope = VALE_STATS_DEPARTED + 1;
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -EINVAL);
	port_close(&a);

	port_open(&a, "vale0:a"); /* a new switch of that name begins at nothing */
	s.scope = VALE_STATS_DEPARTED;
	snprintf(s.name, sizeof(s.name), "vale0:");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), 0);
	CU_ASSERT_EQUAL(s.tx_packets, 0);
	port_close(&a);
	finish();
}

static void counters_by_name_and_in_order(void)
{
	struct vale_port_stats s = {.version = VALE_STATS_VERSION};
	struct port a, b;

	port_open(&a, "vale0:a");
	port_open(&b, "vale1:b");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), 0);
	CU_ASSERT_STRING_EQUAL(s.name, "vale0:a");
	s.name[0] = '\0';
	s.port_idx++;
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), 0);
	CU_ASSERT_STRING_EQUAL(s.name, "vale1:b");
	CU_ASSERT_EQUAL(s.bridge_idx, 1);
	CU_ASSERT_EQUAL(s.port_idx, 0);
	s.name[0] = '\0';
	s.port_idx++;
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -ENOENT);
	snprintf(s.name, sizeof(s.name), "vale0:zz");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -ENOENT);
	snprintf(s.name, sizeof(s.name), "eth0");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -EINVAL);
	s.version = 2;
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, &s), -EINVAL);
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, NULL), -EINVAL);
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCVALESTATS, (void *)4096), -EFAULT);
	port_close(&a);
	port_close(&b);
	finish();
}

static void configuration_needs_a_module_that_takes_it(void)
{
	struct nm_ifreq ifr = {.nifr_name = "vale0:"};
	struct port a;

	port_open(&a, "vale0:a");
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCCONFIG, &ifr), -EINVAL);
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCCONFIG, NULL), -EINVAL);
	CU_ASSERT_EQUAL(DEV->ioctl(a.handle, NIOCCONFIG, (void *)4096), -EFAULT);
	port_close(&a);
	finish();
}

static const struct suite_test tests[] = {
	{"register_answers", register_answers},
	{"a_descriptor_binds_once_and_survives_a_refusal",
	 a_descriptor_binds_once_and_survives_a_refusal},
	{"exclusive_means_alone", exclusive_means_alone},
	{"requests_are_clamped", requests_are_clamped},
	{"port_info_creates_and_drops", port_info_creates_and_drops},
	{"attach_detach_and_delif_answer", attach_detach_and_delif_answer},
	{"newif_answers", newif_answers},
	{"list_walks_all_ports", list_walks_all_ports},
	{"header_lengths", header_lengths},
	{"counters_by_name_and_in_order", counters_by_name_and_in_order},
	{"counters_outlive_a_port_in_its_switch", counters_outlive_a_port_in_its_switch},
	{"configuration_needs_a_module_that_takes_it", configuration_needs_a_module_that_takes_it},
};

SUITE_MAIN("core_ctrl", tests)
