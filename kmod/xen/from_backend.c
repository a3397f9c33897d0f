/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "from_backend.h"

#define ETHER_BYTES 14
#define PLACE_MASK  (VIF_RING_ENTRIES - 1)

static void offer(struct vif_from_backend *q)
{
	uint16_t place = q->ring.req_prod & PLACE_MASK;
	const struct vif_rx_request request = {.id = place, .gref = q->gref[place]};

	vif_backring_put(&q->ring, &request);
}

void vif_from_backend_init(struct vif_from_backend *q, void *page, const uint32_t *gref)
{
	memset(q, 0, sizeof(*q));
	vif_backring_init(&q->ring, page, sizeof(struct vif_rx_request));
	q->gref = gref;
	q->wanted = 1;
	while (vif_backring_room(&q->ring))
		offer(q);
}

/* What is being read. What is wrong with a frame does not keep the rest of it from being read. */
struct reader {
	struct vif_from_backend *q;
	struct vif_in_frame *f;
	uint32_t pending;
	bool bad;
};

static enum vif_verdict broken(struct reader *r, const char *why)
{
	r->q->broken = why;
	return VIF_BROKEN;
}

static enum vif_verdict next(struct reader *r, void *entry)
{
	if (r->f->slots == r->pending)
		return VIF_INCOMPLETE;
	vif_backring_look(&r->q->ring, r->f->slots++, entry);
	return VIF_GOOD;
}

static void take_gso(struct reader *r, const struct vif_extra *x)
{
	if ((x->gso.type != VIF_GSO_TCPV4 && x->gso.type != VIF_GSO_TCPV6) || !x->gso.mss)
		r->bad = true;
	r->f->gso = x->gso.type;
	r->f->mss = x->gso.mss;
}

static enum vif_verdict read_extras(struct reader *r)
{
	/* An entry of this ring is shorter than an extra can be. */
	struct vif_extra x = {0};
	enum vif_verdict verdict;
	unsigned n = 0;

	do {
		if (n++ == VIF_EXTRAS_MAX)
			return broken(r, "too many extras");
		verdict = next(r, &x);
		if (verdict != VIF_GOOD)
			return verdict;
		if (x.type == VIF_EXTRA_GSO)
			take_gso(r, &x);
		else if (x.type != VIF_EXTRA_HASH)
			return broken(r, "an extra that was not asked for");
	} while (x.flags & VIF_EXTRA_MORE);
	return VIF_GOOD;
}

static void add_piece(struct reader *r, uint16_t place, const struct vif_rx_response *response)
{
	struct vif_in_frame *f = r->f;

	if (response->status < 0 || response->offset + response->status > VIF_PAGE_BYTES) {
		r->bad = true;
		return;
	}
	f->piece[f->npieces++] = (struct vif_in_piece){
		.page = place,
		.offset = response->offset,
		.bytes = response->status,
	};
	f->bytes += response->status;
}

/* A response is in the place of the request that it answers. */
static enum vif_verdict read_piece(struct reader *r, struct vif_rx_response *response)
{
	uint16_t place = (r->q->ring.rsp_cons + r->f->slots) & PLACE_MASK;
	enum vif_verdict verdict = next(r, response);

	if (verdict != VIF_GOOD)
		return verdict;
	if (response->id != place)
		return broken(r, "an answer in another place than what it answers");
	add_piece(r, place, response);
	return VIF_GOOD;
}

static enum vif_verdict read_all(struct reader *r)
{
	struct vif_rx_response response = {0};
	enum vif_verdict verdict = read_piece(r, &response);
	unsigned n;

	r->f->flags = response.flags;
	if (verdict == VIF_GOOD && response.flags & VIF_RX_EXTRA)
		verdict = read_extras(r);
	for (n = 1; verdict == VIF_GOOD && response.flags & VIF_RX_MORE; n++) {
		if (n == VIF_SLOTS_MAX)
			return broken(r, "a frame of too many pieces");
		verdict = read_piece(r, &response);
	}
	if (r->f->bytes < ETHER_BYTES || r->f->bytes > VIF_FRAME_MAX)
		r->bad = true;
	return verdict == VIF_GOOD && r->bad ? VIF_BAD : verdict;
}

enum vif_verdict vif_from_backend_read(struct vif_from_backend *q, struct vif_in_frame *f)
{
	struct reader r = {.q = q, .f = f};
	enum vif_verdict verdict;

	if (q->broken)
		return VIF_BROKEN;
	if (vif_backring_pending(&q->ring, &r.pending))
		return broken(&r, "more answers than there were offers");
	f->slots = f->npieces = f->gso = 0;
	f->bytes = 0;
	verdict = read_all(&r);
	q->wanted = verdict == VIF_INCOMPLETE ? r.pending + 1 : 1;
	return verdict;
}

void vif_from_backend_take(struct vif_from_backend *q, const struct vif_in_frame *f)
{
	uint16_t i;

	q->ring.rsp_cons += f->slots;
	for (i = 0; i < f->slots; i++)
		offer(q);
}

void vif_from_backend_publish(struct vif_from_backend *q)
{
	q->notify |= vif_backring_publish(&q->ring);
}

bool vif_from_backend_await(struct vif_from_backend *q)
{
	return vif_backring_await(&q->ring, q->wanted);
}
