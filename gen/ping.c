/* SPDX-License-Identifier: BSD-2-Clause */
/* Function ping: send a burst, wait for its replies, measure each. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "csum.h"
#include "engine.h"
#include "ring.h"
#include "tx.h"

#define REPLY_LIMIT_MS 3000
#define LOG2_BUCKETS   64
#define STAMP_BYTES    12

struct ping_stamp {
	uint32_t seq;
	uint32_t sec;
	uint32_t nsec;
};

struct ping_stats {
	uint64_t count, sum, min;
	uint64_t bucket[LOG2_BUCKETS];
};

struct ping {
	struct worker *w;
	uint32_t next_seq;
	uint64_t replies;
	uint64_t report_ns;
	struct ping_stats second, total;
};

static void note(struct ping_stats *s, uint64_t rtt_ns)
{
	if (!s->count || rtt_ns < s->min)
		s->min = rtt_ns;
	s->count++;
	s->sum += rtt_ns;
	s->bucket[rtt_ns ? 63 - __builtin_clzll(rtt_ns) : 0]++;
}

static unsigned long long mean(const struct ping_stats *s)
{
	return s->count ? s->sum / s->count : 0;
}

/* "k: lo .. hi" and the counts between these powers of two. */
static void log_buckets(const struct ping *p)
{
	const struct ping_stats *s = &p->second;
	unsigned lo = 0, hi = LOG2_BUCKETS, k;
	char line[512];
	int n;

	while (lo < LOG2_BUCKETS && !s->bucket[lo])
		lo++;
	while (hi > lo && !s->bucket[hi - 1])
		hi--;
	n = snprintf(line, sizeof(line), "k: %u .. %u", lo, hi);
	for (k = lo; k < hi && n < (int)sizeof(line) - 24; k++)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %llu",
			      (unsigned long long)s->bucket[k]);
	pg_log(p->w->eng, "%s", line);
}

static void report(struct ping *p, uint64_t now_ns)
{
	const struct ping_stats *s = &p->second;

	if (now_ns < p->report_ns)
		return;
	p->report_ns = now_ns + NS_PER_S;
	if (s->count) {
		pg_log(p->w->eng, "count %llu RTT: min %llu av %llu ns",
		       (unsigned long long)s->count, (unsigned long long)s->min, mean(s));
		log_buckets(p);
	}
	memset(&p->second, 0, sizeof(p->second));
}

/* At the start of the payload, which is byte 42 of an IPv4 frame. */
static void write_stamp(const struct worker *w, uint8_t *buf, const struct ping_stamp *stamp)
{
	uint8_t *place = buf + w->frame.header_bytes;
	uint8_t *check = buf + frame_udp_check_offset(&w->frame);
	uint16_t sum = csum_replace_bytes(csum_load(check), place, stamp, STAMP_BYTES);

	memcpy(place, stamp, STAMP_BYTES);
	if (!w->frame.spec.image)
		csum_store(check, sum ? sum : 0xffff);
}

static uint32_t send_requests(struct ping *p, uint32_t want)
{
	struct worker *w = p->w;
	struct netmap_ring *ring = w->io.tx[0];
	uint32_t room = ring_space(ring), n = want < room ? want : room, i, at = ring->head;

	for (i = 0; i < n; i++, at = ring_next(ring, at)) {
		struct netmap_slot *slot = &ring->slot[at];
		uint8_t *buf = ring_buf(ring, slot);
		uint64_t now_ns = clock_ns();
		struct ping_stamp stamp = {p->next_seq++, (uint32_t)(now_ns / NS_PER_S),
					   (uint32_t)(now_ns % NS_PER_S)};

		memcpy(buf, w->frame.buf, w->frame.bytes);
		write_stamp(w, buf, &stamp);
		slot->len = (uint16_t)w->frame.bytes;
		slot->flags = i + 1 == n ? NS_REPORT : 0;
	}
	ring->head = ring->cur = at;
	return n;
}

/* A reply is addressed to us and carries a number that we have sent. */
static void take_reply(struct ping *p, const uint8_t *data, uint32_t bytes, uint64_t now_ns)
{
	const struct worker *w = p->w;
	struct ping_stamp stamp;
	uint64_t sent_ns;

	if (bytes < w->frame.header_bytes + STAMP_BYTES ||
	    memcmp(data + w->vnet_bytes, w->cfg->src_mac, MAC_BYTES) != 0)
		return;
	memcpy(&stamp, data + w->frame.header_bytes, STAMP_BYTES);
	sent_ns = stamp.sec * NS_PER_S + stamp.nsec;
	if (stamp.seq >= p->next_seq || stamp.nsec >= NS_PER_S ||
	    (uint32_t)(now_ns / NS_PER_S) < stamp.sec || sent_ns > now_ns)
		return;
	p->replies++;
	note(&p->second, now_ns - sent_ns);
	note(&p->total, now_ns - sent_ns);
	hist_record(&w->latency->hist, now_ns - sent_ns);
}

static void read_replies(struct ping *p)
{
	struct worker *w = p->w;
	uint64_t now_ns = clock_ns();
	unsigned i;

	for (i = 0; i < w->io.n_rx; i++) {
		struct netmap_ring *ring = w->io.rx[i];
		uint32_t at = ring->head;

		for (; at != ring->tail; at = ring_next(ring, at))
			take_reply(p, ring_buf(ring, &ring->slot[at]), ring->slot[at].len, now_ns);
		ring->head = ring->cur = at;
	}
}

/* One burst and its replies; -errno if the port is broken. */
static int exchange(struct ping *p)
{
	struct worker *w = p->w;
	uint64_t before = p->replies;
	uint32_t sent = send_requests(p, (uint32_t)worker_left(w, w->burst));
	int ret = w->io.ops->txsync(&w->io);

	if (ret < 0)
		return ret;
	if (sent)
		worker_count(w, sent, (uint64_t)sent * w->frame.bytes);
	while (p->replies - before < sent && !worker_stopped(w)) {
		ret = worker_wait(w, POLLIN, REPLY_LIMIT_MS);
		if (ret < 0)
			return ret;
		if (ret == 0) {
			if (!worker_stopped(w))
				pg_log(w->eng, "no reply for %d ms, going on", REPLY_LIMIT_MS);
			break;
		}
		read_replies(p);
		report(p, clock_ns());
	}
	return 0;
}

enum end_reason ping_run(struct worker *w)
{
	struct ping p = {.w = w, .report_ns = clock_ns() + NS_PER_S};
	enum end_reason reason = END_COUNT;
	int ret = 0;

	w->first_ns = clock_ns();
	while (!worker_goal_reached(w) && ret == 0) {
		if (worker_stopped(w)) {
			reason = END_RUNNING;
			break;
		}
		ret = exchange(&p);
	}
	w->last_ns = clock_ns();
	w->marks_sent = w->counters.packets;
	pg_log(w->eng, "RTT over %llu packets: min %llu av %llu ns",
	       (unsigned long long)p.total.count, (unsigned long long)p.total.min, mean(&p.total));
	return ret < 0 ? worker_fail(w, "exchange packets on", ret) : reason;
}
