/* SPDX-License-Identifier: BSD-2-Clause */
/* Function pong: send every frame back with its addresses swapped. */
#include <poll.h>
#include <string.h>

#include "engine.h"
#include "ring.h"
#include "spin.h"

#define IP_SRC	26 /* in an IPv4 frame */
#define IP_DST	30
#define LOOK_MS 1000

static void swap(uint8_t *a, uint8_t *b, unsigned bytes)
{
	uint8_t keep[MAC_BYTES];

	memcpy(keep, a, bytes);
	memcpy(a, b, bytes);
	memcpy(b, keep, bytes);
}

/* Both sums cover both addresses, so swapping changes no checksum. */
static void turn_around(uint8_t *frame, uint32_t bytes)
{
	if (bytes < ETH_HEADER_BYTES)
		return;
	swap(frame, frame + MAC_BYTES, MAC_BYTES);
	if (frame[12] == 0x08 && frame[13] == 0x00 && bytes >= IP_DST + 4)
		swap(frame + IP_SRC, frame + IP_DST, 4);
}

/* Slots of the packet that starts at `at`; 0 if its end has not arrived yet. */
static uint32_t packet_slots(const struct netmap_ring *ring, uint32_t at)
{
	uint32_t n = 1;

	while (ring->slot[at].flags & NS_MOREFRAG) {
		at = ring_next(ring, at);
		if (at == ring->tail)
			return 0;
		n++;
	}
	return n;
}

/* Copies n slots; returns the bytes of the reply. */
static uint64_t reply(struct worker *w, const struct netmap_ring *rx, uint32_t from, uint32_t n)
{
	struct netmap_ring *tx = w->io.tx[0];
	uint64_t bytes = 0;
	uint32_t i;

	for (i = 0; i < n; i++, from = ring_next(rx, from)) {
		const struct netmap_slot *in = &rx->slot[from];
		struct netmap_slot *out = &tx->slot[tx->head];
		uint32_t len = in->len < tx->nr_buf_size ? in->len : tx->nr_buf_size;
		uint8_t *buf = ring_buf(tx, out);

		memcpy(buf, ring_buf(rx, in), len);
		if (i == 0 && len > w->vnet_bytes)
			turn_around(buf + w->vnet_bytes, len - w->vnet_bytes);
		out->len = (uint16_t)len;
		out->flags = in->flags & NS_MOREFRAG;
		bytes += len;
		tx->head = tx->cur = ring_next(tx, tx->head);
	}
	return bytes;
}

/* A port may tell late of slots that it has done with, but it tells who has none left. */
static bool has_room(struct worker *w, uint32_t slots)
{
	const struct netmap_ring *tx = w->io.tx[0];

	return slots <= ring_space(tx) ||
	       (w->io.ops->txsync(&w->io) == 0 && slots <= ring_space(tx));
}

static uint64_t reply_ring(struct worker *w, struct netmap_ring *rx, uint64_t limit,
			   uint64_t *bytes)
{
	uint32_t at = rx->head, n;
	uint64_t done = 0;

	while (at != rx->tail && done < limit && (n = packet_slots(rx, at))) {
		if (has_room(w, n)) {
			*bytes += reply(w, rx, at, n);
			done++;
		} else {
			counter_add(&w->counters.drops, 1);
		}
		at = ring_advance(rx, at, n);
	}
	rx->head = rx->cur = at;
	return done;
}

/* Answers all that is there. Replies, or -errno. */
static int64_t reply_all(struct worker *w)
{
	uint64_t packets = 0, bytes = 0;
	unsigned i;
	int ret = w->io.ops->rxsync(&w->io);

	for (i = 0; i < w->io.n_rx && ret == 0; i++)
		packets += reply_ring(w, w->io.rx[i], worker_left(w, UINT64_MAX - 1) - packets,
				      &bytes);
	if (ret == 0 && packets)
		ret = w->io.ops->txsync(&w->io);
	if (ret < 0)
		return ret;
	if (packets)
		worker_count(w, packets, bytes);
	return (int64_t)packets;
}

enum end_reason pong_run(struct worker *w)
{
	struct spin spin = {.always = w->cfg->spin};
	bool active = false, had;
	uint64_t now_ns;
	int64_t done;
	int ret;

	if (w->goal)
		pg_log(w->eng, "pong answers what comes; it stops after %llu replies",
		       (unsigned long long)w->goal);
	while (!worker_stopped(w) && !worker_goal_reached(w)) {
		done = reply_all(w);
		if (done < 0)
			return worker_fail(w, "answer on", (int)done);
		if (done && !w->first_ns)
			w->first_ns = clock_ns();
		if (done) {
			active = true;
			continue;
		}
		now_ns = clock_ns();
		had = active;
		if (had)
			w->last_ns = now_ns;
		active = false;
		if (spin_again(&spin, now_ns, had))
			continue;
		ret = worker_wait(w, POLLIN, LOOK_MS);
		if (ret < 0)
			return worker_fail(w, "wait for packets on", ret);
	}
	if (active)
		w->last_ns = clock_ns();
	worker_drain(w);
	return worker_goal_reached(w) ? END_COUNT : END_RUNNING;
}
