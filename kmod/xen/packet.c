/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "packet.h"

#define ETHER_BYTES 14

/* What is being read. */
struct reader {
	const struct vif_ring *ring;
	uint32_t pending;
	uint32_t at; /* entries read */
	const char *why;
};

static enum vif_verdict broken(struct reader *r, const char *why)
{
	r->why = why;
	return VIF_BROKEN;
}

static bool next(struct reader *r, void *entry)
{
	if (r->at == r->pending)
		return false;
	vif_ring_look(r->ring, r->at++, entry);
	return true;
}

static enum vif_verdict read_gso(struct reader *r, struct vif_packet *p, const struct vif_extra *x)
{
	if (x->gso.type != VIF_GSO_TCPV4 && x->gso.type != VIF_GSO_TCPV6)
		return broken(r, "segmentation of a type that was not offered");
	if (!x->gso.mss)
		return broken(r, "segments of no bytes");
	p->gso = x->gso.type;
	p->mss = x->gso.mss;
	return VIF_GOOD;
}

static enum vif_verdict read_extra(struct reader *r, struct vif_packet *p,
				   const struct vif_extra *x)
{
	switch (x->type) {
	case VIF_EXTRA_GSO:
		return read_gso(r, p, x);
	case VIF_EXTRA_MCAST_ADD:
	case VIF_EXTRA_MCAST_DEL:
		p->command = x->type;
		memcpy(p->mac, x->mac, sizeof(p->mac));
		return VIF_GOOD;
	case VIF_EXTRA_HASH: /* a hint */
		return VIF_GOOD;
	default:
		return broken(r, "an extra of unknown type");
	}
}

static enum vif_verdict read_extras(struct reader *r, struct vif_packet *p)
{
	enum vif_verdict verdict;
	struct vif_extra x;

	do {
		if (p->nextras == VIF_EXTRAS_MAX)
			return broken(r, "too many extras");
		if (!next(r, &x))
			return VIF_INCOMPLETE;
		p->nextras++;
		verdict = read_extra(r, p, &x);
		if (verdict != VIF_GOOD)
			return verdict;
	} while (x.flags & VIF_EXTRA_MORE);
	return VIF_GOOD;
}

static void add_frag(struct vif_packet *p, const struct vif_tx_request *request)
{
	p->id[p->nfrags] = request->id;
	p->frag[p->nfrags++] = (struct vif_frag){request->gref, request->offset, request->bytes};
}

static enum vif_verdict read_rest(struct reader *r, struct vif_packet *p)
{
	struct vif_tx_request request;

	do {
		if (p->nfrags == VIF_SLOTS_MAX)
			return broken(r, "a frame of too many fragments");
		if (!next(r, &request))
			return VIF_INCOMPLETE;
		add_frag(p, &request);
	} while (request.flags & VIF_TX_MORE);
	return VIF_GOOD;
}

/* The first request tells the length of all; what the others do not have is in the first. */
static enum vif_verdict check_lengths(struct reader *r, struct vif_packet *p)
{
	uint32_t rest = 0, i;

	for (i = 1; i < p->nfrags; i++) {
		if (!p->frag[i].bytes)
			return VIF_BAD;
		rest += p->frag[i].bytes;
	}
	if (p->bytes < ETHER_BYTES || rest >= p->bytes)
		return VIF_BAD;
	p->frag[0].bytes = p->bytes - rest;
	for (i = 0; i < p->nfrags; i++)
		if ((uint32_t)p->frag[i].offset + p->frag[i].bytes > VIF_PAGE_BYTES)
			return broken(r, "a fragment that crosses the end of its page");
	return VIF_GOOD;
}

static enum vif_verdict read_all(struct reader *r, struct vif_packet *p)
{
	enum vif_verdict verdict = VIF_GOOD;
	struct vif_tx_request first;

	if (!next(r, &first))
		return VIF_INCOMPLETE;
	p->bytes = first.bytes;
	p->flags = first.flags;
	add_frag(p, &first);
	if (first.flags & VIF_TX_EXTRA)
		verdict = read_extras(r, p);
	if (verdict == VIF_GOOD && first.flags & VIF_TX_MORE)
		verdict = read_rest(r, p);
	p->slots = r->at;
	if (verdict != VIF_GOOD || p->command)
		return verdict;
	return check_lengths(r, p);
}

enum vif_verdict vif_packet_read(const struct vif_ring *ring, uint32_t pending,
				 struct vif_packet *p, const char **why)
{
	struct reader r = {.ring = ring, .pending = pending};
	enum vif_verdict verdict;

	p->nextras = 0;
	p->nfrags = 0;
	p->gso = 0;
	p->command = 0;
	verdict = read_all(&r, p);
	*why = r.why;
	return verdict;
}

void vif_packet_answer(struct vif_ring *ring, const struct vif_packet *p, int16_t status)
{
	struct vif_tx_response response = {.status = status};
	const struct vif_tx_response null = {.status = VIF_NULL};
	uint32_t i, x;

	for (i = 0; i < p->nfrags; i++) {
		response.id = p->id[i];
		vif_ring_respond(ring, &response, sizeof(response));
		for (x = 0; !i && x < p->nextras; x++)
			vif_ring_respond(ring, &null, sizeof(null));
	}
}
