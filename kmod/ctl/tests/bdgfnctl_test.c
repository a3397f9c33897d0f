/* SPDX-License-Identifier: BSD-2-Clause */
/* bdgfnctl: which requests a command line becomes, byte by byte, and what is said of the answers.
 */
#include <net/vale_modctl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "kmod/ctl/bdgfnctl.h"
#include "suite.h"

enum { CALLS = 8, TEXT_BYTES = 4096 };

/* A device that records every request and plays back results. */
static struct {
	int open_ret;
	int opened, closed;
	unsigned calls;
	struct nm_ifreq ifr[CALLS];
	struct nmreq_header header;
	int ret[CALLS];
	struct vale_modctl answer[CALLS];
	struct nmreq_vale_list list;
	char out[TEXT_BYTES];
	char err[TEXT_BYTES];
	int status;
} fake;

static int fake_open(void **handle)
{
	if (fake.open_ret)
		return fake.open_ret;
	fake.opened++;
	*handle = &fake;
	return 0;
}

static int fake_config(struct nm_ifreq *ifr)
{
	unsigned n = fake.calls++;
	struct vale_modctl rq;

	if (n >= CALLS)
		return -EIO;
	fake.ifr[n] = *ifr;
	memcpy(&rq, ifr->data, sizeof(rq));
	if (fake.answer[n].version)
		memcpy(ifr->data, &fake.answer[n], sizeof(rq));
	return fake.ret[n];
}

static int fake_ioctl(void *handle, unsigned long cmd, void *arg)
{
	struct nmreq_header *header = arg;

	if (handle != &fake)
		return -EBADF;
	if (cmd == NIOCCONFIG)
		return fake_config(arg);
	if (cmd != NIOCCTRL)
		return -EOPNOTSUPP;
	fake.header = *header;
	memcpy((void *)(uintptr_t)header->nr_body, &fake.list, sizeof(fake.list));
	return fake.ret[fake.calls++];
}

static void fake_close(void *handle)
{
	fake.closed += handle == &fake;
}

static const struct nmdev_ops fake_ops = {
	.name = "fake", .open = fake_open, .ioctl = fake_ioctl, .close = fake_close};

static void reset(void)
{
	memset(&fake, 0, sizeof(fake));
}

/* Runs bdgfnctl with the words of line, after reset() and what was prepared. */
static void run(const char *line)
{
	char *words = strdup(line), *argv[32] = {"bdgfnctl"}, *save = NULL, *word;
	FILE *out = fmemopen(fake.out, sizeof(fake.out), "w");
	FILE *err = fmemopen(fake.err, sizeof(fake.err), "w");
	int argc = 1;

	for (word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	fake.status = bdgfnctl_main(argc, argv, &fake_ops, out, err);
	fclose(out);
	fclose(err);
	free(words);
	CU_ASSERT_EQUAL(fake.opened, fake.closed);
}

static const struct vale_modctl *asked(unsigned n)
{
	return (const struct vale_modctl *)fake.ifr[n].data;
}

static void known_command_lines_become_requests(void)
{
	static const struct {
		const char *line;
		struct vale_modctl rq;
		const char *module, *out;
	} cases[] = {
		{"ips regfn --bridge=0 --port=257",
		 {.command = VALE_MODCTL_REGISTER, .switch_name = "vale0", .port = 257},
		 "ips",
		 "ips: register vale0 bdg_port 257\n"},
		{"ips regfn -b 3 -p 1",
		 {.command = VALE_MODCTL_REGISTER, .switch_name = "vale3", .port = 1},
		 "ips",
		 "ips: register vale3 bdg_port 1\n"},
		{"macs regfn",
		 {.command = VALE_MODCTL_REGISTER, .switch_name = "vale0", .port = 255},
		 "macs",
		 "macs: register vale0 bdg_port 255\n"},
		{"macs unregfn --bridge lan_1",
		 {.command = VALE_MODCTL_UNREGISTER, .switch_name = "valelan_1"},
		 "macs",
		 "macs: unregister valelan_1\n"},
		{"ips addif --bridge=0 --ip4 10.0.0.1 --dest 1",
		 {.command = VALE_MODCTL_ADD,
		  .switch_name = "vale0",
		  .kind = VALE_KEY_IP4,
		  .port = 1,
		  .ip4 = {10, 0, 0, 1}},
		 "ips",
		 "[+] 10.0.0.1       -> 1\n"},
		{"macs addif --bridge=0 --mac 00:00:00:00:00:01 --dest 1",
		 {.command = VALE_MODCTL_ADD,
		  .switch_name = "vale0",
		  .kind = VALE_KEY_MAC,
		  .port = 1,
		  .mac = {0, 0, 0, 0, 0, 1}},
		 "macs",
		 "[+] 00:00:00:00:00:01 -> 1\n"},
		{"ips addif -m2:AB:c:0:ff:99 -d257",
		 {.command = VALE_MODCTL_ADD,
		  .switch_name = "vale0",
		  .kind = VALE_KEY_MAC,
		  .port = 257,
		  .mac = {2, 0xab, 0xc, 0, 0xff, 0x99}},
		 "ips",
		 "[+] 02:ab:0c:00:ff:99 -> 257\n"},
		{"demux addif --ip4 1.2.3.4 --proto udp --dport 53 --dest 2",
		 {.command = VALE_MODCTL_ADD,
		  .switch_name = "vale0",
		  .kind = VALE_KEY_TUPLE,
		  .port = 2,
		  .ip4 = {1, 2, 3, 4},
		  .protocol = 17,
		  .l4_port = 53},
		 "demux",
		 "[+] 1.2.3.4/17/53 -> 2\n"},
		{"demux delif --ip4 1.2.3.4 --proto 254",
		 {.command = VALE_MODCTL_DEL,
		  .switch_name = "vale0",
		  .kind = VALE_KEY_TUPLE,
		  .ip4 = {1, 2, 3, 4},
		  .protocol = 254},
		 "demux",
		 "[-] 1.2.3.4/254/0\n"},
		{"macs delif --mac 00:00:00:00:00:01",
		 {.command = VALE_MODCTL_DEL,
		  .switch_name = "vale0",
		  .kind = VALE_KEY_MAC,
		  .mac = {0, 0, 0, 0, 0, 1}},
		 "macs",
		 "[-] 00:00:00:00:00:01\n"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nm_ifreq wanted = {0};
		struct vale_modctl rq = cases[i].rq;

		rq.version = VALE_MODCTL_VERSION;
		strcpy(wanted.nifr_name, cases[i].module);
		memcpy(wanted.data, &rq, sizeof(rq));
		reset();
		run(cases[i].line);
		CU_ASSERT_EQUAL(fake.status, 0);
		CU_ASSERT_EQUAL(fake.calls, 1);
		CU_ASSERT_EQUAL(memcmp(&fake.ifr[0], &wanted, sizeof(wanted)), 0);
		CU_ASSERT_STRING_EQUAL(fake.out, cases[i].out);
		CU_ASSERT_STRING_EQUAL(fake.err, "[ok]\n");
	}
}

/* The layout that other programs and the kernel rely on. */
static void requests_have_this_layout(void)
{
	const unsigned char *p;

	CU_ASSERT_EQUAL(offsetof(struct vale_modctl, switch_name), 8);
	CU_ASSERT_EQUAL(offsetof(struct vale_modctl, kind), 24);
	CU_ASSERT_EQUAL(offsetof(struct vale_modctl, mac), 40);
	CU_ASSERT_EQUAL(offsetof(struct vale_modctl, module), 56);
	reset();
	run("demux addif --ip4 1.2.3.4 --proto tcp --dport 258 --dest 5");
	p = (const unsigned char *)fake.ifr[0].data;
	CU_ASSERT_EQUAL(p[0], 1);
	CU_ASSERT_EQUAL(p[4], 3);
	CU_ASSERT_EQUAL(memcmp(p + 8, "vale0", 6), 0);
	CU_ASSERT_EQUAL(p[24], 2);
	CU_ASSERT_EQUAL(p[28], 5);
	CU_ASSERT_EQUAL(p[46] | p[47] << 8, 258);
	CU_ASSERT_EQUAL(memcmp(p + 48, "\1\2\3\4\6", 5), 0);
}

static void listing_asks_until_the_end(void)
{
	reset();
	fake.answer[0] =
		(struct vale_modctl){.version = 1, .slot = 1, .port = 1, .ip4 = {10, 0, 0, 1}};
	fake.answer[1] = (struct vale_modctl){
		.version = 1, .slot = 12345, .port = 255, .ip4 = {10, 255, 0, 1}};
	fake.ret[2] = -ENOENT;
	run("ips listif --bridge=0 --ip4 1");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_EQUAL(fake.calls, 3);
	CU_ASSERT_EQUAL(asked(0)->slot, 0);
	CU_ASSERT_EQUAL(asked(1)->slot, 2);
	CU_ASSERT_EQUAL(asked(2)->slot, 12346);
	CU_ASSERT_EQUAL(asked(0)->kind, VALE_KEY_IP4);
	CU_ASSERT_STRING_EQUAL(fake.out, "[0001] 10.0.0.1       -> 0001\n"
					 "[12345] 10.255.0.1       -> 0255\n");
	reset();
	fake.ret[0] = -ENOENT;
	run("macs listif --bridge=0 --mac 1");
	CU_ASSERT_EQUAL(asked(0)->kind, VALE_KEY_MAC);
	CU_ASSERT_STRING_EQUAL(fake.out, "");
	CU_ASSERT_STRING_EQUAL(fake.err, "[ok]\n");
}

static void counts_walk_through_addresses(void)
{
	reset();
	run("ips addif --ip4 10.0.0.254 --dest 1 --count 3");
	CU_ASSERT_EQUAL(fake.calls, 3);
	CU_ASSERT_EQUAL(memcmp(asked(1)->ip4, "\12\0\0\377", 4), 0);
	CU_ASSERT_EQUAL(memcmp(asked(2)->ip4, "\12\0\1\0", 4), 0);
	CU_ASSERT_STRING_EQUAL(fake.out, "[+] 10.0.0.254       -> 1 (3 addresses from there on)\n");
	reset();
	run("macs delif --mac 00:00:ff:ff:ff:ff --count 2");
	CU_ASSERT_EQUAL(memcmp(asked(1)->mac, "\0\1\0\0\0\0", 6), 0);
	reset();
	fake.ret[1] = -ENOMEM;
	run("ips addif --ip4 10.0.0.1 --dest 1 --count 3");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_EQUAL(fake.calls, 2);
	CU_ASSERT_STRING_EQUAL(fake.out, "");
}

static void info_and_port_print_what_is_answered(void)
{
	reset();
	fake.answer[0] =
		(struct vale_modctl){.version = 1, .port = 257, .entries = 9, .module = "ips"};
	run("ips info --bridge=1");
	CU_ASSERT_STRING_EQUAL(fake.out, "vale1: ips, default port 257, entries 9\n");
	reset();
	fake.list.nr_port_idx = 7;
	run("ips port --vport vale0:vi0");
	CU_ASSERT_EQUAL(fake.header.nr_reqtype, NETMAP_REQ_VALE_LIST);
	CU_ASSERT_STRING_EQUAL(fake.header.nr_name, "vale0:vi0");
	CU_ASSERT_STRING_EQUAL(fake.out, "port = 7\n");
	reset();
	fake.list.nr_port_idx = 255;
	run("ips port --vport vale0:vi0");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_STRING_EQUAL(fake.err, "bdgfnctl: [error] there is no port 'vale0:vi0'\n");
}

static void answers_are_explained(void)
{
	static const struct {
		int ret;
		const char *err;
	} cases[] = {
		{-EINVAL, "module ips is not loaded; load it with: insmod ips.ko"},
		{-ENODEV, "there is no switch vale2; open a port of it first"},
		{-ENXIO, "vale2 is not run by ips; say first: bdgfnctl ips regfn --bridge=2"},
		{-EOPNOTSUPP, "module ips has no table of such addresses"},
		{-EACCES, "switch vale2 belongs to a kernel module alone"},
		{-ENOENT, "there is no such entry"},
		{-ENOSPC, "No space left on device"},
	};
	char wanted[256];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		reset();
		fake.ret[0] = cases[i].ret;
		run("ips delif --bridge=2 --ip4 10.0.0.1");
		snprintf(wanted, sizeof(wanted), "bdgfnctl: [error] ips delif: %s\n", cases[i].err);
		CU_ASSERT_EQUAL(fake.status, 1);
		CU_ASSERT_STRING_EQUAL(fake.out, "");
		CU_ASSERT_STRING_EQUAL(fake.err, wanted);
	}
}

/* Each is refused in one line, and nothing is asked of the switch. */
static void wrong_command_lines_are_refused(void)
{
	static const char *const lines[] = {
		"",
		"ips",
		"ips frob",
		"ips regfn extra",
		"ips regfn --frob 1",
		"ips regfn --bridge",
		"ips regfn --port=",
		"ips regfn --port=x",
		"ips regfn --port=65536",
		"ips regfn --port=-1",
		"ips regfn --bridge=0:a",
		"ips regfn --bridge=verylongname",
		"ips regfn --bridge=a/b",
		"ips addif --dest 1",
		"ips addif --ip4 10.0.0.1",
		"ips addif --ip4 --dest 1",
		"ips addif --ip4 10.0.0 --dest 1",
		"ips addif --ip4 10.0.0.256 --dest 1",
		"ips addif --ip6 ::1 --dest 1",
		"macs addif --mac 1 --dest 1",
		"macs addif --dest 1",
		"macs addif --mac 00:00:00:00:00 --dest 1",
		"macs addif --mac 0:0:0:0:0:0:0 --dest 1",
		"macs addif --mac 0:0:0:0:0:100 --dest 1",
		"macs addif --mac 0:0:0:0:0:-1 --dest 1",
		"macs addif --mac 0:0:0:0:0:0x --dest 1",
		"macs addif --mac 0:0:0:0::1 --dest 1",
		"ips addif --ip4 10.0.0.1 --dest 254",
		"ips addif --ip4 10.0.0.1 --dest 1 --count x",
		"ips addif --ip4 10.0.0.1 --dest 1 --count 2000001",
		"demux addif --ip4 1.2.3.4 --dest 1",
		"demux addif --ip4 1.2.3.4 --proto 255 --dest 1",
		"demux addif --proto tcp --dest 1",
		"demux addif --ip4 1.2.3.4 --proto tcp --dport 65536 --dest 1",
		"other listif",
		"ips port",
		"ips port --vport",
		"averyveryverylongname regfn",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		reset();
		run(lines[i]);
		if (fake.status != 1 || fake.calls ||
		    strcspn(fake.err, "\n") + 1 != strlen(fake.err) || fake.out[0])
			printf("bdgfnctl %s: %d, %u calls, '%s' '%s'\n", lines[i], fake.status,
			       fake.calls, fake.out, fake.err);
		CU_ASSERT_EQUAL(fake.status, 1);
		CU_ASSERT_EQUAL(fake.calls, 0);
		CU_ASSERT_STRING_EQUAL(fake.out, "");
		CU_ASSERT_EQUAL(strcspn(fake.err, "\n") + 1, strlen(fake.err));
	}
}

static void a_missing_device_is_named(void)
{
	reset();
	fake.open_ret = -ENOENT;
	run("ips regfn");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_STRING_EQUAL(fake.err,
			       "bdgfnctl: [error] cannot open device fake: No such file or "
			       "directory; load the module with: insmod netmap.ko\n");
	fake.open_ret = -EACCES;
	run("ips regfn");
	CU_ASSERT_STRING_EQUAL(fake.err,
			       "bdgfnctl: [error] cannot open device fake: Permission denied; "
			       "run as root, or give yourself access to the device\n");
}

static void help_names_every_option(void)
{
	static const char *const words[] = {"--bridge", "--port",  "--dest",  "--mac",	 "--ip4",
					    "--proto",	"--dport", "--count", "--vport", "regfn"};
	size_t i;

	reset();
	run("--help");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_EQUAL(fake.opened, 0);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.out, words[i]));
}

static const struct suite_test tests[] = {
	{"known_command_lines_become_requests", known_command_lines_become_requests},
	{"requests_have_this_layout", requests_have_this_layout},
	{"listing_asks_until_the_end", listing_asks_until_the_end},
	{"counts_walk_through_addresses", counts_walk_through_addresses},
	{"info_and_port_print_what_is_answered", info_and_port_print_what_is_answered},
	{"answers_are_explained", answers_are_explained},
	{"wrong_command_lines_are_refused", wrong_command_lines_are_refused},
	{"a_missing_device_is_named", a_missing_device_is_named},
	{"help_names_every_option", help_names_every_option},
};

SUITE_MAIN("bdgfnctl", tests)
