/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge over the switch in this process: what it forwards, how, and what it makes of names. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"
#include "bridge_options.h"
#include "ring.h"
#include "session.h"
#include "suite.h"

#define LIMIT_MS 5000

/* A bridge between two ports, and the test's ends of what the two lead to. */
struct rig {
	struct app app;
	struct nmport_d *left, *right;
	struct session *bridge;
};

static const struct app_env quiet = {.nmdev = &nmdev_inproc};

static void rig_open(struct rig *r, const char *left, const char *right, const char *line)
{
	memset(r, 0, sizeof(*r));
	app_begin(&r->app, &quiet);
	r->app.context.ctx.verbose = 0;
	r->left = nmport_open_in(&r->app.context.ctx, left);
	r->right = nmport_open_in(&r->app.context.ctx, right);
	CU_ASSERT_FATAL(r->left && r->right);
	r->bridge = session_start_program(bridge_main, "bridge -w 0 -v %s", line);
	CU_ASSERT_FATAL(session_says(r->bridge, "Ready to go"));
}

static void rig_stop(struct rig *r)
{
	session_stop(r->bridge);
	CU_ASSERT_EQUAL(r->bridge->status, 0);
}

/* Of a bridge that has stopped. */
static void rig_free(struct rig *r)
{
	session_free(r->bridge);
	nmport_close(r->left);
	nmport_close(r->right);
	app_end(&r->app);
}

static void rig_close(struct rig *r)
{
	rig_stop(r);
	rig_free(r);
}

static bool wait_for(struct nmport_d *d, short events)
{
	short revents = 0;

	return nmdev_inproc.poll(nmport_handle(d), events, &revents, LIMIT_MS) > 0;
}

static struct netmap_ring *tx_of(struct nmport_d *d)
{
	return NETMAP_TXRING(d->nifp, d->first_tx_ring);
}

static struct netmap_ring *rx_of(struct nmport_d *d)
{
	return NETMAP_RXRING(d->nifp, d->first_rx_ring);
}

/* A broadcast of some length whose every byte behind the addresses is `mark`. */
static uint32_t send_slot(struct nmport_d *d, uint16_t len, uint8_t mark, uint16_t flags)
{
	struct netmap_ring *ring = tx_of(d);
	struct netmap_slot *slot = &ring->slot[ring->head];
	uint8_t *buf = ring_buf(ring, slot);

	memset(buf, mark, len);
	memset(buf, 0xff, len < 6 ? len : 6);
	buf[6] = 2;
	slot->len = len;
	slot->flags = flags;
	ring->head = ring->cur = ring_next(ring, ring->head);
	return slot->buf_idx;
}

/* The next slot that arrives, already released; a zeroed one at the limit. */
static struct netmap_slot take_slot(struct nmport_d *d, uint8_t *mark)
{
	struct netmap_ring *ring = rx_of(d);
	struct netmap_slot slot = {0};

	if (nm_ring_empty(ring) && !wait_for(d, POLLIN))
		return slot;
	slot = ring->slot[ring->head];
	*mark = ring_buf(ring, &slot)[slot.len - 1];
	ring->head = ring->cur = ring_next(ring, ring->head);
	return slot;
}

/* 50 packets of different lengths each way, whose order and contents must be kept. */
static void check_both_ways(struct rig *r)
{
	struct nmport_d *ends[] = {r->left, r->right};
	int way, i;

	for (way = 0; way < 2; way++) {
		for (i = 0; i < 50; i++)
			send_slot(ends[way], (uint16_t)(60 + i), (uint8_t)(way + i), 0);
		CU_ASSERT(nmport_ioctl(ends[way], NIOCTXSYNC, NULL) >= 0);
		for (i = 0; i < 50; i++) {
			uint8_t mark = 0;
			struct netmap_slot slot = take_slot(ends[!way], &mark);

			CU_ASSERT_EQUAL_FATAL(slot.len, 60 + i);
			CU_ASSERT_EQUAL(mark, (uint8_t)(way + i));
		}
	}
}

static void switches_are_joined(void)
{
	struct rig r;

	rig_open(&r, "vale1:a", "vale2:b", "-i vale1:l -i vale2:r@share=vale1:l");
	check_both_ways(&r);
	CU_ASSERT(session_says(r.bridge, "zerocopy supported"));
	rig_close(&r);
}

static void regions_of_their_own_are_copied_between(void)
{
	struct rig r;

	rig_open(&r, "vale1:a", "vale2:b", "vale1:l vale2:r 16");
	check_both_ways(&r);
	CU_ASSERT(session_says(r.bridge, "zerocopy NOT supported"));
	rig_close(&r);
}

/* Along pipes of one region the very buffer must come out, or else, with -c, another. */
static void zero_copy_hands_the_buffer_on(void)
{
	static const char *const lines[] = {"-i vale3:p{1 -i vale3:p{2",
					    "-c -i vale3:p{1 -i vale3:p{2"};
	struct rig r;
	int copy;

	for (copy = 0; copy < 2; copy++) {
		uint8_t mark = 0;
		struct netmap_slot slot;
		uint32_t sent;

		rig_open(&r, "vale3:p}1", "vale3:p}2", lines[copy]);
		CU_ASSERT_EQUAL(r.left->reg.nr_mem_id, r.right->reg.nr_mem_id);
		sent = send_slot(r.left, 100, 77, 0);
		CU_ASSERT(nmport_ioctl(r.left, NIOCTXSYNC, NULL) >= 0);
		slot = take_slot(r.right, &mark);
		CU_ASSERT(slot.len == 100 && mark == 77);
		CU_ASSERT_EQUAL(slot.buf_idx == sent, !copy);
		rig_close(&r);
	}
}

static void fragments_stay_together(void)
{
	static const uint16_t lengths[] = {2048, 2048, 300, 60, 1000, 1};
	static const bool more[] = {true, true, false, false, true, false};
	struct rig r;
	int i;

	rig_open(&r, "vale1:a", "vale2:b", "-b 1 -i vale1:l -i vale2:r@share=vale1:l");
	for (i = 0; i < 6; i++)
		send_slot(r.left, lengths[i], (uint8_t)i, more[i] ? NS_MOREFRAG : 0);
	CU_ASSERT(nmport_ioctl(r.left, NIOCTXSYNC, NULL) >= 0);
	for (i = 0; i < 5; i++) {
		uint8_t mark = 0xee;
		struct netmap_slot slot = take_slot(r.right, &mark);

		CU_ASSERT_EQUAL(slot.len, lengths[i]);
		CU_ASSERT_EQUAL(!!(slot.flags & NS_MOREFRAG), more[i]);
		CU_ASSERT_EQUAL(mark, i);
	}
	rig_close(&r);
}

static void one_port_can_echo(void)
{
	struct rig r;
	uint8_t mark = 0;

	rig_open(&r, "vale3:p}1", "vale3:p}9", "-L -i vale3:p{1");
	send_slot(r.left, 60, 5, 0);
	CU_ASSERT(nmport_ioctl(r.left, NIOCTXSYNC, NULL) >= 0);
	CU_ASSERT_EQUAL(take_slot(r.left, &mark).len, 60);
	CU_ASSERT_EQUAL(mark, 5);
	rig_close(&r);
}

/* A few packets are no round to be timed. */
static void the_time_of_a_round_with_much_to_move_is_told(void)
{
	static const unsigned packets[] = {1, 200};
	struct rig r;
	unsigned n, i;

	for (n = 0; n < 2; n++) {
		uint8_t mark;

		rig_open(&r, "vale3:p}1", "vale3:p}2", "--json -i vale3:p{1 -i vale3:p{2");
		for (i = 0; i < packets[n]; i++)
			send_slot(r.left, 60, 1, 0);
		CU_ASSERT(nmport_ioctl(r.left, NIOCTXSYNC, NULL) >= 0);
		for (i = 0; i < packets[n]; i++)
			CU_ASSERT_EQUAL_FATAL(take_slot(r.right, &mark).len, 60);
		rig_stop(&r);
		CU_ASSERT_EQUAL(session_number(r.bridge, "end", "forwarded"), packets[n]);
		CU_ASSERT_EQUAL(session_number(r.bridge, "end", "round_ns") > 0, packets[n] > 1);
		rig_free(&r);
	}
}

/* A monitor breaks when the port it watches goes; that is told once, and the bridge stands. */
static void a_broken_port_is_told_once(void)
{
	struct rig r;

	rig_open(&r, "vale4:a", "vale2:b", "-i vale4:a/r -i vale2:r");
	nmport_close(r.left);
	r.left = NULL;
	CU_ASSERT(session_says(r.bridge, "error on vale4:a/r"));
	usleep(100000);
	session_stop(r.bridge);
	CU_ASSERT_EQUAL(r.bridge->status, 0);
	CU_ASSERT_EQUAL(session_count(r.bridge->err_text, "error on"), 1);
	session_free(r.bridge);
	nmport_close(r.right);
	app_end(&r.app);
}

static void names_choose_the_sides(void)
{
	static const struct {
		const char *line;
		const char *a, *b;
		uint64_t burst, wait;
		bool copy;
	} cases[] = {
		{"-i netmap:x -i netmap:y", "netmap:x", "netmap:y", 1024, 4, false},
		{"-i netmap:x", "netmap:x^", "netmap:x", 1024, 4, false},
		{"netmap:x netmap:x", "netmap:x^", "netmap:x", 1024, 4, false},
		{"-L -i netmap:x", "netmap:x", "netmap:x", 1024, 4, false},
		{"-L netmap:x netmap:y", "netmap:x", "netmap:y", 1024, 4, false},
		{"-i netmap:a -i netmap:b -i netmap:c", "netmap:a", "netmap:b", 1024, 4, false},
		{"-i netmap:a netmap:x netmap:y 7", "netmap:x", "netmap:y", 7, 4, false},
		{"-c -b 8192 -w 100 -i netmap:a", "netmap:a^", "netmap:a", 8192, 100, true},
		{"-b 8193 -w 101 -i netmap:a", "netmap:a^", "netmap:a", 1024, 4, false},
		{"-b0 -w0 -i netmap:a", "netmap:a^", "netmap:a", 1024, 0, false},
	};
	FILE *sink = fopen("/dev/null", "w");
	const struct app_env env = {.nmdev = &nmdev_inproc, .err = sink};
	struct app app = {.env = &env};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[128], *argv[16] = {"bridge"}, *save, *word;
		struct bridge_config c;
		int argc = 1;

		snprintf(line, sizeof(line), "%s", cases[i].line);
		for (word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save))
			argv[argc++] = word;
		CU_ASSERT_EQUAL_FATAL(bridge_options_parse(&c, argc, argv, &app, NULL), 0);
		CU_ASSERT_STRING_EQUAL(c.port[0], cases[i].a);
		CU_ASSERT_STRING_EQUAL(c.port[1], cases[i].b);
		CU_ASSERT(c.burst == cases[i].burst && c.wait_s == cases[i].wait);
		CU_ASSERT_EQUAL(c.copy, cases[i].copy);
	}
	fclose(sink);
}

static void what_cannot_be_ends_with_one_line(void)
{
	static const struct session_refusal cases[] = {
		{"bridge", "no port given", 1, 1},
		{"bridge -q", "unknown option -q", 1, 1},
		{"bridge -i", "-i: a value is missing", 1, 1},
		{"bridge -b many -i vale0:a", "-b: \"many\" is no whole number", 1, 1},
		{"bridge vale0:a vale0:b 3 4", "stray argument \"4\"", 1, 1},
		{"bridge -i eth0", "must start with netmap: or vale", 1, 1},
		{"bridge -i vale0:a", "cannot open vale0:a: Invalid argument", 1, 1},
		{"bridge -i netmap:nosuch -i vale0:a", "cannot open nosuch", 1, 1},
		{"bridge -h", "usage: bridge", 1, 9},
		{"bridge --jason", "unknown option --jason", 1, 1},
	};

	CU_ASSERT_EQUAL(
		session_refusals_wrong(bridge_main, cases, sizeof(cases) / sizeof(cases[0])), 0);
}

static const struct suite_test tests[] = {
	{"switches are joined", switches_are_joined},
	{"regions of their own are copied between", regions_of_their_own_are_copied_between},
	{"zero copy hands the buffer on", zero_copy_hands_the_buffer_on},
	{"fragments stay together", fragments_stay_together},
	{"one port can echo", one_port_can_echo},
	{"the time of a round with much to move is told",
	 the_time_of_a_round_with_much_to_move_is_told},
	{"a broken port is told once", a_broken_port_is_told_once},
	{"names choose the sides", names_choose_the_sides},
	{"what cannot be ends with one line", what_cannot_be_ends_with_one_line},
};

SUITE_MAIN("bridge", tests)
