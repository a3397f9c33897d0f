/* SPDX-License-Identifier: BSD-2-Clause */
/* The counted loop over the in-process switch, and what is done with its counts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callgrind.h"
#include "counter.h"
#include "kmod/user/nm_user.h"
#include "loop.h"
#include "part.h"
#include "suite.h"

#define WORDS 24

/* Parses a command line of words parted by single blanks; argv stays valid until the next call. */
static int parse(struct loop_config *c, const char *line, struct vb_err *err)
{
	static char text[512];
	static char *argv[WORDS + 1];
	char *rest = text;
	int argc = 0;

	snprintf(text, sizeof(text), "vb-loop %s", line);
	while (argc < WORDS && (argv[argc] = strsep(&rest, " ")))
		argc++;
	argv[argc] = NULL;
	return loop_options(c, argc, argv, err);
}

static int measure(const char *line, enum loop_part part, struct loop_count *count,
		   struct vb_err *err)
{
	struct loop_config c;

	if (parse(&c, line, err))
		return -1;
	return loop_measure(&c, &nmdev_inproc, part, count, err);
}

struct way {
	const char *line;
	uint64_t packets, bytes; /* taken */
};

static void test_every_frame_is_taken(void)
{
	static const struct way ways[] = {
		{"-t vale0:t -r vale0:r --announce -n 3000", 4096, 245760},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 1", 1024, 61440},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 1023", 4092, 245520},
		{"-t vale0:t -r vale0:r --announce -n 1001 -l 1514", 2048, 3100672},
		{"-t vale0:t -R 4=vale0:r --flood -D ff:ff:ff:ff:ff:ff -n 100", 8192, 491520},
		{"-t netmap:x{1 -r netmap:x}1 -n 5000 -b 512", 6144, 368640},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 1 --poll", 1024, 61440},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 1023 --poll", 4092, 245520},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 1 --live", 1024, 61440},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 1023 --live", 4092, 245520},
		{"-t vale0:t -r vale0:r --announce -n 1000 -b 7 --live", 1344, 80640},
		{"-n 1000 -b 1 --refused", 1024, 61440},
	};
	struct loop_count count;
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(measure(ways[i].line, LOOP_PORTS, &count, &err), 0);
		CU_ASSERT_EQUAL(count.packets, ways[i].packets);
		CU_ASSERT_EQUAL(count.bytes, ways[i].bytes);
		CU_ASSERT_EQUAL_FATAL(measure(ways[i].line, LOOP_OWN, &count, &err), 0);
		CU_ASSERT_EQUAL(count.packets, ways[i].packets);
		CU_ASSERT_EQUAL(count.bytes, ways[i].bytes);
	}
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static unsigned syncs, polls;

static int counting_wait(struct nmdev_wait *set, unsigned n, int timeout_ms)
{
	polls++;
	return nmdev_inproc.wait(set, n, timeout_ms);
}

static int counting_ioctl(void *handle, unsigned long request, void *arg)
{
	syncs += request == NIOCTXSYNC || request == NIOCRXSYNC;
	return nmdev_inproc.ioctl(handle, request, arg);
}

/* Counts the calls of a whole run. */
static void count_calls(const char *line)
{
	struct nmdev_ops counting = nmdev_inproc;
	struct loop_count count;
	struct loop_config c;
	struct vb_err err;

	counting.ioctl = counting_ioctl;
	counting.wait = counting_wait;
	CU_ASSERT_EQUAL_FATAL(parse(&c, line, &err), 0);
	syncs = polls = 0;
	CU_ASSERT_EQUAL_FATAL(loop_measure(&c, &counting, LOOP_PORTS, &count, &err), 0);
}

static void test_one_poll_takes_the_place_of_both_syncs(void)
{
	count_calls("-t vale0:t -r vale0:r --announce -n 640 -b 1 --poll");
	CU_ASSERT_EQUAL(polls, 640 + 4096); /* those that warm up, too */
	CU_ASSERT(syncs < 10);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static void test_a_live_ring_is_synced_to_give_slots_back(void)
{
	count_calls("-t vale0:t -r vale0:r --announce -n 640 -b 1 --live");
	CU_ASSERT(syncs < 640 + 4096 + 20); /* the sender's, those that warm up, a few others */
	CU_ASSERT_EQUAL(polls, 0);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static unsigned refusals, opened;

static int refusing_ioctl(void *handle, unsigned long request, void *arg)
{
	int ret = nmdev_inproc.ioctl(handle, request, arg);

	refusals += ret < 0;
	return ret;
}

static int counted_open(void **handle)
{
	opened++;
	return nmdev_inproc.open(handle);
}

static void counted_close(void *handle)
{
	opened--;
	nmdev_inproc.close(handle);
}

static int obliging_ioctl(void *handle, unsigned long request, void *arg)
{
	return 0;
}

static void test_a_refused_call_stands_for_each_sync(void)
{
	struct nmdev_ops nmdev = nmdev_inproc;
	struct loop_count count;
	struct loop_config c;
	struct vb_err err;

	nmdev.ioctl = refusing_ioctl;
	nmdev.open = counted_open;
	nmdev.close = counted_close;
	CU_ASSERT_EQUAL_FATAL(parse(&c, "-n 640 -b 1 --refused", &err), 0);
	CU_ASSERT_EQUAL_FATAL(loop_measure(&c, &nmdev, LOOP_PORTS, &count, &err), 0);
	CU_ASSERT_EQUAL(refusals, 2 * (640 + 4096)); /* those that warm up, too */
	CU_ASSERT_EQUAL(opened, 0);
	nmdev.ioctl = obliging_ioctl;
	CU_ASSERT_EQUAL(loop_measure(&c, &nmdev, LOOP_PORTS, &count, &err), -1);
	CU_ASSERT_EQUAL(parse(&c, "-t vale0:t -r vale0:r --refused", &err), -1);
	CU_ASSERT_EQUAL(parse(&c, "--refused --live", &err), -1);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static void test_poll_and_live_are_for_one_port_of_each(void)
{
	struct loop_count count;
	struct loop_config c;
	struct vb_err err;

	CU_ASSERT_EQUAL(parse(&c, "-t vale0:t -R 2=vale0:r --poll", &err), -1);
	CU_ASSERT_EQUAL(parse(&c, "-t vale0:t -R 2=vale0:r --live", &err), -1);
	CU_ASSERT_EQUAL(parse(&c, "-t vale0:t -r vale0:r --live --poll", &err), -1);
	CU_ASSERT_EQUAL(measure("-t null -r vale0:r --poll", LOOP_PORTS, &count, &err), -1);
	CU_ASSERT_EQUAL(measure("-t null -r vale0:r --live", LOOP_PORTS, &count, &err), -1);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

/* What bursts are compared by is the cost of packets only if all cost as many syncs. */
static void test_rings_that_hold_two_bursts_need_two_syncs(void)
{
	static const struct {
		const char *line;
		unsigned syncs; /* in a round */
	} cases[] = {
		{"-t vale0:t -r vale0:r --announce -n 8192 -b 256", 2},
		{"-t vale0:t -r vale0:r --announce -n 8192 -b 512", 3},
		{"-t vale0:t -r vale0:r --announce -n 8192 -b 256 -s 2048", 2},
		{"-t vale0:t -r vale0:r --announce -n 8192 -b 512 -s 2048", 2},
	};
	struct nmdev_ops counting = nmdev_inproc;
	struct loop_count count;
	struct loop_config c;
	struct vb_err err;
	size_t i;

	counting.ioctl = counting_ioctl;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned once, rounds;

		CU_ASSERT_EQUAL_FATAL(parse(&c, cases[i].line, &err), 0);
		rounds = c.packets / c.burst;
		syncs = 0;
		CU_ASSERT_EQUAL_FATAL(loop_measure(&c, &counting, LOOP_PORTS, &count, &err), 0);
		once = syncs;
		c.packets *= 2;
		syncs = 0;
		CU_ASSERT_EQUAL_FATAL(loop_measure(&c, &counting, LOOP_PORTS, &count, &err), 0);
		CU_ASSERT_EQUAL(syncs - once, rounds * cases[i].syncs);
	}
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static void test_what_cannot_be_counted_is_said(void)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
		{"-t vale0:t -r vale1:r", "0 arrived"},
		{"-t vale0:t -r vale0:r -b 1024", "does not fit the ring"},
		{"-t vale0:t -r vale0:r -l 9000", "do not fit a buffer"},
		{"-t vale0:t -r netmap:nobody", "nobody"},
		{"-t vale0:t -r netmap:nobody/T", "nobody"},
		{"-t vale0:t", "no receiver's port"},
		{"-r vale0:r", "no sender's port"},
		{"-t vale0:t -r vale0:r -l 15", "-l: 15 is below 16"},
		{"-t vale0:t -r vale0:r -n 0", "-n: 0 is below 1"},
		{"-t vale0:t -r vale0:r -D 02:00", "no address"},
		{"-t vale0:t -r vale0:r -s 0", "-s: 0 is below 1"},
		{"-t vale0:t -R x", "no whole number"},
		{"-t vale0:t -R 65=vale0:r", "no whole number from 0 to 64"},
		{"-t vale0:t -r vale0:r -P all", "neither ports nor own"},
		{"-t vale0:t -r vale0:r --spread", "only with --time"},
		{"-t vale0:t -r vale0:r -d soon", "no time in seconds"},
		{"-t vale0:t -r vale0:r -d 0", "no time in seconds"},
		{"-t vale0:t -r vale0:r -d nan", "no time in seconds"},
	};
	struct loop_count count;
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err.text[0] = '\0';
		CU_ASSERT_NOT_EQUAL(measure(cases[i].line, LOOP_PORTS, &count, &err), 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].text));
	}
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static void test_profile_total(void)
{
	static const struct {
		const char *text;
		int rc;
		uint64_t total;
	} cases[] = {
		{"version: 1\nevents: Ir\nfn=(1) loop_window\n1 5\ntotals: 1234567890123\n", 0,
		 1234567890123ull},
		{"events: Ir\ntotals: 0\n", -1, 0},
		{"events: Ir\n", -1, 0},
	};
	char path[] = "/tmp/vb-profile.XXXXXX";
	int fd = mkstemp(path);
	uint64_t total;
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(ftruncate(fd, 0), 0);
		CU_ASSERT(pwrite(fd, cases[i].text, strlen(cases[i].text), 0) > 0);
		CU_ASSERT_EQUAL(callgrind_total(path, &total, &err), cases[i].rc);
		CU_ASSERT_EQUAL(total, cases[i].total);
	}
	close(fd);
	unlink(path);
	CU_ASSERT_EQUAL(callgrind_total(path, &total, &err), -1);
}

static void test_part_line(void)
{
	const struct loop_count count = {.packets = 7, .bytes = 420, .sent = 8};
	struct loop_count back = {0};
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	struct vb_err err;

	part_write(out, &count);
	fclose(out);
	CU_ASSERT_EQUAL(part_read(text, &back, &err), 0);
	CU_ASSERT_EQUAL(memcmp(&back, &count, sizeof(count)), 0);
	CU_ASSERT_EQUAL(part_read("cannot open vale0:t", &back, &err), -1);
	free(text);
}

/* This machine's time stamp counter counts time. */
static void test_clock_of_time_is_refused(void)
{
	struct vb_err err;
	double tick;

	CU_ASSERT_EQUAL(counter_check(&tick, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "does not count instructions"));
}

static const struct suite_test tests[] = {
	{"every frame of every kind of port is taken, and counted once", test_every_frame_is_taken},
	{"one poll takes the place of both syncs", test_one_poll_takes_the_place_of_both_syncs},
	{"a live ring is synced to give slots back", test_a_live_ring_is_synced_to_give_slots_back},
	{"a refused call stands for each sync", test_a_refused_call_stands_for_each_sync},
	{"poll and live are for one port of each", test_poll_and_live_are_for_one_port_of_each},
	{"receive rings that hold two bursts need two syncs a round",
	 test_rings_that_hold_two_bursts_need_two_syncs},
	{"what cannot be counted is said in one line", test_what_cannot_be_counted_is_said},
	{"a profile's total is read, and an empty one refused", test_profile_total},
	{"the counted process and the counting one agree on their line", test_part_line},
	{"a clock that counts time is not taken for one of instructions",
	 test_clock_of_time_is_refused},
};

SUITE_MAIN("loop", tests)
