/* SPDX-License-Identifier: BSD-2-Clause */
/* Function rx: count what arrives; look into it only when asked to. */
#include <errno.h>
#include <poll.h>

#include "capture.h"
#include "engine.h"
#include "ring.h"
#include "spin.h"
#include "tx.h"

#define LOOK_MS	       1000 /* silence is counted, and waiting reported, in these steps */
#define PREFETCH_AHEAD 8
#define FREE_LOOKS                                                                                 \
	2 /* in vain after packets, before the clock is asked: that may be a system call */
#define LIVE_LOOKS 64 /* in vain, before a sync: that moves rings which do not know NR_LIVE */

struct rx {
	struct worker *w;
	bool inspects; /* any packet's contents are looked at */
	bool active;   /* packets came since last_ns was set */
	struct spin spin;
	uint32_t keep;	  /* slots that need not be given back yet; 0: each look is a sync */
	uint32_t kept;	  /* since the last sync */
	unsigned looks;	  /* in vain, since then */
	uint64_t touched; /* what OPT_ACCESS read, so that it is not optimised away */
};

struct tally {
	uint64_t packets, bytes;
};

static void count_slots(const struct netmap_ring *ring, uint32_t from, uint32_t n, struct tally *t)
{
	while (n) {
		uint32_t run = ring->num_slots - from < n ? ring->num_slots - from : n;
		const struct netmap_slot *slot = &ring->slot[from], *end = slot + run;

		for (; slot < end; slot++) {
			t->bytes += slot->len;
			t->packets += !(slot->flags & NS_MOREFRAG);
		}
		n -= run;
		from = ring_advance(ring, from, run);
	}
}

static void observe_slots(struct rx *r, const struct netmap_ring *ring, uint32_t from, uint32_t n,
			  uint64_t now_ns)
{
	const bool access = r->w->cfg->options & OPT_ACCESS;
	bool first = true;
	uint32_t i;

	for (i = 0; i < n; i++, from = ring_next(ring, from)) {
		const struct netmap_slot *slot = &ring->slot[from];
		const uint8_t *data = ring_buf(ring, slot);

		if (i + PREFETCH_AHEAD < n)
			__builtin_prefetch(ring_buf(
				ring, &ring->slot[ring_advance(ring, from, PREFETCH_AHEAD)]));
		if (first && r->w->latency)
			latency_observe(r->w->latency, data, slot->len, now_ns);
		if (access)
			r->touched += data[0];
		first = !(slot->flags & NS_MOREFRAG);
	}
}

static int inspect(struct rx *r, const struct netmap_ring *ring, uint32_t from, uint32_t n,
		   uint64_t now_ns)
{
	const struct worker *w = r->w;

	if (w->latency || w->cfg->options & (OPT_ACCESS | OPT_PREFETCH))
		observe_slots(r, ring, from, n, now_ns);
	if (w->cfg->options & OPT_DUMP)
		dump_slots(w->eng->text, ring, from, n);
	if (w->eng->capture) {
		struct timespec when;

		clock_gettime(CLOCK_REALTIME, &when);
		return capture_slots(w->eng->capture, ring, from, n, w->vnet_bytes, &when);
	}
	return 0;
}

/* The slots among the first n that hold at most `packets` whole packets. */
static uint32_t slots_of(const struct netmap_ring *ring, uint32_t from, uint32_t n,
			 uint64_t packets)
{
	uint32_t taken;

	for (taken = 0; taken < n && packets; taken++, from = ring_next(ring, from))
		packets -= !(ring->slot[from].flags & NS_MOREFRAG);
	return taken;
}

/* n, moved back or else forward to the end of a packet, so that what looks into packets sees them
 * whole. */
static uint32_t to_packet_end(const struct netmap_ring *ring, uint32_t from, uint32_t n,
			      uint32_t space)
{
	uint32_t end;

	for (end = n; end; end--)
		if (!(ring->slot[ring_advance(ring, from, end - 1)].flags & NS_MOREFRAG))
			return end;
	for (end = n + 1; end <= space; end++)
		if (!(ring->slot[ring_advance(ring, from, end - 1)].flags & NS_MOREFRAG))
			return end;
	return n;
}

/* Takes up to a burst of slots from one ring; 1 if there were any, 0, or -errno. */
static int consume(struct rx *r, struct netmap_ring *ring, uint64_t now_ns, struct tally *t)
{
	struct worker *w = r->w;
	uint32_t from = ring->head, space = ring_arrived(ring), n = space, room;
	uint64_t left = w->goal ? w->goal - w->counters.packets - t->packets : 0;
	int ret;

	room = ring->num_slots - 1 - space;
	if (room < w->counters.min_space)
		__atomic_store_n(&w->counters.min_space, room, __ATOMIC_RELAXED);
	if (!space || (w->goal && !left))
		return 0;
	if (n > w->burst)
		n = w->burst;
	if (w->goal && n > left)
		n = slots_of(ring, from, n, left);
	if (r->inspects)
		n = to_packet_end(ring, from, n, space);
	count_slots(ring, from, n, t);
	ret = r->inspects ? inspect(r, ring, from, n, now_ns) : 0;
	ring->head = ring->cur = ring_advance(ring, from, n);
	r->kept += n;
	return ret < 0 ? ret : 1;
}

/* One look at all rings: > 0 if there was something. */
static int consume_all(struct rx *r)
{
	uint64_t now_ns = r->w->latency ? clock_ns() : 0;
	struct worker *w = r->w;
	struct tally t = {0, 0};
	int found = 0, ret;
	unsigned i;

	for (i = 0; i < w->io.n_rx; i++) {
		ret = consume(r, w->io.rx[i], now_ns, &t);
		if (ret < 0)
			return ret;
		found |= ret;
	}
	if (!found)
		return 0;
	if (!w->first_ns)
		w->first_ns = clock_ns();
	r->active = true;
	r->looks = 0;
	worker_count(w, t.packets, t.bytes);
	return 1;
}

/* Nothing is there: note since when. True: look again at once. */
static bool look_again(struct rx *r)
{
	uint64_t now_ns = clock_ns();
	bool had = r->active;

	if (had)
		r->w->last_ns = now_ns;
	r->active = false;
	return spin_again(&r->spin, now_ns, had);
}

/* Nothing is there for some time: wait. END_RUNNING: look again. */
static enum end_reason rest(struct rx *r)
{
	struct worker *w = r->w;
	int ret = worker_wait(w, POLLIN, LOOK_MS);

	if (ret < 0)
		return worker_fail(w, "wait for packets on", ret);
	if (ret > 0 || worker_stopped(w))
		return END_RUNNING;
	if (!w->first_ns)
		pg_log(w->eng, "waiting for initial packets, poll returns 0");
	else if (w->cfg->end_on_silence)
		return END_IDLE;
	return END_RUNNING;
}

/* From now on whoever delivers moves the rings; the switch hears of it at the first sync. */
static void live_begin(struct rx *r)
{
	const struct io *io = &r->w->io;
	unsigned i;

	r->keep = UINT32_MAX;
	r->looks = LIVE_LOOKS;
	for (i = 0; i < io->n_rx; i++) {
		io->rx[i]->flags |= NR_LIVE;
		if (io->rx[i]->num_slots / 2 < r->keep)
			r->keep = io->rx[i]->num_slots / 2;
	}
}

static void live_end(const struct io *io)
{
	unsigned i;

	for (i = 0; i < io->n_rx; i++)
		io->rx[i]->flags &= ~NR_LIVE;
}

/* Brings the rings up to date, by a sync unless they do without. 0 or -errno. */
static int look(struct rx *r)
{
	if (r->kept < r->keep && r->looks < LIVE_LOOKS) {
		r->looks++;
		return 0;
	}
	r->kept = 0;
	r->looks = 0;
	return r->w->io.ops->rxsync(&r->w->io);
}

static enum end_reason receive_all(struct rx *r)
{
	enum end_reason reason = END_RUNNING;
	struct worker *w = r->w;
	bool fresh = false; /* a wait has just looked for packets */
	unsigned free = 0;
	int ret;

	while (reason == END_RUNNING && !worker_stopped(w)) {
		ret = fresh ? 0 : look(r);
		if (ret < 0)
			return worker_fail(w, "receive from", ret);
		ret = consume_all(r);
		if (ret < 0)
			return worker_fail(w, "write the packets of", ret);
		if (worker_goal_reached(w))
			return END_COUNT;
		fresh = false;
		if (ret > 0) {
			free = FREE_LOOKS;
			continue;
		}
		if (free) {
			free--;
			continue;
		}
		if (look_again(r))
			continue;
		fresh = true;
		reason = rest(r);
	}
	return reason;
}

enum end_reason rx_run(struct worker *w)
{
	struct rx r = {.w = w, .spin.always = w->cfg->spin};
	enum end_reason reason;

	r.inspects = w->latency || w->eng->capture ||
		     w->cfg->options & (OPT_ACCESS | OPT_PREFETCH | OPT_DUMP);
	if (w->cfg->live)
		live_begin(&r);
	reason = receive_all(&r);
	if (w->cfg->live)
		live_end(&w->io);
	if (r.active)
		w->last_ns = clock_ns();
	w->io.ops->rxsync(&w->io);
	return reason;
}
