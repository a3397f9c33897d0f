/* SPDX-License-Identifier: BSD-2-Clause */
#include "bridge.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "bridge_move.h"
#include "bridge_options.h"
#include "bridge_rounds.h"
#include "monotonic.h"
#include "ring.h"

#define SILENCE_MS  2500 /* is worth a log line */
#define MANY	    64	 /* packets in a round: more may have come meanwhile */
#define TIMED_EVERY 16	 /* rounds: to read the clock may be a system call */

struct bridge {
	struct app app;
	struct bridge_config cfg;
	struct nmport_d *port[2];
	struct bridge_move move;
	uint64_t moved[2]; /* packets that left through port i */
	uint64_t cpu_ns;   /* what that took of a processor, waiting included */
	unsigned round;
	struct bridge_rounds rounds;
};

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
			packets += bridge_move(&b->move, rx, tx);
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

static uint64_t move_all(struct bridge *b)
{
	uint64_t moved[2];
	int i;

	for (i = 0; i < 2; i++) {
		moved[!i] = move_packets(b, b->port[i], b->port[!i]);
		b->moved[!i] += moved[!i];
	}
	return moved[0] + moved[1];
}

/*
 * Moves what is there. Where that is much it is handed over at once, with a look at what has come,
 * and the time of such a round holds no waiting. True: there is more to do already.
 */
static bool go_round(struct bridge *b, struct nmdev_wait *set)
{
	bool timed = b->round++ % TIMED_EVERY == 0;
	uint64_t start_ns = timed ? clock_ns() : 0, packets = move_all(b);
	int ready;

	if (packets < MANY)
		return false;
	choose_events(b, set);
	ready = b->app.env->nmdev->wait(set, 2, 0);
	if (timed)
		bridge_rounds_add(&b->rounds, clock_ns() - start_ns, packets);
	return ready > 0 && !app_stopped(&b->app);
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
		while (go_round(b, set))
			;
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

static void choose_move(struct bridge *b)
{
	const struct bridge_config *c = &b->cfg;
	bool shared = b->port[0]->mem == b->port[1]->mem;

	app_log(&b->app, "zerocopy %ssupported%s", shared ? "" : "NOT ",
		shared && c->copy ? ", copying all the same" : "");
	b->move = (struct bridge_move){
		.app = &b->app,
		.burst = (uint32_t)c->burst,
		.zero_copy = shared && !c->copy,
		.verbose = c->verbose > 1,
	};
}

static int run(struct bridge *b)
{
	struct bridge_config *c = &b->cfg;
	int ret;

	b->port[0] = nmport_open_in(&b->app.context.ctx, c->port[0]);
	b->port[1] = b->port[0] ? nmport_open_in(&b->app.context.ctx, c->port[1]) : NULL;
	if (!b->port[1])
		return 1;
	choose_move(b);
	app_log(&b->app, "Wait %llu secs for link to come up...", (unsigned long long)c->wait_s);
	app_sleep(&b->app, (unsigned)c->wait_s);
	app_log(&b->app, "Ready to go, %s <-> %s", c->port[0], c->port[1]);
	if (c->json)
		say_json(b, "{\"type\":\"ready\"}");
	b->cpu_ns = clock_cpu_ns();
	ret = forward(b);
	b->cpu_ns = clock_cpu_ns() - b->cpu_ns;
	if (c->json)
		say_json(b,
			 "{\"type\":\"end\",\"function\":\"bridge\",\"reason\":\"%s\","
			 "\"forwarded\":%llu,\"cpu_ns\":%llu,\"round_ns\":%.3f,"
			 "\"zero_copy\":%s}",
			 ret ? "error" : "signal", (unsigned long long)(b->moved[0] + b->moved[1]),
			 (unsigned long long)b->cpu_ns, bridge_rounds_middle(&b->rounds),
			 b->move.zero_copy ? "true" : "false");
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
