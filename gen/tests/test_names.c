/* SPDX-License-Identifier: BSD-2-Clause */
/* Port names: the vectors of netmap-abi 16, right column, and the dispatch to backends. */
#include <errno.h>
#include <string.h>

#include "io.h"
#include "nmname.h"
#include "suite.h"

static const struct vector {
	const char *spec;
	int ret;
	const char *name;
	uint32_t mode;
	uint64_t flags;
	uint16_t ring, mem;
} vectors[] = {
	{"netmap:eth0", 0, "eth0", 1, 0, 0, 0},
	{"netmap:eth0^", 0, "eth0", 2, 0, 0, 0},
	{"netmap:eth0^2", 0, "eth0", 8, 0, 2, 0},
	{"netmap:eth0*", 0, "eth0", 3, 0, 0, 0},
	{"netmap:eth0*3", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0-3", 0, "eth0", 4, 0, 3, 0},
	{"netmap:eth0-4094", 0, "eth0", 4, 0, 4094, 0},
	{"netmap:eth0-4095", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0-", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0{4", 0, "eth0{4", 1, 0, 0, 0},
	{"netmap:eth0}4", 0, "eth0}4", 1, 0, 0, 0},
	{"netmap:eth0}abc/x", 0, "eth0}abc", 1, 0x800, 0, 0},
	{"netmap:eth0{", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:a{b{c", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:{x", 0, "{x", 1, 0, 0, 0},
	{"netmap:eth0/xzrtRT", 0, "eth0", 1, 0x6f00, 0, 0},
	{"netmap:eth0/", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0/q", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@3", 0, "eth0", 1, 0, 0, 3},
	{"netmap:eth0/x@3", 0, "eth0", 1, 0x800, 0, 3},
	{"netmap:eth0@3/x", 0, "eth0", 1, 0x800, 0, 3},
	{"netmap:eth0@3@3", 0, "eth0", 1, 0, 0, 3},
	{"netmap:eth0@3@4", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@0", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@99999", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1", 0, "vale0:1", 1, 0, 0, 0},
	{"vale:1", 0, "vale:1", 1, 0, 0, 0},
	{"vale1:1{2/x", 0, "vale1:1{2", 1, 0x800, 0, 0},
	{"vale0", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:", 0, "vale0:", 1, 0, 0, 0},
	{"vale0:a.b", 0, "vale0:a.b", 1, 0, 0, 0},
	{"vale-0:a", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:verylonginterfacename", 0, "verylonginterfacename", 1, 0, 0, 0},
	{"netmap:0123456789012345678901234567890123456789012345678901234567890123", -EINVAL, NULL,
	 0, 0, 0, 0},
	{"vale0:1@conf=4", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:foo=1", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings=70000", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@bogus:x=1", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share", -EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@offset:initial=64", -EOPNOTSUPP, NULL, 0, 0, 0, 0},
	{"vale0:1@extmem:file=x", -EOPNOTSUPP, NULL, 0, 0, 0, 0},
	{"eth0", -EINVAL, NULL, 0, 0, 0, 0},
	{"netmapX:eth0", -EINVAL, NULL, 0, 0, 0, 0},
};

static void vectors_parse_as_published(void)
{
	struct vb_err err;
	struct nmname n;
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		int ret = nmname_parse(v->spec, &n, &err);

		if (ret != v->ret)
			printf("\n  %s: %d, not %d", v->spec, ret, v->ret);
		CU_ASSERT_EQUAL(ret, v->ret);
		if (ret) {
			CU_ASSERT_PTR_NOT_NULL(strstr(err.text, v->spec));
			continue;
		}
		CU_ASSERT_STRING_EQUAL(n.name, v->name);
		CU_ASSERT_EQUAL(n.reg.nr_mode, v->mode);
		CU_ASSERT_EQUAL(n.reg.nr_flags, v->flags);
		CU_ASSERT_EQUAL(n.reg.nr_ringid, v->ring);
		CU_ASSERT_EQUAL(n.reg.nr_mem_id, v->mem);
	}
}

static void failure_leaves_the_result_alone(void)
{
	struct nmname n, before;

	memset(&n, 0x5a, sizeof(n));
	before = n;
	CU_ASSERT_EQUAL(nmname_parse("netmap:eth0@3@4", &n, NULL), -EINVAL);
	CU_ASSERT_EQUAL(memcmp(&n, &before, sizeof(n)), 0);
}

static void conf_sets_sizes(void)
{
	struct nmname n;

	CU_ASSERT_EQUAL_FATAL(nmname_parse("vale0:1@conf:rings=4,slots=256", &n, NULL), 0);
	CU_ASSERT(n.reg.nr_tx_rings == 4 && n.reg.nr_rx_rings == 4);
	CU_ASSERT(n.reg.nr_tx_slots == 256 && n.reg.nr_rx_slots == 256);
	CU_ASSERT_EQUAL_FATAL(nmname_parse("vale0:1@conf:tx-rings=4,rx_slots=256", &n, NULL), 0);
	CU_ASSERT(n.reg.nr_tx_rings == 4 && n.reg.nr_rx_rings == 0);
	CU_ASSERT(n.reg.nr_tx_slots == 0 && n.reg.nr_rx_slots == 256);
	/* The specific key wins, in whatever order. */
	CU_ASSERT_EQUAL_FATAL(
		nmname_parse("vale0:1@conf:tx-slots=64,slots=256,host-rings=2", &n, NULL), 0);
	CU_ASSERT(n.reg.nr_tx_slots == 64 && n.reg.nr_rx_slots == 256);
	CU_ASSERT(n.reg.nr_host_tx_rings == 2 && n.reg.nr_host_rx_rings == 2);
}

static void share_names_a_port(void)
{
	struct nmname n;

	CU_ASSERT_EQUAL_FATAL(nmname_parse("vale0:1@share:port=vale0:2", &n, NULL), 0);
	CU_ASSERT_STRING_EQUAL(n.share, "vale0:2");
	CU_ASSERT_EQUAL_FATAL(nmname_parse("vale0:1@share=netmap:eth0@conf:slots=32", &n, NULL), 0);
	CU_ASSERT_STRING_EQUAL(n.share, "eth0");
	CU_ASSERT_EQUAL(n.reg.nr_tx_slots, 32);
}

static void names_find_their_backend(void)
{
	static const struct {
		const char *given, *resolved;
		const struct io_ops *ops;
	} cases[] = {
		{"eth0", "netmap:eth0", &io_netmap},
		{"vale0:a", "vale0:a", &io_netmap},
		{"netmap:eth0-1", "netmap:eth0-1", &io_netmap},
		{"null", "null", &io_null},
		{"tap7", "tap7", &io_tap},
		{"tap:x", "tap:x", &io_tap},
		{"pcap:eth0", "pcap:eth0", &io_pcap},
		{"nullx", "netmap:nullx", &io_netmap},
	};
	char resolved[IO_NAME_MAX + 1], longest[IO_NAME_MAX + 2];
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(io_resolve_name(cases[i].given, resolved, &err), 0);
		CU_ASSERT_STRING_EQUAL(resolved, cases[i].resolved);
		CU_ASSERT_PTR_EQUAL(io_backend(resolved), cases[i].ops);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memcpy(longest, "vale", 4);
	CU_ASSERT_EQUAL(io_resolve_name(longest, resolved, &err), -1);
	longest[IO_NAME_MAX] = '\0';
	CU_ASSERT_EQUAL(io_resolve_name(longest, resolved, &err), 0);
}

static void devices_are_told_from_pipes(void)
{
	char device[16];

	CU_ASSERT(io_device_name("netmap:eth0-3", device, sizeof(device)));
	CU_ASSERT_STRING_EQUAL(device, "eth0");
	CU_ASSERT_FALSE(io_device_name("netmap:eth0{1", device, sizeof(device)));
	CU_ASSERT_FALSE(io_device_name("vale0:a", device, sizeof(device)));
	CU_ASSERT_FALSE(io_device_name("netmap:averyveryverylongname", device, sizeof(device)));
}

static const struct suite_test tests[] = {
	{"vectors parse as published", vectors_parse_as_published},
	{"failure leaves the result alone", failure_leaves_the_result_alone},
	{"@conf sets sizes", conf_sets_sizes},
	{"@share names a port", share_names_a_port},
	{"names find their backend", names_find_their_backend},
	{"devices are told from pipes", devices_are_told_from_pipes},
};

SUITE_MAIN("gen-names", tests)
