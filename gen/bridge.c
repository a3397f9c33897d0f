/* SPDX-License-Identifier: BSD-2-Clause */
#include "bridge.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "bridge_options.h"
#include "ring.h"

#define SILENCE_MS 2500 /* is worth a log line */

struct bridge {
	struct app app;
	struct bridge_config cfg;
	struct nmport_d *port[2];
	bool zero_copy;
	uint64_t moved[2]; /* packets that left through port i */
	uint64_t bad;	   /* slots with an index or a length that cannot be */
};

static uint16_t valid_length(struct bridge *b, const struct netmap_ring *rx,
			     const struct netmap_ring *tx, const struct netmap_slot *slot)
{
	uint32_t most = tx->nr_buf_size < rx->nr_buf_size ? tx->nr_buf_size : rx->nr_buf_size;
	uint16_t len = slot->len;

	if (likely(len <= most))
		return len;
	if (b->bad++ == 0)
		app_log(&b->app, "length %u is beyond a buffer of %u bytes, sending 0", len, most);
	return 0;
}

static void check_index(struct bridge *b, const struct netmap_slot *slot, const char *side)
{
	if (unlikely(slot->buf_idx < 2) && b->bad++ == 0)
		app_log(&b->app, "wrong buffer index %u in a slot to %s", slot->buf_idx, side);
}

static void move_slot(struct bridge *b, struct netmap_ring *rx, struct netmap_slot *rs,
		      struct netmap_ring *tx, struct netmap_slot *ts)
{
	uint16_t flags = rs->flags;
	uint32_t index;

	check_index(b, rs, "receive");
	check_index(b, ts, "send");
	ts->len = valid_length(b, rx, tx, rs);
	if (b->zero_copy) {
		index = ts->buf_idx;
		ts->buf_idx = rs->buf_idx;
		rs->buf_idx = index;
		NETMAP_WOFFSET(tx, ts, NETMAP_ROFFSET(rx, rs));
		rs->flags |= NS_BUF_CHANGED;
		ts->flags |= NS_BUF_CHANGED;
	} else {
		memcpy(ring_buf(tx, ts), ring_buf(rx, rs), ts->len);
	}
	ts->flags = (ts->flags & ~NS_MOREFRAG) | (flags & NS_MOREFRAG);
	if (b->cfg.verbose > 1)
		app_log(&b->app, "%u bytes, flags 0x%04x", ts->len, flags);
}

static bool ends_packet(const struct netmap_ring *ring, uint32_t nth)
{
	return !(ring->slot[ring_advance(ring, ring->head, nth - 1)].flags & NS_MOREFRAG);
}

/*
 * How many slots to move: about a burst, in whole packets. 0: there is no room yet for the next
 * one. A packet that could never fit goes in pieces.
 */
static uint32_t choose_slots(const struct bridge *b, const struct netmap_ring *rx,
			     const struct netmap_ring *tx)
{
	uint32_t space = ring_space(rx), room = ring_space(tx);
	uint32_t most = space < room ? space : room;
	uint32_t burst = most < b->cfg.burst ? most : (uint32_t)b->cfg.burst, n;

	for (n = burst; n; n--)
		if (ends_packet(rx, n))
			return n;
	for (n = burst + 1; n <= most; n++)
		if (ends_packet(rx, n))
			return n;
	return room < space && room + 1 < tx->num_slots ? 0 : most;
}

/* From one ring to another. Returns the packets moved. */
static uint64_t move_ring(struct bridge *b, struct netmap_ring *rx, struct netmap_ring *tx)
{
	uint32_t n = choose_slots(b, rx, tx), from = rx->head, to = tx->head;
	uint64_t packets = 0;

	if (!n) {
		tx->cur = tx->tail;
		return 0;
	}
	for (; n; n--) {
		packets += !(rx->slot[from].flags & NS_MOREFRAG);
		move_slot(b, rx, &rx->slot[from], tx, &tx->slot[to]);
		from = ring_next(rx, from);
		to = ring_next(tx, to);
	}
	rx->head = rx->cur = from;
	tx->head = tx->cur = to;
	return packets;
}

/* What src has received leaves through dst; ring pairs in order, each ring when the last is done.
 */
static uint64_t move_packets(struct bridge *b, struct nmport_d *src, struct nmport_d *dst)
{
	unsigned si = src->first_rx_ring, di = dst->first_tx_ring;
	uint64_t packets = 0;

	while (si <= src->last_rx_ring && di <= dst->last_tx_ring) {
		struct netmap_ring *rx = NETMAP_RXRING(src->nifp, si);
		struct netmap_ring *tx = NETMAP_TXRING(dst->nifp, di);

		if (nm_ring_empty(rx)) {
			si++;
		} else if (nm_ring_empty(tx)) {
			di++;
		} else {
			packets += move_ring(b, rx, tx);
			si++;
			di++;
		}
	}
	return packets;
}

static bool has_packets(const struct nmport_d *d)
{
	unsigned i;

	for (i = d->first_rx_ring; i <= d->last_rx_ring && d->first_rx_ring <= d->last_rx_ring; i++)
		if (!nm_ring_empty(NETMAP_RXRING(d->nifp, i)))
			return true;
	return false;
}

static void choose_events(const struct bridge *b, struct nmdev_wait *set)
{
	int i;

	for (i = 0; i < 2; i++) {
		set[i].handle = nmport_handle(b->port[i]);
		set[i].events = 0;
		set[i].revents = 0;
	}
	for (i = 0; i < 2; i++) {
		if (has_packets(b->port[i]))
			set[!i].events |= POLLOUT;
		else
			set[i].events |= POLLIN;
	}
}

/* In slices, so that stopping never takes long. Returns as nmdev->wait. */
static int wait_for_work(struct bridge *b, struct nmdev_wait *set)
{
	int waited, ret = 0;

	choose_events(b, set);
	for (waited = 0; ret == 0 && waited < SILENCE_MS && !app_stopped(&b->app);
	     waited += APP_WAIT_SLICE_MS)
		ret = b->app.env->nmdev->wait(set, 2, APP_WAIT_SLICE_MS);
	if (ret == 0 && !app_stopped(&b->app))
		app_log(&b->app, "poll timeout: nothing to forward for %d ms", SILENCE_MS);
	return ret;
}

static int forward(struct bridge *b)
{
	struct nmdev_wait set[2];
	bool said[2] = {false, false};
	int ret, i;

	while (!app_stopped(&b->app)) {
		ret = wait_for_work(b, set);
		if (ret < 0 && ret != -EINTR) {
			app_log(&b->app, "cannot wait for packets: %s", strerror(-ret));
			return 1;
		}
		if (ret <= 0)
			continue;
		for (i = 0; i < 2; i++)
			app_check_port(&b->app, &set[i], b->cfg.port[i], &said[i]);
		for (i = 0; i < 2; i++)
			b->moved[!i] += move_packets(b, b->port[i], b->port[!i]);
	}
	return 0;
}

__attribute__((format(printf, 2, 3))) static void say_json(struct bridge *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(b->app.env->out, fmt, ap);
	va_end(ap);
	fputc('\n', b->app.env->out);
	fflush(b->app.env->out);
}

static int run(struct bridge *b)
{
	struct bridge_config *c = &b->cfg;
	int ret;

	b->port[0] = nmport_open_in(&b->app.context.ctx, c->port[0]);
	b->port[1] = b->port[0] ? nmport_open_in(&b->app.context.ctx, c->port[1]) : NULL;
	if (!b->port[1])
		return 1;
	b->zero_copy = b->port[0]->mem == b->port[1]->mem;
	app_log(&b->app, "zerocopy %ssupported%s", b->zero_copy ? "" : "NOT ",
		b->zero_copy && c->copy ? ", copying all the same" : "");
	b->zero_copy = b->zero_copy && !c->copy;
	app_log(&b->app, "Wait %llu secs for link to come up...", (unsigned long long)c->wait_s);
	app_sleep(&b->app, (unsigned)c->wait_s);
	app_log(&b->app, "Ready to go, %s <-> %s", c->port[0], c->port[1]);
	if (c->json)
		say_json(b, "{\"type\":\"ready\"}");
	ret = forward(b);
	if (c->json)
		say_json(b,
			 "{\"type\":\"end\",\"function\":\"bridge\",\"reason\":\"%s\","
			 "\"forwarded\":%llu,\"zero_copy\":%s}",
			 ret ? "error" : "signal", (unsigned long long)(b->moved[0] + b->moved[1]),
			 b->zero_copy ? "true" : "false");
	if (c->verbose)
		app_log(&b->app, "%llu packets to %s, %llu packets to %s",
			(unsigned long long)b->moved[0], c->port[0],
			(unsigned long long)b->moved[1], c->port[1]);
	return ret;
}

int bridge_main(int argc, char **argv, const struct app_env *env)
{
	struct bridge b = {0};
	struct vb_err err;
	int ret = 1;

	app_begin(&b.app, env);
	if (bridge_options_parse(&b.cfg, argc, argv, &b.app, &err))
		fprintf(env->err, "bridge: %s\n", err.text);
	else if (b.cfg.help)
		bridge_options_usage(env->err);
	else
		ret = run(&b);
	nmport_close(b.port[1]);
	nmport_close(b.port[0]);
	app_end(&b.app);
	return ret;
}
