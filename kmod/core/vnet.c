/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Delivery between ports whose virtio-net headers differ in length, a packet at a time: the header
 * is made, cut or taken away, and what it asks of hardware is done here. Source: vale-switch
 * section 8.
 */
#include "checksum.h"
#include "deliver.h"
#include "port.h"
#include "segment.h"

#define MFS		1514 /* largest frame of a port without such headers */
#define F_NEEDS_CSUM	1
#define F_DATA_VALID	2
#define UDP_CSUM_OFFSET 6

/* Both forms; the longer one goes on with two bytes that we neither read nor make. */
struct vnet_hdr {
	uint8_t flags;
	uint8_t gso_type;
	uint16_t hdr_len;
	uint16_t gso_size;
	uint16_t csum_start;
	uint16_t csum_offset;
};

/* A packet in transit, and what is left of it. */
struct packet {
	struct vnet_hdr hdr;
	const struct nm_piece *piece;
	uint32_t from;	/* the next byte in it */
	uint32_t frags; /* pieces left */
	uint32_t bytes; /* of the frame */
};

/* All packets from one batch to one ring. */
struct transit {
	struct nm_ring *ring;
	uint32_t src_hdr, dst_hdr; /* bytes */
	struct nm_rx_stats done;   /* of the packet at hand */
	uint32_t lost;		   /* packets for which there was no room */
	uint32_t bad;		   /* that made no sense */
	uint32_t segments;	   /* more than packets */
	bool published;
};

static uint32_t none_fits(void *arg, uint32_t room)
{
	return 0;
}

/* Room for all of a packet, or it and all that follow are lost. */
static bool reserve(struct transit *t, struct nm_lease *lease, uint32_t slots)
{
	const struct nm_port_ops *ops = t->ring->port->ops;

	t->done = (struct nm_rx_stats){0};
	if (ops->make_room)
		ops->make_room(t->ring, slots);
	return slots < t->ring->slots && nm_lease_take(t->ring, lease, slots, none_fits, NULL);
}

static void publish(struct transit *t, const struct nm_lease *lease)
{
	t->published |= nm_lease_finish(t->ring, lease, &t->done);
}

static struct netmap_slot *slot_at(const struct transit *t, const struct nm_lease *lease,
				   uint32_t i)
{
	uint32_t pos = lease->first + i, n = t->ring->slots;

	return &t->ring->shared->slot[pos < n ? pos : pos - n];
}

static bool gso_known(uint8_t type)
{
	bool ecn = type & NM_GSO_ECN;

	type &= ~NM_GSO_ECN;
	return type == NM_GSO_TCPV4 || type == NM_GSO_TCPV6 ||
	       (!ecn && (type == NM_GSO_NONE || type == NM_GSO_UDP));
}

/* The header, read once, and where the frame begins. False: there is none, or nobody knows it. */
static bool packet_begin(struct packet *p, const struct transit *t, const struct nm_piece *first)
{
	uint32_t i;

	p->piece = first;
	p->frags = first->frags;
	p->from = t->src_hdr;
	p->bytes = 0;
	for (i = 0; i < p->frags; i++)
		p->bytes += first[i].len;
	memset(&p->hdr, 0, sizeof(p->hdr));
	if (!t->src_hdr)
		return true;
	if (first->len < t->src_hdr || nm_piece_copy(&p->hdr, first, 0, sizeof(p->hdr)))
		return false;
	p->bytes -= t->src_hdr;
	if (t->dst_hdr)
		return true;
	if (first->len == t->src_hdr) {
		p->piece++;
		p->frags--;
		p->from = 0;
	}
	return p->frags && gso_known(p->hdr.gso_type) &&
	       !(p->hdr.flags & ~(F_NEEDS_CSUM | F_DATA_VALID));
}

/* The next bytes of a packet, which has as many. 0 or -EFAULT. */
static int packet_read(struct packet *p, uint8_t *dst, uint32_t bytes)
{
	while (bytes) {
		uint32_t n = p->piece->len - p->from;

		if (n > bytes)
			n = bytes;
		if (nm_piece_copy(dst, p->piece, p->from, n))
			return -EFAULT;
		dst += n;
		bytes -= n;
		p->from += n;
		if (p->from == p->piece->len && p->frags > 1) {
			p->piece++;
			p->frags--;
			p->from = 0;
		}
	}
	return 0;
}

/* A checksum that is made while the packet is copied. */
struct summing {
	struct nm_csum csum;
	uint8_t *field; /* NULL: none is asked for */
	uint32_t skip;	/* bytes before those that count */
};

static bool wants_csum(const struct transit *t, const struct packet *p)
{
	uint32_t end = p->hdr.csum_start + p->hdr.csum_offset + sizeof(uint16_t);

	if (t->dst_hdr || !(p->hdr.flags & F_NEEDS_CSUM))
		return false;
	if (end <= p->piece->len - p->from)
		return true;
	os_log_limited(OS_LOG_ERR,
		       "%s: a checksum is wanted at byte %u, beyond the first fragment's %u",
		       t->ring->port->name, end - 2, p->piece->len - p->from);
	return false;
}

static void sum_up(struct summing *s, const uint8_t *data, uint32_t bytes)
{
	uint32_t skip = s->skip < bytes ? s->skip : bytes;

	s->skip -= skip;
	nm_csum_add(&s->csum, data + skip, bytes - skip);
}

static void store_csum(const struct summing *s, const struct vnet_hdr *hdr)
{
	uint16_t csum = nm_csum_fold(&s->csum);

	if (!csum && hdr->csum_offset == UDP_CSUM_OFFSET) /* zero says that there is none */
		csum = 0xffff;
	memcpy(s->field, &csum, sizeof(csum));
}

/*
 * One fragment into one slot, behind the receiver's header in the first. The bytes delivered, or a
 * negative value and an empty slot.
 */
static int put_fragment(const struct transit *t, const struct packet *p, uint32_t i,
			struct netmap_slot *slot, struct summing *s)
{
	uint32_t hdr = i ? 0 : t->dst_hdr, from = i ? 0 : p->from;
	const struct nm_piece *piece = &p->piece[i];
	uint32_t bytes = piece->len - from, room;
	uint8_t *dst = nm_slot_place(t->ring, slot, &room);
	uint16_t flags = p->frags << NS_PORT_SHIFT | (i + 1 < p->frags ? NS_MOREFRAG : 0);

	if (hdr + bytes > room || nm_piece_copy(dst + hdr, piece, from, bytes)) {
		nm_slot_write(slot, 0, flags);
		return -EFAULT;
	}
	if (hdr) {
		memset(dst, 0, hdr);
		memcpy(dst, &p->hdr, sizeof(p->hdr));
	}
	if (s) {
		if (!i)
			s->field = dst + p->hdr.csum_start + p->hdr.csum_offset;
		sum_up(s, dst, bytes);
	}
	nm_slot_write(slot, hdr + bytes, flags);
	return hdr + bytes;
}

/* Slot for slot, as the sender has them. False: no room. */
static bool pass_on(struct transit *t, const struct packet *p)
{
	struct summing sums = {.skip = p->hdr.csum_start};
	struct summing *s = wants_csum(t, p) ? &sums : NULL;
	struct nm_lease lease;
	uint32_t i, bytes = 0;
	bool bad = false;

	if (!reserve(t, &lease, p->frags))
		return false;
	for (i = 0; i < p->frags; i++) {
		int n = put_fragment(t, p, i, slot_at(t, &lease, i), s);

		bad |= n < 0;
		bytes += n < 0 ? 0 : n;
	}
	if (s && !bad)
		store_csum(s, &p->hdr);
	t->done.packets = !bad;
	t->done.bad_slot = bad;
	t->done.bytes = bad ? 0 : bytes;
	publish(t, &lease);
	return true;
}

static void put_segment(struct transit *t, const struct nm_gso *g, uint32_t index, struct packet *p,
			struct netmap_slot *slot)
{
	uint32_t bytes = nm_gso_bytes(g, index), room;
	uint8_t *dst = nm_slot_place(t->ring, slot, &room);
	uint8_t hdr[NM_SEG_HDR_MAX];

	if (g->hdr_bytes + bytes > room || packet_read(p, dst + g->hdr_bytes, bytes)) {
		nm_slot_write(slot, 0, 1 << NS_PORT_SHIFT);
		t->done.bad_slot++;
		return;
	}
	nm_gso_headers(g, index, dst + g->hdr_bytes, hdr);
	memcpy(dst, hdr, g->hdr_bytes);
	nm_slot_write(slot, g->hdr_bytes + bytes, 1 << NS_PORT_SHIFT);
	t->done.packets++;
	t->done.bytes += g->hdr_bytes + bytes;
}

/* All of a large packet in frames of its own, or none of it. False: no room. */
static bool segment(struct transit *t, struct packet *p)
{
	uint32_t first = p->piece->len - p->from;
	uint32_t bytes = first < NM_SEG_HDR_MAX ? first : NM_SEG_HDR_MAX, n, i;
	struct nm_lease lease;
	struct nm_gso g;

	if (nm_piece_copy(g.hdr, p->piece, p->from, bytes) ||
	    nm_gso_parse(&g, bytes, p->bytes, p->hdr.gso_type, MFS)) {
		t->bad++;
		return true;
	}
	n = nm_gso_segments(&g);
	if (!reserve(t, &lease, n))
		return false;
	p->from += g.hdr_bytes;
	for (i = 0; i < n; i++)
		put_segment(t, &g, i, p, slot_at(t, &lease, i));
	t->segments += n - 1;
	publish(t, &lease);
	return true;
}

/* Once a packet found no room, those behind it find none either: order is kept. */
static void transfer(struct transit *t, const struct nm_piece *first)
{
	struct packet p;

	if (t->lost)
		t->lost++;
	else if (!packet_begin(&p, t, first))
		t->bad++;
	else if (!(!t->dst_hdr && p.hdr.gso_type ? segment(t, &p) : pass_on(t, &p)))
		t->lost++;
}

static void count_bad(struct transit *t)
{
	os_spin_lock(&t->ring->lock);
	t->ring->rx_stats.bad_slot += t->bad;
	os_spin_unlock(&t->ring->lock);
}

void nm_vnet_deliver(struct nm_ring *src, struct nm_ring *ring, struct nm_order *o)
{
	struct transit t = {
		.ring = ring,
		.src_hdr = src->port->hdr_bytes,
		.dst_hdr = ring->port->hdr_bytes,
	};
	const struct nm_piece *pieces;
	const struct nm_run *run;
	uint32_t i;

	while ((run = nm_order_next(o, &pieces)) != NULL)
		for (i = 0; i < run->slots; i += pieces[i].frags)
			transfer(&t, &pieces[i]);
	src->tx_stats.copies += t.segments;
	if (t.bad)
		count_bad(&t);
	if (t.lost)
		nm_count_full(src->work, ring, t.lost);
	src->work->arrived |= t.published;
	if (t.published)
		nm_announce(src->work, ring);
}
