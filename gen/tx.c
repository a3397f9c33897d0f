/* SPDX-License-Identifier: BSD-2-Clause */
/* Function tx: send as fast as the port takes them, or at a rate. */
#include "tx.h"

#include <errno.h>
#include <poll.h>

#include "ring.h"

#define OUT_LIMIT_MS	2000
#define RETURN_LIMIT_NS (500 * NS_PER_MS) /* marks that are not back by then are lost */

struct tx {
	struct worker *w;
	struct filler filler;
	struct pace pace;
	bool paced;
	uint64_t due; /* packets of the current paced burst not sent yet */
};

/* One ring's share of a round; the slots stay unpublished until the sync. */
static uint32_t send_on(struct tx *t, unsigned ring_index, uint32_t packets, uint64_t *bytes)
{
	struct netmap_ring *ring = t->w->io.tx[ring_index];
	struct marker *m = t->w->marker;
	uint32_t from = ring->head, slots, done;
	uint64_t ring_bytes;

	if (m)
		marker_before_fill(m, ring_index, ring, from, ring_space(ring));
	done = filler_fill(&t->filler, ring, packets, &slots, &ring_bytes);
	if (m)
		marker_after_fill(m, ring_index, ring, from, slots);
	if (unlikely(t->w->cfg->options & OPT_DUMP))
		dump_slots(t->w->eng->text, ring, from, slots);
	*bytes += ring_bytes;
	return done;
}

static uint64_t share(uint64_t packets, unsigned rings)
{
	return (packets + rings - 1) / rings;
}

/* Sends up to one burst on each ring, or the paced burst over all of them, and publishes it.
 * Packets, or -errno. */
static int64_t send_round(struct tx *t)
{
	struct worker *w = t->w;
	uint64_t packets = 0, bytes = 0, want;
	unsigned i;
	int ret;

	filler_new_burst(&t->filler);
	for (i = 0; i < w->io.n_tx; i++) {
		want = t->paced ? share(t->due, w->io.n_tx - i) : w->burst;
		if (w->goal && w->goal - w->counters.packets - packets < want)
			want = w->goal - w->counters.packets - packets;
		if (!want)
			break;
		want = send_on(t, i, (uint32_t)want, &bytes);
		packets += want;
		t->due -= t->paced ? want : 0;
	}
	if (!packets)
		return 0;
	if (w->marker)
		marker_stamp(w->marker);
	ret = w->io.ops->txsync(&w->io);
	if (ret < 0)
		return ret;
	worker_count(w, packets, bytes);
	return (int64_t)packets;
}

static int wait_for_room(struct tx *t)
{
	int ret = worker_wait(t->w, POLLOUT, OUT_LIMIT_MS);

	if (ret == 0 && !worker_stopped(t->w))
		pg_log(t->w->eng, "poll timeout on queue %u: no room to send for %d ms",
		       t->w->index, OUT_LIMIT_MS);
	return ret;
}

static void wait_for_turn(struct tx *t)
{
	uint64_t late_ns;

	if (!t->paced || t->due)
		return;
	late_ns = worker_wait_until(t->w, pace_next(&t->pace));
	if (late_ns > t->w->late_ns)
		t->w->late_ns = late_ns;
	t->due = t->w->burst;
}

static void tx_init(struct tx *t, struct worker *w)
{
	const struct config *c = w->cfg;
	unsigned i;
	uint32_t k;

	*t = (struct tx){.w = w, .paced = c->rate_pps > 0};
	filler_init(&t->filler, w);
	for (i = 0; i < w->io.n_tx; i++)
		for (k = 0; k < w->io.tx[i]->num_slots; k++)
			w->io.tx[i]->slot[k].flags |= NS_BUF_CHANGED;
	if (t->paced)
		pace_init(&t->pace, (uint64_t)c->rate_pps, w->burst, c->gap, w->start_ns,
			  w->start_ns + w->index);
}

/* The last marks are still on their way when the last frame was sent. */
static void await_marks(struct worker *w)
{
	uint64_t limit_ns = clock_ns() + RETURN_LIMIT_NS;

	while (w->latency->hist.count < w->marker->seq && clock_ns() < limit_ns) {
		w->io.ops->wait(&w->io, POLLIN, 1);
		worker_read_marks(w);
	}
}

static enum end_reason send_all(struct tx *t)
{
	struct worker *w = t->w;
	int64_t sent;
	int ret;

	while (!worker_goal_reached(w)) {
		wait_for_turn(t);
		if (worker_stopped(w))
			return END_RUNNING;
		if (!w->first_ns)
			w->first_ns = clock_ns();
		sent = send_round(t);
		if (sent < 0)
			return worker_fail(w, "send on", (int)sent);
		if (w->latency)
			worker_read_marks(w);
		if (sent)
			continue;
		ret = wait_for_room(t);
		if (ret < 0)
			return worker_fail(w, "wait for room on", ret);
	}
	return END_COUNT;
}

enum end_reason tx_run(struct worker *w)
{
	enum end_reason reason;
	struct tx t;

	tx_init(&t, w);
	pg_log(w->eng, "Sending %u packets every %llu.%09llu s", w->burst,
	       (unsigned long long)(t.pace.period_ns / NS_PER_S),
	       (unsigned long long)(t.pace.period_ns % NS_PER_S));
	worker_wait_until(w, w->start_ns);
	reason = send_all(&t);
	w->last_ns = w->counters.packets ? clock_ns() : 0;
	if (!w->counters.packets)
		w->first_ns = 0;
	worker_drain(w);
	w->end_ns = clock_ns();
	if (w->latency)
		await_marks(w);
	w->marks_sent = w->marker ? w->marker->seq : 0;
	return reason;
}
