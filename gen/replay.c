/* SPDX-License-Identifier: BSD-2-Clause */
/* Function tx with --replay: the packets of a capture, at its own pace or another. */
#include "replay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "engine.h"
#include "ring.h"
#include "tx.h"

#define OUT_LIMIT_MS 2000

struct replay {
	struct worker *w;
	const struct pcapfile *file;
	uint64_t loop;
	size_t index;
	uint64_t start_ns;
};

uint64_t replay_due_ns(const struct pcapfile *f, uint64_t loop, size_t index, double speed)
{
	uint64_t span = f->packets[f->count - 1].ns;
	uint64_t round = span + (f->count > 1 ? span / (f->count - 1) : 0);

	if (speed == REPLAY_MAX)
		return 0;
	return (uint64_t)((double)loop * (double)round / speed +
			  (double)f->packets[index].ns / speed);
}

static bool finished(const struct replay *r)
{
	return r->w->cfg->loops && r->loop >= (uint64_t)r->w->cfg->loops;
}

static uint64_t due_ns(const struct replay *r)
{
	return r->start_ns + replay_due_ns(r->file, r->loop, r->index, r->w->cfg->replay_speed);
}

static void advance(struct replay *r)
{
	if (++r->index == r->file->count) {
		r->index = 0;
		r->loop++;
	}
}

/* One packet with its virtio header; slots taken, 0 if there is no room. */
static uint32_t put_packet(struct replay *r, struct netmap_ring *ring)
{
	const struct pcap_packet *p = &r->file->packets[r->index];
	const uint8_t *data = r->file->data + p->offset;
	uint32_t left = p->bytes, skip = r->w->vnet_bytes, n = 0, part;
	uint32_t need = (left + skip + ring->nr_buf_size - 1) / ring->nr_buf_size;

	if (need > ring_space(ring))
		return 0;
	for (; left || skip; n++) {
		struct netmap_slot *slot = &ring->slot[ring->head];
		uint8_t *buf = ring_buf(ring, slot);

		part = ring->nr_buf_size - skip < left ? ring->nr_buf_size - skip : left;
		memset(buf, 0, skip);
		memcpy(buf + skip, data, part);
		slot->len = (uint16_t)(skip + part);
		skip = 0;
		data += part;
		left -= part;
		slot->flags = left ? NS_MOREFRAG : 0;
		ring->head = ring->cur = ring_next(ring, ring->head);
	}
	return n;
}

/* Everything that is due, at most a burst. Packets, or -errno. */
static int64_t send_due(struct replay *r)
{
	struct worker *w = r->w;
	struct netmap_ring *ring = w->io.tx[0];
	uint64_t packets = 0, bytes = 0, limit = worker_left(w, w->burst);
	bool timed = w->cfg->replay_speed != REPLAY_MAX;
	uint64_t now_ns = timed ? clock_ns() : UINT64_MAX;
	uint32_t from = ring->head, slots = 0, took;
	int ret;

	while (packets < limit && !finished(r) && (!timed || due_ns(r) <= now_ns)) {
		took = put_packet(r, ring);
		if (!took)
			break;
		slots += took;
		bytes += r->file->packets[r->index].bytes + w->vnet_bytes;
		packets++;
		advance(r);
	}
	if (!packets)
		return 0;
	if (w->cfg->options & OPT_DUMP)
		dump_slots(w->eng->text, ring, from, slots);
	ret = w->io.ops->txsync(&w->io);
	if (ret < 0)
		return ret;
	worker_count(w, packets, bytes);
	return (int64_t)packets;
}

static enum end_reason send_all(struct replay *r)
{
	struct worker *w = r->w;
	int64_t sent;

	while (!finished(r) && !worker_goal_reached(w)) {
		worker_wait_until(w, due_ns(r));
		if (worker_stopped(w))
			return END_RUNNING;
		if (!w->first_ns)
			w->first_ns = clock_ns();
		sent = send_due(r);
		if (sent < 0)
			return worker_fail(w, "send on", (int)sent);
		if (sent == 0 && worker_wait(w, POLLOUT, OUT_LIMIT_MS) < 0)
			return worker_fail(w, "wait for room on", EIO);
	}
	return END_COUNT;
}

enum end_reason replay_run(struct worker *w)
{
	struct replay r = {.w = w, .file = &w->eng->replay};
	enum end_reason reason;

	if (r.file->cut)
		pg_log(w->eng,
		       "%llu of %zu packets of %s were captured only in part and are sent so",
		       (unsigned long long)r.file->cut, r.file->count, w->cfg->replay_file);
	r.start_ns = clock_ns();
	reason = send_all(&r);
	w->last_ns = w->counters.packets ? clock_ns() : 0;
	worker_drain(w);
	return reason;
}
