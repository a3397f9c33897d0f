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
	uint8_t *to = q->staging;
	unsigned i;

	for (i = 0; i < p->nfrags; i++) {
		vif_copies_from(&q->copies, p->frag[i].gref, p->frag[i].offset, to,
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

			vif_copies_from(&r->q->copies, f.gref, f.offset,
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
	struct vif_arrival *a = &q->batch[q->n++];

	q->ring.req_cons += a->packet.slots;
	a->first = a->end = q->copies.n;
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

static enum fate take_frame(struct round *r, uint64_t now_ns)
{
	struct vif_from_guest *q = r->q;
	const struct vif_packet *p = &q->batch[q->n].packet;
	uint32_t slots = slots_wanted(r, p);
	bool staged = wants_staging(r, p);
	struct vif_arrival *a;

	if (slots >= r->to->n)
		return take_bad(r);
	if (staged && q->n)
		return STOP;
	if (!vif_copies_fit(&q->copies, p->nfrags + (staged ? 0 : slots), p->bytes))
		return q->n ? STOP : take_bad(r);
	r->blocked =
		slots > r->space || !vif_credit_take(&q->credit, now_ns, p->bytes, &q->wait_ns);
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
	a->end = q->copies.n;
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
	switch (vif_packet_read(&q->ring, pending, &q->batch[q->n].packet, &q->broken)) {
	case VIF_GOOD:
		if (q->batch[q->n].packet.command)
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

	q->n = 0;
	q->copies.n = 0;
	r->blocked = false;
	r->seen = 0;
	while (q->n < VIF_BATCH && take(r, now_ns) == TAKEN)
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

static bool put_segments(struct round *r, const struct vif_packet *p)
{
	struct nm_gso g;
	uint32_t i;

	if (vif_segments_plan(&g, r->q->staging, p->bytes, p->gso, p->mss, r->to->bufs->objsize) ||
	    nm_gso_segments(&g) > r->space)
		return false;
	for (i = 0; i < nm_gso_segments(&g); i++) {
		uint8_t *to = vif_slot_buf(r->to, r->pos);

		slots_done(r, r->pos, vif_segment_write(&g, i, r->q->staging, to));
		r->pos = vif_slot_after(r->to, r->pos, 1);
	}
	return true;
}

static bool finish_staged(struct round *r, const struct vif_packet *p)
{
	if (p->gso)
		return put_segments(r, p);
	if (!vif_checksum(r->q->staging, p->bytes))
		return false;
	put_linear(r, r->q->staging, p->bytes);
	return true;
}

/* at is where the frames of this round began. */
static void finish(struct round *r, uint32_t at)
{
	struct vif_from_guest *q = r->q;
	unsigned i;

	for (i = 0; i < q->n; i++) {
		struct vif_arrival *a = &q->batch[i];
		const struct vif_packet *p = &a->packet;
		bool frame = a->end > a->first, good = false;

		if (frame && vif_copies_done(&q->copies, a->first, a->end))
			good = a->staged ? finish_staged(r, p) : finish_direct(r, p, at);
		if (frame && !a->staged)
			at = vif_slot_after(r->to, at, vif_slots_for(r->to, p->bytes));
		if (frame && !good)
			a->status = VIF_ERROR;
		q->bad += a->status == VIF_ERROR;
		vif_packet_answer(&q->ring, p, a->status);
	}
	q->notify |= vif_ring_publish(&q->ring);
}

static bool one_round(struct round *r, uint64_t now_ns)
{
	uint32_t begin = r->pos, space = r->space;

	gather(r, now_ns);
	if (!r->q->n)
		return false;
	if (r->q->copies.n)
		vif_host_copy(r->q->copies.op, r->q->copies.n);
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
	do {
		if (!all_rounds(&r, now_ns) || tries++ == TRIES_MAX)
			q->wait_ns = PAUSE_NS;
	} while (!q->broken && !q->wait_ns && !r.blocked && !vif_ring_await(&q->ring, r.seen + 1));
	return r.pos;
}
