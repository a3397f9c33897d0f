/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "to_guest.h"

#define ETHER_BYTES 14

/* A frame in slots: read once, since a task may be rewriting them. */
struct frame {
	const uint8_t *piece[NETMAP_MAX_FRAGS];
	uint16_t len[NETMAP_MAX_FRAGS];
	unsigned n;
	uint32_t bytes;
	uint32_t end; /* the slot after it */
};

static void frame_read(const struct vif_slots *s, uint32_t from, uint32_t to, struct frame *f)
{
	uint32_t room = s->bufs->objsize;
	uint16_t flags;

	f->n = 0;
	f->bytes = 0;
	f->end = from;
	do {
		struct netmap_slot *slot = &s->slot[f->end];
		uint16_t len = OS_READ_ONCE(slot->len);

		flags = OS_READ_ONCE(slot->flags);
		if (flags & (NS_REPORT | NS_BUF_CHANGED))
			OS_WRITE_ONCE(slot->flags, flags & ~(NS_REPORT | NS_BUF_CHANGED));
		f->piece[f->n] = vif_slot_buf(s, f->end);
		f->len[f->n] = len < room ? len : room;
		f->bytes += f->len[f->n++];
		f->end = vif_slot_after(s, f->end, 1);
	} while (flags & NS_MOREFRAG && f->end != to && f->n < NETMAP_MAX_FRAGS);
}

static uint32_t pages_for(const struct frame *f)
{
	return (f->bytes + VIF_PAGE_BYTES - 1) / VIF_PAGE_BYTES;
}

/* May the guest have it at all? */
static bool acceptable(const struct vif_to_guest *q, const struct frame *f)
{
	if (f->len[0] < ETHER_BYTES || f->bytes > VIF_FRAME_MAX)
		return false;
	if (f->bytes > VIF_PAGE_BYTES && !q->scatters)
		return false;
	return vif_filter_passes(q->filter, f->piece[0]);
}

/* So many bytes of the frame, from where piece and offset point to, into one page. */
static void plan_page(struct vif_to_guest *q, const struct frame *f, unsigned *piece,
		      uint32_t *offset, uint32_t gref, uint32_t bytes)
{
	uint32_t at = 0;

	while (at < bytes) {
		uint32_t left = f->len[*piece] - *offset;
		uint32_t n = left < bytes - at ? left : bytes - at;

		vif_copies_to(&q->batch->copies, f->piece[*piece] + *offset, gref, at, n);
		at += n;
		*offset += n;
		if (*offset == f->len[*piece]) {
			++*piece;
			*offset = 0;
		}
	}
}

static void plan(struct vif_to_guest *q, const struct frame *f)
{
	uint32_t left = f->bytes, offset = 0;
	struct vif_rx_request request;
	unsigned piece = 0;

	while (left) {
		uint32_t bytes = left < VIF_PAGE_BYTES ? left : VIF_PAGE_BYTES;
		struct vif_delivery *d = &q->batch->delivery[q->batch->n++];

		vif_ring_look(&q->ring, 0, &request);
		q->ring.req_cons++;
		left -= bytes;
		d->id = request.id;
		d->bytes = bytes;
		d->flags = left ? VIF_RX_MORE : 0;
		d->first = q->batch->copies.n;
		plan_page(q, f, &piece, &offset, request.gref, bytes);
		d->end = q->batch->copies.n;
	}
}

static void flush(struct vif_to_guest *q)
{
	unsigned i;

	if (!q->batch->n)
		return;
	vif_host_copy(q->batch->copies.op, q->batch->copies.n);
	for (i = 0; i < q->batch->n; i++) {
		const struct vif_delivery *d = &q->batch->delivery[i];
		bool good = vif_copies_done(&q->batch->copies, d->first, d->end);
		struct vif_rx_response response = {
			.id = d->id,
			.flags = d->flags,
			.status = good ? d->bytes : VIF_ERROR,
		};

		q->dropped += !good;
		vif_ring_respond(&q->ring, &response, sizeof(response));
	}
	q->notify |= vif_ring_publish(&q->ring);
	q->batch->n = 0;
	q->batch->copies.n = 0;
}

static bool fits(const struct vif_to_guest *q, const struct frame *f)
{
	uint32_t pages = pages_for(f);

	return q->batch->n + pages <= VIF_RING_ENTRIES &&
	       vif_copies_fit(&q->batch->copies, f->n + pages, f->bytes);
}

/* Are there pages for the frame? If not, the guest is asked to tell. */
static bool offered(struct vif_to_guest *q, uint32_t pages)
{
	uint32_t pending;

	if (vif_ring_pending(&q->ring, &pending)) {
		q->broken = "more offers than its ring holds";
		return false;
	}
	return pending >= pages || !vif_ring_await(&q->ring, pages);
}

static void count(struct vif_to_guest *q, const struct frame *f, struct nm_tx_stats *sent)
{
	sent->packets++;
	sent->bytes += f->bytes;
	q->packets++;
	q->bytes += f->bytes;
}

uint32_t vif_to_guest(struct vif_to_guest *q, const struct vif_slots *s, uint32_t from, uint32_t to,
		      struct nm_tx_stats *sent)
{
	struct frame f;

	q->starved = false;
	q->batch->n = q->batch->copies.n = 0;
	q->batch->copies.domain = q->domain;
	for (; from != to && !q->broken; from = f.end) {
		frame_read(s, from, to, &f);
		if (!acceptable(q, &f)) {
			q->dropped++;
			continue;
		}
		if (!fits(q, &f))
			flush(q);
		if (!offered(q, pages_for(&f))) {
			q->starved = !q->broken;
			break;
		}
		plan(q, &f);
		count(q, &f, sent);
	}
	flush(q);
	return q->broken ? to : from;
}
