/* SPDX-License-Identifier: BSD-2-Clause */
/* vale-ctl against a device that records: every request, every line it prints, every failure. */
#include <errno.h>
#include <string.h>

#include "claims.h"
#include "fake_dev.h"
#include "kmod/ctl/vale_ctl.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int same(const char *what, const char *line, const char *got, const char *want)
{
	int ok = strcmp(got, want) == 0;

	if (!ok)
		printf("vale-ctl %s: %s is '%s', not '%s'\n", line, what, got, want);
	return ok;
}

static void check_request(const struct claim *c)
{
	const struct nmreq_header *header = &fake.call[0].header;

	CU_ASSERT_EQUAL_FATAL(fake.calls, 1);
	CU_ASSERT_EQUAL(fake.call[0].cmd, NIOCCTRL);
	CU_ASSERT_EQUAL(header->nr_version, 14);
	CU_ASSERT_EQUAL(header->nr_reqtype, c->type);
	CU_ASSERT_EQUAL(header->nr_reserved, 0);
	CU_ASSERT_EQUAL(header->nr_options, 0);
	CU_ASSERT_EQUAL(header->nr_body == 0, c->type == NETMAP_REQ_VALE_DELIF);
	CU_ASSERT(same("the name", c->line, header->nr_name, c->name));
	CU_ASSERT(memcmp(fake.call[0].body, c->sent.bytes, FAKE_BODY_BYTES) == 0);
	CU_ASSERT_EQUAL(fake.opened, 1);
	CU_ASSERT_EQUAL(fake.closed, 1);
}

static void every_action_asks_and_answers_as_documented(void)
{
	size_t i;

	for (i = 0; i < COUNT(claims); i++) {
		fake_reset();
		fake_answer(0, NULL, claims[i].answer.bytes, FAKE_BODY_BYTES);
		fake_run(&fake_ops, claims[i].line);
		check_request(&claims[i]);
		CU_ASSERT_EQUAL(fake.status, 0);
		CU_ASSERT(same("stdout", claims[i].line, fake.out, claims[i].out));
		CU_ASSERT(same("stderr", claims[i].line, fake.err,
			       claims[i].err ? claims[i].err : ""));
	}
}

static void every_action_names_its_failure(void)
{
	static const int errors[] = {EBUSY, ENXIO, EINVAL};
	char want[256];
	size_t i, e;

	for (i = 0; i < COUNT(claims); i++)
		for (e = 0; e < COUNT(errors); e++) {
			const struct claim *c = &claims[i];

			fake_reset();
			fake_answer(-errors[e], NULL, NULL, 0);
			fake_run(&fake_ops, c->line);
			snprintf(want, sizeof(want), "%sfailed to %s %s: %s\n",
				 c->err ? c->err : "", c->action, c->shown ? c->shown : c->name,
				 strerror(errors[e]));
			CU_ASSERT_EQUAL(fake.status, 1);
			CU_ASSERT(same("stdout", c->line, fake.out, ""));
			CU_ASSERT(same("stderr", c->line, fake.err, want));
			CU_ASSERT_EQUAL(fake.closed, 1);
		}
}

/* A line that never reaches the device, and a piece of the one line it must print. */
static const struct {
	const char *line;
	const char *piece;
} misuse[] = {
	{"-v", "nothing to do with option '-v'"},
	{"-C 1", "nothing to do with option '-C'"},
	{"-m 1", "nothing to do with option '-m'"},
	{"-q", "unknown option '-q'"},
	{"--bogus", "unknown option '--bogus'"},
	{"--json=1", "option takes no argument: '--json=1'"},
	{"-a", "no argument for option 'attach'"},
	{"--remove", "no argument for option 'remove'"},
	{"stray", "stray argument 'stray'"},
	{"-a vale0:x stray", "stray argument 'stray'"},
	{"-r v0 -- stray", "stray argument 'stray'"},
	{"-r v0 -", "stray argument '-'"},
	{"-n v0 -C 1,x", "-C 1,x: expected up to four numbers"},
	{"-n v0 -C 1,,2", "-C 1,,2: expected up to four numbers"},
	{"-n v0 -C 1,", "-C 1,: expected up to four numbers"},
	{"-n v0 -C -1", "-C -1: expected up to four numbers"},
	{"-n v0 -C 4294967296", "expected up to four numbers"},
};

static void bad_usage_is_one_line_and_no_request(void)
{
	size_t i;

	for (i = 0; i < COUNT(misuse); i++) {
		fake_reset();
		fake_run(&fake_ops, misuse[i].line);
		CU_ASSERT_EQUAL(fake.status, 1);
		CU_ASSERT_EQUAL(fake.calls, 0);
		CU_ASSERT_EQUAL(fake.opened, 0);
		CU_ASSERT_EQUAL(fake.out[0], '\0');
		if (!strstr(fake.err, misuse[i].piece))
			printf("vale-ctl %s: %s", misuse[i].line, fake.err);
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, misuse[i].piece));
		CU_ASSERT_PTR_EQUAL(strchr(fake.err, '\n'), fake.err + strlen(fake.err) - 1);
	}
}

/* Refused after the device was opened, still without a request. */
static const struct {
	const char *line;
	const char *piece;
} refused[] = {
	{"-l eth0", "failed to list eth0: Invalid argument"},
	{"-n v0 -C 1,1,65536", "-C: 65536 rings asked for, at most 65535 can be"},
	{"-n v0 -m 65536", "-m 65536: neither a region (0 to 65535) nor a port name"},
	{"-n v0 -m eth0", "-m eth0: neither a region"},
	{"-p vale0:eth0 -C 0,1,2", "-C 0,1,2: a CPU count needs the mode 1 (multi-CPU)"},
	{"-p vale0:eth0", "failed to enable polling on vale0:eth0: Invalid argument"},
	{"-g 0123456789012345678901234567890123456789012345678901234567890123",
	 "File name too long"},
	{"-s=", "failed to read counters of ="},
	{"--stats=", "failed to read counters of : Invalid argument"},
};

static void impossible_values_are_refused_here(void)
{
	size_t i;

	for (i = 0; i < COUNT(refused); i++) {
		fake_reset();
		fake_run(&fake_ops, refused[i].line);
		CU_ASSERT_EQUAL(fake.status, 1);
		CU_ASSERT_EQUAL(fake.out[0], '\0');
		if (!strstr(fake.err, refused[i].piece))
			printf("vale-ctl %s: %s", refused[i].line, fake.err);
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, refused[i].piece));
		CU_ASSERT_EQUAL(fake.closed, fake.opened);
	}
}

static void region_of_another_port_is_looked_up(void)
{
	const struct nmreq_port_info_get info = {.nr_mem_id = 12};
	const struct nmreq_vale_newif *sent = (const void *)fake.call[1].body;

	fake_reset();
	fake_answer(0, NULL, &info, sizeof(info));
	fake_answer(0, NULL, NULL, 0);
	fake_run(&fake_ops, "-n v0 -m netmap:eth1");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_EQUAL_FATAL(fake.calls, 2);
	CU_ASSERT_EQUAL(fake.call[0].header.nr_reqtype, NETMAP_REQ_PORT_INFO_GET);
	CU_ASSERT_STRING_EQUAL(fake.call[0].header.nr_name, "eth1");
	CU_ASSERT_EQUAL(sent->nr_mem_id, 12);

	fake_reset();
	fake_answer(-ENXIO, NULL, NULL, 0);
	fake_run(&fake_ops, "-n v0 -m vale0:gone");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_EQUAL(fake.calls, 1);
	CU_ASSERT_STRING_EQUAL(fake.err,
			       "failed to obtain info for vale0:gone: No such device or address\n");
}

static void prepare_three_ports(void)
{
	static const struct nmreq_vale_list at[] = {
		{.nr_bridge_idx = 0, .nr_port_idx = 0},
		{.nr_bridge_idx = 0, .nr_port_idx = 2},
		{.nr_bridge_idx = 3, .nr_port_idx = 0},
	};

	fake_reset();
	fake_answer(0, "vale0:a", &at[0], sizeof(at[0]));
	fake_answer(0, "vale0:b", &at[1], sizeof(at[1]));
	fake_answer(0, "vale9:c", &at[2], sizeof(at[2]));
}

static void listing_walks_every_port(void)
{
	const struct nmreq_vale_list *asked;

	prepare_three_ports();
	fake_run(&fake_ops, "");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_STRING_EQUAL(fake.out, "vale0:a bridge_idx 0 port_idx 0\n"
					 "vale0:b bridge_idx 0 port_idx 2\n"
					 "vale9:c bridge_idx 3 port_idx 0\n");
	CU_ASSERT_EQUAL_FATAL(fake.calls, 4);
	asked = (const void *)fake.call[2].body;
	CU_ASSERT_EQUAL(asked->nr_bridge_idx, 0);
	CU_ASSERT_EQUAL(asked->nr_port_idx, 3);
	CU_ASSERT_EQUAL(fake.call[2].header.nr_name[0], '\0');
	prepare_three_ports();
	fake_run(&fake_ops, "--json");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT(
		same("stdout", "--json", fake.out,
		     "{\"type\":\"port\",\"name\":\"vale0:a\",\"bridge_idx\":0,\"port_idx\":0}\n"
		     "{\"type\":\"port\",\"name\":\"vale0:b\",\"bridge_idx\":0,\"port_idx\":2}\n"
		     "{\"type\":\"port\",\"name\":\"vale9:c\",\"bridge_idx\":3,\"port_idx\":0}\n"));
}

static void listing_nothing_is_no_failure(void)
{
	fake_reset();
	fake_run(&fake_ops, "");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_STRING_EQUAL(fake.out, "");
	CU_ASSERT_STRING_EQUAL(fake.err, "");
}

static void listing_ends_when_the_switch_goes_in_circles(void)
{
	const struct nmreq_vale_list first = {0};

	fake_reset();
	fake_answer(0, "vale0:a", &first, sizeof(first));
	fake_answer(0, "vale0:a", &first, sizeof(first));
	fake_run(&fake_ops, "");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_EQUAL(fake.calls, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, "failed to list ports: "));
}

static const struct vale_port_stats busy = {
	.version = 1,
	.name = "vale0:a",
	.bridge_idx = 1,
	.port_idx = 2,
	.tx_packets = 10,
	.tx_bytes = 600,
	.tx_copies = 9,
	.tx_drop_no_dest = 1,
	.rx_packets = 20,
	.rx_bytes = 1200,
	.rx_drop_ring_full = 3,
	.rx_drop_not_ready = 4,
};
static const struct vale_port_stats idle = {
	.version = 1, .name = "vale0:b", .bridge_idx = 1, .port_idx = 3};

static void counters_show_every_cause_that_happened(void)
{
	fake_reset();
	fake_answer_stats(0, &busy);
	fake_answer_stats(0, &idle);
	fake_run(&fake_ops, "-s");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT(same("stdout", "-s", fake.out,
		       "PORT                     TX-PACKETS         TX-BYTES     RX-PACKETS"
		       "         RX-BYTES  DROPS\n"
		       "vale0:a                          10              600             20"
		       "             1200  tx:no-dest=1 rx:ring-full=3 rx:not-ready=4\n"
		       "vale0:b                           0                0              0"
		       "                0  -\n"));
	CU_ASSERT_EQUAL(fake.call[0].cmd, NIOCVALESTATS);
	CU_ASSERT_EQUAL(fake.call[0].stats.version, VALE_STATS_VERSION);
	CU_ASSERT_EQUAL(fake.call[1].stats.bridge_idx, 1);
	CU_ASSERT_EQUAL(fake.call[1].stats.port_idx, 3);
	CU_ASSERT_EQUAL(fake.call[1].stats.name[0], '\0');
}

static void counters_of_departed_ports_follow_their_switch(void)
{
	static const struct vale_port_stats departed = {
		.version = 1, .scope = VALE_STATS_DEPARTED, .name = "vale0:", .tx_packets = 7,
		.tx_bytes = 420, .tx_copies = 5, .tx_drop_no_dest = 2};

	fake_reset();
	fake_answer_stats(0, &idle);
	fake_answer_stats(-ENOENT, &idle);
	fake_answer_stats(0, &departed);
	fake_run(&fake_ops, "-s");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_EQUAL(fake.calls, 3);
	CU_ASSERT_STRING_EQUAL(fake.call[2].stats.name, "vale0:");
	CU_ASSERT_EQUAL(fake.call[2].stats.scope, VALE_STATS_DEPARTED);
	CU_ASSERT(same("stdout", "-s", strchr(fake.out, '\n') + 1,
		       "vale0:b                           0                0              0"
		       "                0  -\n"
		       "vale0:(departed)                  7              420              0"
		       "                0  tx:no-dest=2\n"));
}

static void counters_of_one_port_as_json(void)
{
	fake_reset();
	fake_answer_stats(0, &busy);
	fake_run(&fake_ops, "-s vale0:a --json");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_EQUAL(fake.calls, 1);
	CU_ASSERT_STRING_EQUAL(fake.call[0].stats.name, "vale0:a");
	CU_ASSERT(same("stdout", "-s --json", fake.out,
		       "{\"type\":\"stats\",\"name\":\"vale0:a\",\"bridge_idx\":1,\"port_idx\":2,"
		       "\"tx_packets\":10,\"tx_bytes\":600,\"tx_copies\":9,\"tx_drop_bad_slot\":0,"
		       "\"tx_drop_no_dest\":1,\"tx_drop_lookup\":0,\"tx_drop_no_switch\":0,"
		       "\"rx_packets\":20,\"rx_bytes\":1200,\"rx_drop_ring_full\":3,"
		       "\"rx_drop_not_ready\":4,\"rx_drop_bad_slot\":0}\n"));
}

static void counters_that_cannot_be_read(void)
{
	fake_reset();
	fake_run(&fake_ops, "-s vale0:gone");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_STRING_EQUAL(
		fake.err, "failed to read counters of vale0:gone: No such file or directory\n");
	fake_reset();
	fake_answer_stats(-EOPNOTSUPP, &idle);
	fake_run(&fake_ops, "-s");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_STRING_EQUAL(fake.err,
			       "failed to read counters of all ports: Operation not supported\n");
}

static void no_device_says_what_to_do(void)
{
	static const struct {
		int err;
		const char *hint;
	} t[] = {{ENOENT, "insmod netmap.ko"}, {EACCES, "run as root"}, {EIO, "kernel log"}};
	size_t i;

	for (i = 0; i < COUNT(t); i++) {
		fake_reset();
		fake.open_ret = -t[i].err;
		fake_run(&fake_ops, "-l vale0:a");
		CU_ASSERT_EQUAL(fake.status, 1);
		CU_ASSERT_EQUAL(fake.calls, 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, "failed to open device fake: "));
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, t[i].hint));
	}
}

static void help_names_every_option(void)
{
	static const char options[] = "ahdnrgplPsCmv";
	char column[8];
	size_t i;

	fake_reset();
	fake_run(&fake_ops, "--help");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_EQUAL(fake.opened, 0);
	for (i = 0; options[i]; i++) {
		snprintf(column, sizeof(column), "\n  -%c, ", options[i]);
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.out, column));
	}
}

static void a_name_that_is_no_text_is_not_printed_as_json(void)
{
	fake_reset();
	fake_answer(0, NULL, NULL, 0);
	fake_run(&fake_ops, "--json -g vale0:\xff");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, "not UTF-8"));
	CU_ASSERT_EQUAL(fake.closed, 1);
}

static void a_full_disk_is_a_failure(void)
{
	char *argv[] = {"vale-ctl", "--help", NULL};
	char text[256] = "";
	FILE *full = fopen("/dev/full", "w"), *err = fmemopen(text, sizeof(text), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(full);
	CU_ASSERT_PTR_NOT_NULL_FATAL(err);
	CU_ASSERT_EQUAL(vale_ctl_main(2, argv, &fake_ops, full, err), 1);
	fclose(err);
	fclose(full);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "failed to write the answer"));
}

#define TEST(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}
static const struct suite_test tests[] = {
	TEST(every_action_asks_and_answers_as_documented),
	TEST(every_action_names_its_failure),
	TEST(bad_usage_is_one_line_and_no_request),
	TEST(impossible_values_are_refused_here),
	TEST(region_of_another_port_is_looked_up),
	TEST(listing_walks_every_port),
	TEST(listing_nothing_is_no_failure),
	TEST(listing_ends_when_the_switch_goes_in_circles),
	TEST(counters_show_every_cause_that_happened),
	TEST(counters_of_one_port_as_json),
	TEST(counters_of_departed_ports_follow_their_switch),
	TEST(counters_that_cannot_be_read),
	TEST(no_device_says_what_to_do),
	TEST(help_names_every_option),
	TEST(a_full_disk_is_a_failure),
	TEST(a_name_that_is_no_text_is_not_printed_as_json),
};

SUITE_MAIN("vale-ctl", tests)
