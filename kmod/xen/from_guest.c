/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * In rounds: requests are read and their copies planned, the hypervisor copies, frames are finished
 * and answered. A frame goes straight into slots unless software has to work on all of it.
 */
#include "from_guest.h"
#include "offload.h"

#define ROUNDS_MAX 16 /* a guest that sends what cannot be used is not heard without end */
#define TRIES_MAX  4
#define PAUSE_NS   1000000
#define PARTS_MAX  128 /* segments of a frame that the ring cannot hold at once: 64 KiB by 536 */

/* Where a round has got to. */
struct round {
	struct vif_from_guest *q;
	const struct vif_slots *to;
	uint32_t pos;	/* slots are filled up to here */
	uint32_t space; /* slots left */
	uint32_t seen;	/* requests of a frame whose end is missing */
	bool blocked;	/* the next frame needs more slots than there are, or credit */
	struct nm_rx_stats *got;
};

/* What becomes of a request that was read. */
enum fate { TAKEN, TAKEN_LAST, STOP };

/* What is read next goes there. */
static struct vif_packet *candidate(struct vif_from_guest *q)
{
	return &q->batch->arrival[q->batch->n].packet;
}

static bool wants_staging(const struct round *r, const struct vif_packet *p)
{
	return p->gso || (p->flags & VIF_TX_CSUM_BLANK && p->bytes > r->to->bufs->objsize);
}

/* At most, since headers that are repeated were counted as payload once. */
static uint32_t slots_wanted(const struct round *r, const struct vif_packet *p)
{
	uint32_t room = r->to->bufs->objsize;

	if (!p->gso)
		return vif_slots_for(r->to, p->bytes);
	return p->bytes / (p->mss < room / 2 ? p->mss : room / 2) + 1;
}

static void plan_staged(struct vif_from_guest *q, const struct vif_packet *p)
{
	uint8_t *to = q->batch->staging;
	unsigned i;

	for (i = 0; i < p->nfrags; i++) {
		vif_copies_from(&q->batch->copies, p->frag[i].gref, p->frag[i].offset, to,
				p->frag[i].bytes);
		to += p->frag[i].bytes;
	}
}

/* Fragments and slots end in different places. */
static void plan_direct(struct round *r, const struct vif_packet *p)
{
	uint32_t room = r->to->bufs->objsize, pos = r->pos, used = 0;
	unsigned i;

	for (i = 0; i < p->nfrags; i++) {
		struct vif_frag f = p->frag[i];

		while (f.bytes) {
			uint32_t n = f.bytes < room - used ? f.bytes : room - used;

			vif_copies_from(&r->q->batch->copies, f.gref, f.offset,
					(uint8_t *)vif_slot_buf(r->to, pos) + used, n);
			f.offset += n;
			f.bytes -= n;
			used += n;
			if (used == room) {
				used = 0;
				pos = vif_slot_after(r->to, pos, 1);
			}
		}
	}
}

static struct vif_arrival *arrival_add(struct round *r)
{
	struct vif_from_guest *q = r->q;
	struct vif_arrival *a = &q->batch->arrival[q->batch->n++];

	q->ring.req_cons += a->packet.slots;
	a->first = a->end = q->batch->copies.n;
	a->staged = false;
	a->status = VIF_OKAY;
	return a;
}

static enum fate take_bad(struct round *r)
{
	arrival_add(r)->status = VIF_ERROR;
	return TAKEN;
}

static enum fate take_command(struct round *r)
{
	struct vif_arrival *a = arrival_add(r);
	bool add = a->packet.command == VIF_EXTRA_MCAST_ADD;

	if (!add)
		vif_filter_del(r->q->filter, a->packet.mac);
	else if (!vif_filter_add(r->q->filter, a->packet.mac))
		a->status = VIF_ERROR;
	return TAKEN;
}

/* A frame whose first segments were made has paid, if it still is what it was. */
static bool may_pass(struct round *r, const struct vif_packet *p, uint32_t slots, uint64_t now_ns)
{
	struct vif_from_guest *q = r->q;

	if (!p->gso || p->bytes != q->segments_of)
		q->segments = 0;
	if (slots > r->space)
		return false;
	return q->segments || vif_credit_take(&q->credit, now_ns, p->bytes, &q->wait_ns);
}

static enum fate take_frame(struct round *r, uint64_t now_ns)
{
	struct vif_from_guest *q = r->q;
	const struct vif_packet *p = candidate(q);
	uint32_t slots = slots_wanted(r, p);
	bool staged = wants_staging(r, p);
	struct vif_arrival *a;

	if (slots >= r->to->n && (!p->gso || slots > PARTS_MAX))
		return take_bad(r);
	if (slots >= r->to->n)
		slots = 1; /* as many as there is room for, then the rest */
	if (staged && q->batch->n)
		return STOP;
	if (!vif_copies_fit(&q->batch->copies, p->nfrags + (staged ? 0 : slots), p->bytes))
		return q->batch->n ? STOP : take_bad(r);
	r->blocked = !may_pass(r, p, slots, now_ns);
	if (r->blocked)
		return STOP;
	a = arrival_add(r);
	a->staged = staged;
	if (staged) {
		plan_staged(q, p);
	} else {
		plan_direct(r, p);
		r->pos = vif_slot_after(r->to, r->pos, slots);
		r->space -= slots;
	}
	a->end = q->batch->copies.n;
	return staged ? TAKEN_LAST : TAKEN;
}

static enum fate take(struct round *r, uint64_t now_ns)
{
	struct vif_from_guest *q = r->q;
	uint32_t pending;

	if (vif_ring_pending(&q->ring, &pending)) {
		q->broken = "more requests than its ring holds";
		return STOP;
	}
	switch (vif_packet_read(&q->ring, pending, candidate(q), &q->broken)) {
	case VIF_GOOD:
		if (candidate(q)->command)
			return take_command(r);
		return take_frame(r, now_ns);
	case VIF_BAD:
		return take_bad(r);
	case VIF_INCOMPLETE:
		r->seen = pending;
		return STOP;
	default:
		return STOP;
	}
}

static void gather(struct round *r, uint64_t now_ns)
{
	struct vif_from_guest *q = r->q;

	q->batch->n = 0;
	q->batch->copies.n = 0;
	r->blocked = false;
	r->seen = 0;
	while (q->batch->n < VIF_BATCH && take(r, now_ns) == TAKEN)
		;
}

/* Slots from pos on become a frame of so many bytes. */
static void slots_done(struct round *r, uint32_t pos, uint32_t bytes)
{
	uint32_t room = r->to->bufs->objsize;

	r->got->packets++;
	r->got->bytes += bytes;
	r->q->packets++;
	r->q->bytes += bytes;
	for (; bytes > room; bytes -= room, pos = vif_slot_after(r->to, pos, 1)) {
		OS_WRITE_ONCE(r->to->slot[pos].len, room);
		OS_WRITE_ONCE(r->to->slot[pos].flags, NS_MOREFRAG);
	}
	OS_WRITE_ONCE(r->to->slot[pos].len, bytes);
	OS_WRITE_ONCE(r->to->slot[pos].flags, 0);
}

/* A frame before this one was lost: its slots are free, and are taken in exchange. */
static void slots_swap(const struct vif_slots *s, uint32_t a, uint32_t b, uint32_t n)
{
	for (; a != b && n; n--) {
		uint32_t idx = OS_READ_ONCE(s->slot[a].buf_idx);

		OS_WRITE_ONCE(s->slot[a].buf_idx, OS_READ_ONCE(s->slot[b].buf_idx));
		OS_WRITE_ONCE(s->slot[b].buf_idx, idx);
		a = vif_slot_after(s, a, 1);
		b = vif_slot_after(s, b, 1);
	}
}

static bool finish_direct(struct round *r, const struct vif_packet *p, uint32_t at)
{
	uint32_t slots = vif_slots_for(r->to, p->bytes);

	if (p->flags & VIF_TX_CSUM_BLANK && !vif_checksum(vif_slot_buf(r->to, at), p->bytes))
		return false;
	slots_swap(r->to, r->pos, at, slots);
	slots_done(r, r->pos, p->bytes);
	r->pos = vif_slot_after(r->to, r->pos, slots);
	return true;
}

static void put_linear(struct round *r, const uint8_t *frame, uint32_t bytes)
{
	uint32_t room = r->to->bufs->objsize, done, pos = r->pos;

	for (done = 0; done < bytes; done += room) {
		memcpy(vif_slot_buf(r->to, pos), frame + done,
		       bytes - done < room ? bytes - done : room);
		pos = vif_slot_after(r->to, pos, 1);
	}
	slots_done(r, r->pos, bytes);
	r->pos = pos;
}

/* Whole, unless the ring could never hold it: q->segments are made then, and the rest is to come.
 */
static bool put_segments(struct round *r, const struct vif_packet *p)
{
	struct vif_from_guest *q = r->q;
	uint32_t i = q->segments, space = r->space, n;
	struct nm_gso g;

	q->segments = 0;
	if (vif_segments_plan(&g, q->batch->staging, p->bytes, p->gso, p->mss,
			      r->to->bufs->objsize))
		return false;
	n = nm_gso_segments(&g);
	for (; i < n && space; i++, space--) {
		uint8_t *to = vif_slot_buf(r->to, r->pos);

		slots_done(r, r->pos, vif_segment_write(&g, i, q->batch->staging, to));
		r->pos = vif_slot_after(r->to, r->pos, 1);
	}
	if (i < n) {
		q->segments = i;
		q->segments_of = p->bytes;
	}
	return true;
}

static bool finish_staged(struct round *r, const struct vif_packet *p)
{
	if (p->gso)
		return put_segments(r, p);
	if (!vif_checksum(r->q->batch->staging, p->bytes))
		return false;
	put_linear(r, r->q->batch->staging, p->bytes);
	return true;
}

/* at is where the frames of this round began. */
static void finish(struct round *r, uint32_t at)
{
	struct vif_from_guest *q = r->q;
	unsigned i;

	for (i = 0; i < q->batch->n; i++) {
		struct vif_arrival *a = &q->batch->arrival[i];
		const struct vif_packet *p = &a->packet;
		bool frame = a->end > a->first, good = false;

		if (frame && vif_copies_done(&q->batch->copies, a->first, a->end))
			good = a->staged ? finish_staged(r, p) : finish_direct(r, p, at);
		if (frame && !a->staged)
			at = vif_slot_after(r->to, at, vif_slots_for(r->to, p->bytes));
		if (frame && !good) {
			a->status = VIF_ERROR;
			q->segments = 0;
		}
		if (q->segments) { /* it was alone, and is read again */
			q->ring.req_cons -= p->slots;
			break;
		}
		q->bad += a->status == VIF_ERROR;
		vif_packet_answer(&q->ring, p, a->status);
	}
	q->notify |= vif_ring_publish(&q->ring);
}

static bool one_round(struct round *r, uint64_t now_ns)
{
	uint32_t begin = r->pos, space = r->space;

	gather(r, now_ns);
	if (!r->q->batch->n)
		return false;
	if (r->q->batch->copies.n)
		vif_host_copy(r->q->batch->copies.op, r->q->batch->copies.n);
	r->pos = begin;
	r->space = space;
	finish(r, begin);
	r->space = space - nm_distance(begin, r->pos, r->to->n);
	return true;
}

/* Everything that waits, or fits. False: it was no end of what is of no use. */
static bool all_rounds(struct round *r, uint64_t now_ns)
{
	unsigned rounds = 0;

	while (!r->q->broken && rounds < ROUNDS_MAX && one_round(r, now_ns))
		rounds++;
	return rounds < ROUNDS_MAX;
}

uint32_t vif_from_guest(struct vif_from_guest *q, const struct vif_slots *to, uint32_t pos,
			uint32_t max, uint64_t now_ns, struct nm_rx_stats *got)
{
	struct round r = {.q = q, .to = to, .pos = pos, .space = max, .got = got};
	unsigned tries = 0;

	q->wait_ns = 0;
	q->batch->copies.domain = q->domain;
	do {
		if (!all_rounds(&r, now_ns) || tries++ == TRIES_MAX)
			q->wait_ns = PAUSE_NS;
	} while (!q->broken && !q->wait_ns && !r.blocked && !vif_ring_await(&q->ring, r.seen + 1));
	return r.pos;
}
