/* SPDX-License-Identifier: BSD-2-Clause */
/* Port names: which backend they mean. */
#include <string.h>

#include "io.h"
#include "suite.h"

static void names_find_their_backend(void)
{
	static const struct {
		const char *given, *resolved;
		const struct io_ops *ops;
	} cases[] = {
		{"eth0", "netmap:eth0", &io_netmap},
		{"vale0:a", "vale0:a", &io_netmap},
		{"netmap:eth0-1", "netmap:eth0-1", &io_netmap},
		{"vale0:a[3]", "vale0:a[3]", &io_bundle},
		{"null", "null", &io_null},
		{"tap7", "tap7", &io_tap},
		{"tap:x", "tap:x", &io_tap},
		{"pcap:eth0", "pcap:eth0", &io_pcap},
		{"fifo:/tmp/x", "fifo:/tmp/x", &io_fifo},
		{"stream:/tmp/x", "stream:/tmp/x", &io_stream},
		{"packet:eth0", "packet:eth0", &io_packet},
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
	{"names find their backend", names_find_their_backend},
	{"devices are told from pipes", devices_are_told_from_pipes},
};

SUITE_MAIN("gen-names", tests)
