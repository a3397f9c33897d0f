/* SPDX-License-Identifier: BSD-2-Clause */
/* The port names of nm_open: every vector of the ABI's name table, and the edges between them. */
#define NETMAP_WITH_LIBS
#include <net/netmap_user.h>

#include "suite.h"

struct vector {
	const char *input;
	const char *name; /* NULL: refused */
	uint32_t flags;
	uint16_t ring;
	uint16_t mem;
};

static const struct vector accepted[] = {
	{"netmap:eth0", "eth0", 0x1, 0, 0},
	{"netmap:eth0^", "eth0", 0x2, 0, 0},
	{"netmap:eth0*", "eth0", 0x3, 0, 0},
	{"netmap:eth0-3", "eth0", 0x4, 3, 0},
	{"netmap:eth0-0", "eth0", 0x4, 0, 0},
	{"netmap:eth0-4094", "eth0", 0x4, 4094, 0},
	{"netmap:eth0{4", "eth0", 0x5, 4, 0},
	{"netmap:eth0}4", "eth0", 0x6, 4, 0},
	{"netmap:eth0/xzrtRT", "eth0", 0x6f01, 0, 0},
	{"netmap:eth0/x", "eth0", 0x801, 0, 0},
	{"netmap:eth0/z", "eth0", 0x401, 0, 0},
	{"netmap:eth0/t", "eth0", 0x101, 0, 0},
	{"netmap:eth0/r", "eth0", 0x201, 0, 0},
	{"netmap:eth0/R", "eth0", 0x2001, 0, 0},
	{"netmap:eth0/T", "eth0", 0x4001, 0, 0},
	{"netmap:eth0@3", "eth0", 0x1, 0, 3},
	{"netmap:eth0/x@3", "eth0", 0x801, 0, 3},
	{"netmap:eth0@3/x", "eth0", 0x801, 0, 3},
	{"netmap:eth0@65535", "eth0", 0x1, 0, 65535},
	{"netmap:eth0^/x", "eth0", 0x802, 0, 0},
	{"netmap:eth0-2/xT@7", "eth0", 0x4804, 2, 7},
	{"netmap:eth0+1", "eth0+1", 0x1, 0, 0},
	{"netmap:", "", 0x1, 0, 0},
	{"netmap:fifteen_letters", "fifteen_letters", 0x1, 0, 0},
	{"vale0:1", "vale0:1", 0x1, 0, 0},
	{"vale:1", "vale:1", 0x1, 0, 0},
	{"vale0:", "vale0:", 0x1, 0, 0},
	{"vale1:1{2/x", "vale1:1", 0x805, 2, 0},
	{"vale_a:B_2-1", "vale_a:B_2", 0x4, 1, 0},
};

static const char *const refused[] = {
	"netmap:eth0^2",
	"netmap:eth0*3",
	"netmap:eth0-4095",
	"netmap:eth0-",
	"netmap:eth0-99999999999999999999",
	"netmap:eth0-1x",
	"netmap:eth0}abc/x",
	"netmap:eth0{",
	"netmap:a{b{c",
	"netmap:{x",
	"netmap:eth0/",
	"netmap:eth0/q",
	"netmap:eth0/x/z",
	"netmap:eth0@",
	"netmap:eth0@3@3",
	"netmap:eth0@3@4",
	"netmap:eth0@0",
	"netmap:eth0@65536",
	"netmap:eth0@x",
	"vale0",
	"vale0:a.b",
	"vale-0:a",
	"vale0:0123456789",
	"netmap:verylonginterfacename",
	"vale0:1@conf:rings=4,slots=256",
	"vale0:1@conf:tx-rings=4,rx_slots=256",
	"vale0:1@conf=4",
	"vale0:1@conf",
	"vale0:1@conf:rings",
	"vale0:1@conf:foo=1",
	"vale0:1@bogus:x=1",
	"vale0:1@share",
	"vale0:1@offset:initial=64",
};

static const char *const foreign[] = {"eth0", "netmapX:eth0", "", "netmap", "val0:1"};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void names_accepted(void)
{
	size_t i;

	for (i = 0; i < COUNT(accepted); i++) {
		const struct vector *v = &accepted[i];
		struct nmreq req = {.nr_cmd = 0};
		char err[NM_ERRBUF_SIZE];
		int ok = nm_parse_name(v->input, &req, err) == 0 && !strcmp(req.nr_name, v->name) &&
			 req.nr_flags == v->flags && req.nr_ringid == v->ring &&
			 req.nr_arg2 == v->mem;

		if (!ok)
			printf("'%s': name '%s' flags 0x%x ring %u mem %u: %s\n", v->input,
			       req.nr_name, req.nr_flags, req.nr_ringid, req.nr_arg2, err);
		CU_ASSERT(ok);
	}
}

static void names_refused_leave_the_request_alone(void)
{
	const struct nmreq before = {.nr_name = "kept", .nr_flags = NR_ACCEPT_VNET_HDR};
	size_t i;

	for (i = 0; i < COUNT(refused); i++) {
		struct nmreq req = before;
		char err[NM_ERRBUF_SIZE];
		int ret = nm_parse_name(refused[i], &req, err);

		if (ret != -1)
			printf("'%s' was accepted\n", refused[i]);
		CU_ASSERT_EQUAL(ret, -1);
		CU_ASSERT_EQUAL(errno, EINVAL);
		CU_ASSERT_NOT_EQUAL(err[0], '\0');
		CU_ASSERT_EQUAL(memcmp(&req, &before, sizeof(req)), 0);
	}
}

static void foreign_names_are_nobodys_error(void)
{
	size_t i;

	for (i = 0; i < COUNT(foreign); i++) {
		struct nmreq req = {.nr_cmd = 0};
		char err[NM_ERRBUF_SIZE];

		errno = EBADF;
		CU_ASSERT_EQUAL(nm_parse_name(foreign[i], &req, err), -1);
		CU_ASSERT_EQUAL(errno, 0);
		CU_ASSERT_EQUAL(err[0], '\0');
		errno = EBADF;
		CU_ASSERT_PTR_NULL(nm_open(foreign[i], NULL, 0, NULL));
		CU_ASSERT_EQUAL(errno, 0);
	}
}

static void flags_of_the_request_stay_and_the_mode_is_replaced(void)
{
	struct nmreq req = {.nr_flags = NR_ACCEPT_VNET_HDR | NR_REG_SW, .nr_arg3 = 5};
	char err[NM_ERRBUF_SIZE];

	CU_ASSERT_EQUAL(nm_parse_name("netmap:eth0-1/x", &req, err), 0);
	CU_ASSERT_EQUAL(req.nr_flags, NR_ACCEPT_VNET_HDR | NR_EXCLUSIVE | NR_REG_ONE_NIC);
	CU_ASSERT_EQUAL(req.nr_arg3, 5);
}

static void nm_parse_fills_a_descriptor(void)
{
	struct nm_desc d = {.fd = -1};

	CU_ASSERT_EQUAL(nm_parse("vale0:a@9", &d, d.msg), 0);
	CU_ASSERT_STRING_EQUAL(d.req.nr_name, "vale0:a");
	CU_ASSERT_EQUAL(d.req.nr_arg2, 9);
	CU_ASSERT_EQUAL(nm_parse("vale0:a@", &d, d.msg), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(d.msg, "memory region"));
}

static const struct suite_test tests[] = {
	{"names_accepted", names_accepted},
	{"names_refused_leave_the_request_alone", names_refused_leave_the_request_alone},
	{"foreign_names_are_nobodys_error", foreign_names_are_nobodys_error},
	{"flags_of_the_request_stay_and_the_mode_is_replaced",
	 flags_of_the_request_stay_and_the_mode_is_replaced},
	{"nm_parse_fills_a_descriptor", nm_parse_fills_a_descriptor},
};

SUITE_MAIN("netmap names", tests)
