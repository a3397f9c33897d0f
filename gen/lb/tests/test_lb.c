/* SPDX-License-Identifier: BSD-2-Clause */
/* lb over pipes of the switch in this process: nothing is lost but what the policy drops. */
#include <jansson.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "flow.h"
#include "lb.h"
#include "pool.h"
#include "ring.h"
#include "session.h"
#include "suite.h"

#define PARENT	    "vale5:x"
#define LIMIT_MS    5000
#define FRAME_BYTES 64
#define FLOWS	    50

/* lb on one pipe of a port, the test at the other end and at those of its outputs. */
struct rig {
	struct app app;
	struct session *lb;
	struct nmport_d *in, *out[4];
};

static const struct app_env quiet = {.nmdev = &nmdev_inproc};

static struct nmport_d *open_port(struct rig *r, const char *fmt, int i)
{
	char name[64];
	struct nmport_d *d;

	snprintf(name, sizeof(name), fmt, i);
	d = nmport_open_in(&r->app.context.ctx, name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	return d;
}

static void rig_open(struct rig *r, int outputs, const char *line)
{
	int i;

	memset(r, 0, sizeof(*r));
	app_begin(&r->app, &quiet);
	r->in = open_port(r, PARENT "{%d", 9);
	r->lb = session_start_program(lb_main, "lb -w 0 -i " PARENT "}9 %s", line);
	CU_ASSERT_FATAL(session_says(r->lb, "Ready to go"));
	for (i = 0; i < outputs; i++)
		r->out[i] = open_port(r, PARENT "}%d", i);
}

/* Ends lb; its totals come from its last words. */
static void rig_stop(struct rig *r, unsigned long long *forwarded, unsigned long long *dropped)
{
	const char *words;

	session_stop(r->lb);
	CU_ASSERT_EQUAL(r->lb->status, 0);
	words = strstr(r->lb->out_text, " packets forwarded.");
	CU_ASSERT_PTR_NOT_NULL_FATAL(words);
	while (words > r->lb->out_text && words[-1] != '\n')
		words--;
	CU_ASSERT_EQUAL(
		sscanf(words, "%llu packets forwarded.  %llu packets dropped.", forwarded, dropped),
		2);
}

static void rig_close(struct rig *r)
{
	int i;

	session_free(r->lb);
	for (i = 0; i < 4; i++)
		nmport_close(r->out[i]);
	nmport_close(r->in);
	app_end(&r->app);
}

/* The same with these totals, and all that is left. */
static void rig_end(struct rig *r, unsigned long long forwarded, unsigned long long dropped)
{
	unsigned long long did_forward, did_drop;

	rig_stop(r, &did_forward, &did_drop);
	CU_ASSERT_EQUAL(did_forward, forwarded);
	CU_ASSERT_EQUAL(did_drop, dropped);
	rig_close(r);
}

/* Packet n of flow n % FLOWS, n in its payload; every other one goes the other way. */
static void fill(uint8_t *p, uint32_t n)
{
	uint8_t a[4] = {10, 0, 0, (uint8_t)(n % FLOWS)}, b[4] = {10, 1, 0, 1};
	bool back = n / FLOWS & 1;

	memset(p, 0, FRAME_BYTES);
	memcpy(p, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0\x45", 15);
	p[14 + 9] = 17;
	memcpy(p + 26, back ? b : a, 4);
	memcpy(p + 30, back ? a : b, 4);
	p[34] = p[36] = 1;
	memcpy(p + 50, &n, sizeof(n));
}

/* Sends packets [from, to), of `frags` slots each, as fast as lb takes them. */
static void send_packets(struct rig *r, uint32_t from, uint32_t to, unsigned frags)
{
	struct netmap_ring *ring = NETMAP_TXRING(r->in->nifp, r->in->first_tx_ring);
	short revents;
	unsigned k;

	while (from < to) {
		if (ring_space(ring) < frags) {
			ring->cur = ring->tail;
			if (nmdev_inproc.poll(nmport_handle(r->in), POLLOUT, &revents, LIMIT_MS) <=
			    0)
				return;
			continue;
		}
		for (k = 0; k < frags; k++) {
			struct netmap_slot *slot = &ring->slot[ring->head];

			fill(ring_buf(ring, slot), from);
			slot->len = FRAME_BYTES;
			slot->flags = k + 1 < frags ? NS_MOREFRAG : 0;
			ring->head = ring->cur = ring_next(ring, ring->head);
		}
		from++;
	}
	nmport_ioctl(r->in, NIOCTXSYNC, NULL);
}

/* Waits until lb has taken all that was sent. */
static bool taken(struct rig *r)
{
	struct netmap_ring *ring = NETMAP_TXRING(r->in->nifp, r->in->first_tx_ring);
	int ms;

	for (ms = 0; ms < LIMIT_MS; ms++) {
		nmport_ioctl(r->in, NIOCTXSYNC, NULL);
		if (!nm_tx_pending(ring))
			return true;
		usleep(1000);
	}
	return false;
}

struct seen {
	uint32_t packets, slots, disorder;
	uint32_t last[FLOWS];
	uint8_t outputs[FLOWS]; /* bit i: came out there */
	uint32_t wrong_hash, broken;
};

static void look_at(struct seen *s, int output, const struct netmap_ring *ring, uint32_t at)
{
	const struct netmap_slot *slot = &ring->slot[at];
	const uint8_t *buf = ring_buf(ring, slot);
	uint32_t n;
	bool ip;

	memcpy(&n, buf + 50, sizeof(n));
	s->slots++;
	if (slot->flags & NS_MOREFRAG)
		return;
	s->packets++;
	s->broken += slot->len != FRAME_BYTES;
	s->wrong_hash += slot->ptr != flow_hash(buf, slot->len, &ip);
	s->outputs[n % FLOWS] |= (uint8_t)(1 << output);
	s->disorder += s->last[n % FLOWS] > n;
	s->last[n % FLOWS] = n;
}

/* Reads the outputs [first, last] until `packets` came, or nothing more for the limit. */
static void read_packets(struct rig *r, int first, int last, uint32_t packets, struct seen *s)
{
	struct nmdev_wait set[4];
	int i, n = last - first + 1;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < n; i++)
		set[i] = (struct nmdev_wait){.handle = nmport_handle(r->out[first + i]),
					     .events = POLLIN};
	while (s->packets < packets && nmdev_inproc.wait(set, (unsigned)n, LIMIT_MS) > 0)
		for (i = first; i <= last; i++) {
			struct nmport_d *d = r->out[i];
			struct netmap_ring *ring = NETMAP_RXRING(d->nifp, d->first_rx_ring);

			for (; !nm_ring_empty(ring);
			     ring->head = ring->cur = ring_next(ring, ring->head))
				look_at(s, i, ring, ring->head);
		}
	for (i = first; i <= last; i++)
		nmport_ioctl(r->out[i], NIOCRXSYNC, NULL);
}

static unsigned split_flows(const struct seen *s)
{
	unsigned i, n = 0;

	for (i = 0; i < FLOWS; i++)
		n += (s->outputs[i] & (s->outputs[i] - 1)) != 0;
	return n;
}

static unsigned outputs_used(const struct seen *s)
{
	unsigned i, used = 0;

	for (i = 0; i < FLOWS; i++)
		used |= s->outputs[i];
	return (unsigned)__builtin_popcount(used);
}

static void both_directions_of_a_flow_stay_on_one_pipe(void)
{
	struct seen s;
	struct rig r;

	rig_open(&r, 3, "-p 3");
	send_packets(&r, 0, 500, 1);
	read_packets(&r, 0, 2, 500, &s);
	CU_ASSERT_EQUAL(s.packets, 500);
	CU_ASSERT_EQUAL(split_flows(&s), 0);
	CU_ASSERT_EQUAL(outputs_used(&s), 3);
	CU_ASSERT(s.disorder == 0 && s.wrong_hash == 0 && s.broken == 0);
	rig_end(&r, 500, 0);
}

static void fragments_follow_their_first(void)
{
	struct seen s;
	struct rig r;

	rig_open(&r, 2, "");
	send_packets(&r, 0, 100, 3);
	read_packets(&r, 0, 1, 100, &s);
	CU_ASSERT(s.packets == 100 && s.slots == 300);
	CU_ASSERT(split_flows(&s) == 0 && s.disorder == 0);
	rig_end(&r, 100, 0);
}

static void full_pipes_drop_whole_packets(void)
{
	unsigned long long forwarded, dropped;
	struct seen s;
	struct rig r;

	rig_open(&r, 1, "-p 1");
	send_packets(&r, 0, 2000, 2);
	CU_ASSERT(taken(&r));
	rig_stop(&r, &forwarded, &dropped);
	CU_ASSERT(dropped > 0);
	CU_ASSERT_EQUAL(forwarded + dropped, 2000);
	read_packets(&r, 0, 0, (uint32_t)forwarded, &s);
	CU_ASSERT_EQUAL(s.packets, forwarded);
	CU_ASSERT_EQUAL(s.slots, 2 * forwarded);
	rig_close(&r);
}

static void overflow_queues_keep_what_pipes_cannot_hold(void)
{
	struct seen s;
	struct rig r;

	rig_open(&r, 2, "-B 5000");
	send_packets(&r, 0, 4000, 1);
	read_packets(&r, 0, 1, 4000, &s);
	CU_ASSERT_EQUAL(s.packets, 4000);
	CU_ASSERT(s.disorder == 0 && s.broken == 0 && split_flows(&s) == 0);
	rig_end(&r, 4000, 0);
}

/* 200 buffers behind a ring of 1023: each time they run out, the 136 oldest make room. */
static void the_oldest_queued_packets_go_first(void)
{
	enum { SENT = 1600, RING = 1023, BUFFERS = 200, AT_ONCE = BUFFERS - 64 };
	unsigned long long forwarded, dropped;
	struct seen s;
	struct rig r;

	rig_open(&r, 1, "-p 1 -B 200");
	send_packets(&r, 0, SENT, 1);
	CU_ASSERT(taken(&r));
	read_packets(&r, 0, 0, SENT - 3 * AT_ONCE, &s);
	rig_stop(&r, &forwarded, &dropped);
	CU_ASSERT_EQUAL(dropped, (SENT - RING - BUFFERS + AT_ONCE - 1) / AT_ONCE * AT_ONCE);
	CU_ASSERT_EQUAL(forwarded, SENT - dropped);
	CU_ASSERT_EQUAL(s.packets, forwarded);
	CU_ASSERT_EQUAL(s.last[(SENT - 1) % FLOWS], SENT - 1);
	CU_ASSERT_EQUAL(s.disorder, 0);
	rig_close(&r);
}

/* The first group's reader must see and release each packet before the second group gets it. */
static void groups_come_in_sequence(void)
{
	struct seen first, second;
	struct rig r;

	rig_open(&r, 3, "-p 1 -p " PARENT ":2");
	send_packets(&r, 0, 300, 1);
	read_packets(&r, 0, 0, 300, &first);
	CU_ASSERT_EQUAL(first.packets, 300);
	read_packets(&r, 1, 2, 300, &second);
	CU_ASSERT_EQUAL(second.packets, 300);
	CU_ASSERT(second.disorder == 0 && second.broken == 0 && second.wrong_hash == 0);
	CU_ASSERT_EQUAL(split_flows(&second), 0);
	rig_end(&r, 600, 0);
}

static void statistics_are_json(void)
{
	static const char *const keys[] = {"ts",
					   "interface",
					   "output_ring",
					   "packets_forwarded",
					   "packets_dropped",
					   "data_forward_rate_Mbps",
					   "data_drop_rate_Mbps",
					   "packet_forward_rate_kpps",
					   "packet_drop_rate_kpps"};
	unsigned long long forwarded, dropped;
	unsigned pipes = 0, totals = 0;
	const char *line, *end;
	struct rig r;
	size_t i;

	rig_open(&r, 0, "-p 2 -B 10 -o 1");
	send_packets(&r, 0, 20, 1);
	CU_ASSERT(taken(&r));
	CU_ASSERT(session_says(r.lb, "free_buffer_slots"));
	rig_stop(&r, &forwarded, &dropped);
	for (line = r.lb->out_text; (end = strchr(line, '\n')) && *line == '{'; line = end + 1) {
		json_t *o = json_loadb(line, (size_t)(end - line), 0, NULL);
		bool total = json_is_null(json_object_get(o, "output_ring"));

		CU_ASSERT_PTR_NOT_NULL_FATAL(o);
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			CU_ASSERT_PTR_NOT_NULL(json_object_get(o, keys[i]));
		CU_ASSERT(!total ||
			  json_integer_value(json_object_get(o, "packets_received")) == 20);
		CU_ASSERT(!total ||
			  json_integer_value(json_object_get(o, "free_buffer_slots")) == 10);
		CU_ASSERT(!total || json_is_integer(json_object_get(o, "non_ip_packets")));
		CU_ASSERT(total || json_is_integer(json_object_get(o, "overflow_queue_size")));
		pipes += !total;
		totals += total;
		json_decref(o);
	}
	CU_ASSERT(totals >= 1 && pipes == 2 * totals);
	rig_close(&r);
}

static uint32_t list_length(struct nmport_d *d)
{
	struct netmap_ring *ring = NETMAP_RXRING(d->nifp, d->first_rx_ring);
	uint32_t n = 0, i = d->nifp->ni_bufs_head;

	for (; i && n < 1000; n++)
		i = *(uint32_t *)(void *)NETMAP_BUF(ring, i);
	return n;
}

static void buffers_all_come_back(void)
{
	struct netmap_slot slot = {.len = 60, .flags = NS_MOREFRAG}, out = {0};
	struct pool_queue q;
	struct nmport_d *d;
	struct pool pool;
	struct app app;
	int i;

	app_begin(&app, &quiet);
	d = nmport_prepare_in(&app.context.ctx, "vale5:pool");
	d->reg.nr_extra_bufs = 10;
	CU_ASSERT_EQUAL_FATAL(nmport_open_desc(d), 0);
	CU_ASSERT_EQUAL_FATAL(pool_init(&pool, d), 0);
	CU_ASSERT(pool.total == 10 && pool.n_free == 10 && d->nifp->ni_bufs_head == 0);
	slot.buf_idx = NETMAP_RXRING(d->nifp, 0)->slot[0].buf_idx;
	out.buf_idx = NETMAP_RXRING(d->nifp, 0)->slot[1].buf_idx;
	pool_queue_init(&q);
	CU_ASSERT_EQUAL(pool_first_slots(&pool, &q), 0);
	for (i = 0; i < 6; i++) {
		slot.flags = i % 2 ? 0 : NS_MOREFRAG;
		pool_push(&pool, &q, &slot);
	}
	CU_ASSERT(q.slots == 6 && q.packets == 3 && pool.n_free == 4);
	CU_ASSERT_EQUAL(pool_first_slots(&pool, &q), 2);
	CU_ASSERT_EQUAL(pool_drop(&pool, &q), 120);
	pool_pop(&pool, &q, &out);
	CU_ASSERT(out.flags == (NS_MOREFRAG | NS_BUF_CHANGED) && out.len == 60);
	CU_ASSERT(q.slots == 3 && pool.n_free == 7);
	pool_give_back(&pool, d);
	CU_ASSERT_EQUAL(list_length(d), 10);
	nmport_close(d);
	app_end(&app);
}

static void what_cannot_be_ends_with_one_line(void)
{
	static const struct session_refusal cases[] = {
		{"lb", "no input given", 1, 1},
		{"lb -i", "-i: a value is missing", 1, 1},
		{"lb -i vale5:y -p 0", "-p: \"0\" is no [name:]n", 1, 1},
		{"lb -i vale5:y -p x:many", "-p: \"many\" is no whole number", 1, 1},
		{"lb -i vale5:y -p 300 -p 300", "600 pipes in all, but 512 is the limit", 1, 1},
		{"lb -i vale5:y -b 0", "-b: a batch has at least 1 packet", 1, 1},
		{"lb -i vale5:y stray", "stray argument \"stray\"", 1, 1},
		{"lb -i nosuch", "cannot open nosuch", 1, 1},
		{"lb -i vale5:y/T", "no receive rings", 1, 1},
		{"lb -h", "usage: lb", 0, 10},
	};

	CU_ASSERT_EQUAL(session_refusals_wrong(lb_main, cases, sizeof(cases) / sizeof(cases[0])),
			0);
}

static const struct suite_test tests[] = {
	{"both directions of a flow stay on one pipe", both_directions_of_a_flow_stay_on_one_pipe},
	{"fragments follow their first", fragments_follow_their_first},
	{"full pipes drop whole packets", full_pipes_drop_whole_packets},
	{"overflow queues keep what pipes cannot hold",
	 overflow_queues_keep_what_pipes_cannot_hold},
	{"the oldest queued packets go first", the_oldest_queued_packets_go_first},
	{"groups come in sequence", groups_come_in_sequence},
	{"statistics are JSON", statistics_are_json},
	{"buffers all come back", buffers_all_come_back},
	{"what cannot be ends with one line", what_cannot_be_ends_with_one_line},
};

SUITE_MAIN("lb", tests)
