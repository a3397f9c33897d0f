/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions txseq and rxseq: a number in every slot, and whether they all come in order. */
#include <arpa/inet.h>
#include <poll.h>
#include <string.h>

#include "engine.h"
#include "ring.h"

#define SEQ_BYTES    4
#define OUT_LIMIT_MS 2000
#define LOOK_MS	     1000
#define GAP_LOG_NS   (NS_PER_S / 2)
#define FRAGS_LOG_NS NS_PER_S

struct txseq {
	struct worker *w;
	uint32_t seq;
	uint32_t frag; /* place of the next slot in its packet */
	struct pace pace;
};

/* Numbers n slots. A slot whose buffer is new gets the whole frame, others the part that changes.
 */
static void number_slots(struct txseq *t, struct netmap_ring *ring, uint32_t n, uint64_t *packets)
{
	struct frame *f = &t->w->frame;
	uint32_t frags = (uint32_t)t->w->cfg->frags, at = ring->head;

	for (; n; n--, at = ring_next(ring, at)) {
		struct netmap_slot *slot = &ring->slot[at];
		uint32_t be = htonl(t->seq++);
		bool fresh = slot->flags & NS_BUF_CHANGED;

		frame_put_payload(f, 0, &be, SEQ_BYTES);
		memcpy(ring_buf(ring, slot), f->buf,
		       fresh ? f->bytes : f->header_bytes + SEQ_BYTES);
		slot->len = (uint16_t)f->bytes;
		t->frag = t->frag + 1 >= frags ? 0 : t->frag + 1;
		slot->flags = t->frag ? NS_MOREFRAG : 0;
		*packets += !t->frag;
		if (n == 1)
			slot->flags |= NS_REPORT;
	}
	ring->head = ring->cur = at;
}

/* Only whole packets are handed over, so a burst is cut to a multiple of the fragments. */
static uint32_t whole_packets(const struct txseq *t, const struct netmap_ring *ring)
{
	uint32_t frags = (uint32_t)t->w->cfg->frags, want = t->w->burst, space = ring_space(ring);

	want = want < frags ? frags : want;
	want = want < space ? want : space;
	return want - want % frags;
}

static int send_burst(struct txseq *t)
{
	struct worker *w = t->w;
	struct netmap_ring *ring = w->io.tx[0];
	uint32_t n = whole_packets(t, ring);
	uint64_t packets = 0;
	int ret;

	if (!n)
		return worker_wait(w, POLLOUT, OUT_LIMIT_MS) < 0 ? -EIO : 0;
	number_slots(t, ring, n, &packets);
	ret = w->io.ops->txsync(&w->io);
	if (ret == 0)
		worker_count(w, packets, (uint64_t)n * w->frame.bytes);
	return ret;
}

enum end_reason txseq_run(struct worker *w)
{
	struct netmap_ring *ring = w->io.tx[0];
	struct txseq t = {.w = w};
	bool paced = w->cfg->rate_pps > 0;
	uint32_t k;
	int ret = 0;

	for (k = 0; k < ring->num_slots; k++)
		ring->slot[k].flags |= NS_BUF_CHANGED;
	if (paced)
		pace_init(&t.pace, (uint64_t)w->cfg->rate_pps, w->burst, w->cfg->gap, w->start_ns,
			  w->start_ns);
	pg_log(w->eng, "Sending %u packets every %llu.%09llu s", w->burst,
	       (unsigned long long)(t.pace.period_ns / NS_PER_S),
	       (unsigned long long)(t.pace.period_ns % NS_PER_S));
	while (!worker_stopped(w) && ret == 0) {
		if (paced)
			worker_wait_until(w, pace_next(&t.pace));
		if (!w->first_ns)
			w->first_ns = clock_ns();
		ret = send_burst(&t);
	}
	w->last_ns = clock_ns();
	worker_drain(w);
	return ret < 0 ? worker_fail(w, "send on", ret) : END_RUNNING;
}

struct rxseq_ring {
	bool started;
	uint32_t expected;
	uint32_t frags; /* slots of the packet so far */
	uint32_t expected_frags;
};

struct rxseq {
	struct worker *w;
	uint64_t gap_log_ns, frags_log_ns; /* not before these times */
	struct rxseq_ring ring[IO_MAX_RINGS];
};

static bool may_log(uint64_t *not_before_ns, uint64_t pause_ns)
{
	uint64_t now_ns = clock_ns();

	if (now_ns < *not_before_ns)
		return false;
	*not_before_ns = now_ns + pause_ns;
	return true;
}

static void check_number(struct rxseq *r, struct rxseq_ring *s, uint32_t seq)
{
	int32_t ahead = (int32_t)(seq - s->expected);

	if (s->started && ahead != 0) {
		counter_add(&r->w->counters.drops, ahead > 0 ? (uint64_t)ahead : 0);
		if (may_log(&r->gap_log_ns, GAP_LOG_NS))
			pg_log(r->w->eng, "Sequence %s: exp %u found %u",
			       ahead > 0 ? "GAP" : "OUT OF ORDER", s->expected, seq);
	}
	s->started = true;
	s->expected = seq + 1;
}

static void check_frags(struct rxseq *r, struct rxseq_ring *s, bool more)
{
	s->frags++;
	if (more)
		return;
	if (s->expected_frags && s->frags != s->expected_frags &&
	    may_log(&r->frags_log_ns, FRAGS_LOG_NS))
		pg_log(r->w->eng, "Received packets with %u frags, expected %u", s->frags,
		       s->expected_frags);
	s->expected_frags = s->frags;
	s->frags = 0;
}

static unsigned number_offset(const struct worker *w, const uint8_t *data)
{
	return w->vnet_bytes + (data[w->vnet_bytes + 2 * MAC_BYTES] == ETHERTYPE_IPV4_HI
					? FRAME_V4_PAYLOAD
					: FRAME_V6_PAYLOAD);
}

static uint64_t check_ring(struct rxseq *r, unsigned index, uint64_t *bytes)
{
	struct netmap_ring *ring = r->w->io.rx[index];
	uint32_t at = ring->head, n = ring_space(ring), left;

	if (n > r->w->burst)
		n = r->w->burst;
	for (left = n; left; left--, at = ring_next(ring, at)) {
		const struct netmap_slot *slot = &ring->slot[at];
		const uint8_t *data = ring_buf(ring, slot);
		uint32_t be;

		*bytes += slot->len;
		check_frags(r, &r->ring[index], slot->flags & NS_MOREFRAG);
		if (slot->len < r->w->vnet_bytes + ETH_HEADER_BYTES ||
		    slot->len < number_offset(r->w, data) + SEQ_BYTES) {
			if (may_log(&r->gap_log_ns, GAP_LOG_NS))
				pg_log(r->w->eng, "packet too small (%u bytes)", slot->len);
			continue;
		}
		memcpy(&be, data + number_offset(r->w, data), SEQ_BYTES);
		check_number(r, &r->ring[index], ntohl(be));
	}
	ring->head = ring->cur = at;
	return n;
}

/* All rings once. Slots, or -errno. */
static int64_t check_all(struct rxseq *r)
{
	uint64_t slots = 0, bytes = 0;
	unsigned i;
	int ret = r->w->io.ops->rxsync(&r->w->io);

	if (ret < 0)
		return ret;
	for (i = 0; i < r->w->io.n_rx; i++)
		slots += check_ring(r, i, &bytes);
	if (slots)
		worker_count(r->w, slots, bytes);
	return (int64_t)slots;
}

enum end_reason rxseq_run(struct worker *w)
{
	struct rxseq r = {.w = w};
	bool active = false;
	int64_t got;
	int ret;

	while (!worker_stopped(w)) {
		got = check_all(&r);
		if (got < 0)
			return worker_fail(w, "receive from", (int)got);
		if (got && !w->first_ns)
			w->first_ns = clock_ns();
		if (got) {
			active = true;
			continue;
		}
		if (active)
			w->last_ns = clock_ns();
		active = false;
		ret = worker_wait(w, POLLIN, LOOK_MS);
		if (ret < 0)
			return worker_fail(w, "wait for packets on", ret);
		if (ret == 0 && w->first_ns && w->cfg->end_on_silence && !worker_stopped(w))
			return END_IDLE;
	}
	if (active)
		w->last_ns = clock_ns();
	return END_RUNNING;
}
