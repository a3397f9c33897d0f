/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "forward.h"

/*
 * Index, length and flags of a slot in one load, so that the owner cannot change one between two
 * looks.
 */
union slot_word {
	uint64_t word;
	struct {
		uint32_t buf_idx;
		uint16_t len;
		uint16_t flags;
	};
};

typedef uint64_t __attribute__((may_alias)) slot_load;

static inline union slot_word slot_read(const struct netmap_slot *slot)
{
	union slot_word w;

	w.word = *(const volatile slot_load *)slot;
	return w;
}

static void piece_indirect(struct nm_piece *p, const struct netmap_slot *slot,
			   const struct nm_pool *bufs)
{
	uint64_t ptr = OS_READ_ONCE(slot->ptr);

	p->buf = (void *)(unsigned long)ptr;
	if (ptr)
		return;
	p->buf = bufs->blocks[0];
	p->len = 0;
	p->flags &= ~NS_INDIRECT;
}

static void piece_shift(struct nm_piece *p, const struct netmap_slot *slot,
			const struct nm_ring *src)
{
	uint32_t offset = nm_slot_offset(src, slot);

	if (p->flags & NS_INDIRECT)
		return;
	if (p->len > src->bufs->objsize - offset)
		p->len = 0;
	p->buf = (char *)p->buf + offset;
	p->flags |= NM_PIECE_EXACT;
}

/*
 * Reads a slot; returns its flags. An unusable length makes an empty fragment. shifted: the ring,
 * when it uses offsets.
 */
static inline uint16_t piece_read(struct nm_piece *p, struct netmap_slot *slot,
				  const struct nm_pool *bufs, const struct nm_ring *shifted)
{
	union slot_word w = slot_read(slot);

	p->len = likely(w.len <= bufs->objsize) ? w.len : 0;
	p->flags = w.flags;
	if (unlikely(w.flags & NS_INDIRECT)) {
		piece_indirect(p, slot, bufs);
	} else {
		p->buf = nm_buf_or_sink(bufs, w.buf_idx);
		os_prefetch(p->buf);
	}
	if (shifted)
		piece_shift(p, slot, shifted);
	if (unlikely(w.flags & NS_BUF_CHANGED))
		OS_WRITE_ONCE(slot->flags, w.flags & ~NS_BUF_CHANGED);
	return w.flags;
}

/*
 * Slots of a packet's first fragments have the count of all in their flags, and NS_MOREFRAG but
 * for the last.
 */
static void mark_fragments(struct nm_piece *first, unsigned frags)
{
	uint16_t count = frags << NS_PORT_SHIFT;
	unsigned i;

	for (i = 0; i < frags; i++)
		first[i].rx_flags = count | NS_MOREFRAG;
	first[frags - 1].rx_flags = count;
	first->frags = frags;
}

/*
 * A packet of several fragments, of which the first was read. Returns how many, or 0: too many,
 * dropped.
 */
static unsigned gather_rest(struct nm_ring *src, struct nm_piece *first, uint32_t *pos,
			    const struct nm_ring *shifted)
{
	struct netmap_slot *slots = src->shared->slot;
	struct nm_piece excess;
	unsigned frags = 1;
	uint16_t flags;

	do {
		struct nm_piece *p = frags < NETMAP_MAX_FRAGS ? &first[frags] : &excess;

		flags = piece_read(p, &slots[*pos], src->bufs, shifted);
		*pos = nm_next(*pos, src->slots);
		frags++;
	} while ((flags & NS_MOREFRAG) && *pos != src->head);
	if (frags <= NETMAP_MAX_FRAGS) {
		mark_fragments(first, frags);
		return frags;
	}
	src->tx_stats.packets++;
	src->tx_stats.bad_slot++;
	return 0;
}

/*
 * Whole packets from pos on, until the batch is full. A packet that head cuts short ends there.
 * Inlined once for rings with offsets and once for those without.
 */
static inline __attribute__((always_inline)) uint32_t gather(struct nm_ring *src, struct nm_work *w,
							     uint32_t pos, unsigned limit,
							     const struct nm_ring *shifted)
{
	struct netmap_slot *slots = src->shared->slot;
	const struct nm_pool bufs = *src->bufs; /* a copy: no store can alias it */
	uint32_t n = src->slots, head = src->head, npieces = 0;

	w->multi = false;
	while (pos != head && npieces < limit) {
		struct nm_piece *p = &w->pieces[npieces];
		uint16_t flags = piece_read(p, &slots[pos], &bufs, shifted);

		pos = nm_next(pos, n);
		if (unlikely((flags & NS_MOREFRAG) && pos != head)) {
			npieces += gather_rest(src, p, &pos, shifted);
			w->multi = true;
			continue;
		}
		p->rx_flags = 1 << NS_PORT_SHIFT;
		p->frags = 1;
		p->spare = 0;
		npieces++;
	}
	w->npieces = npieces;
	return pos;
}

static uint16_t queue_new(struct nm_work *w, uint8_t port, uint8_t ring)
{
	uint16_t id = w->nqueues++;
	struct nm_queue *q = &w->queues[id];

	q->port = port;
	q->ring = ring;
	q->tail = 0;
	q->slots = 0;
	q->packets = 0;
	q->sibling = w->port_queue[port];
	w->port_queue[port] = id;
	return id;
}

static uint16_t queue_of(struct nm_work *w, uint8_t port, uint8_t ring)
{
	uint16_t id = w->port_queue[port];

	while (id && w->queues[id].ring != ring)
		id = w->queues[id].sibling;
	return id ? id : queue_new(w, port, ring);
}

/* Adds a run to the end of its queue. */
static void enqueue(struct nm_work *w, uint16_t id, const struct nm_run *run)
{
	struct nm_queue *q = &w->queues[id];
	uint16_t fresh = w->nruns++;

	if (q->packets)
		w->runs[q->tail].next = fresh;
	else
		q->head = fresh;
	q->tail = fresh;
	q->slots += run->slots;
	q->packets += run->packets;
	w->runs[fresh] = *run;
}

/*
 * Where the addresses are: the piece that holds them and the bytes before them. NULL when they are
 * nowhere.
 */
static inline const struct nm_piece *ether_piece(const struct nm_piece *p, uint32_t *offset)
{
	uint32_t hdr = *offset;

	if (unlikely(hdr && p->len == hdr && p->frags > 1)) {
		p++;
		*offset = hdr = 0;
	}
	return likely(p->len >= hdr + NM_ETHER_BYTES) ? p : NULL;
}

static inline int macs_read(struct nm_macs *macs, const struct nm_piece *p, uint32_t offset)
{
	if (unlikely(p->flags & NS_INDIRECT))
		return os_copy_from_user(macs, (void __user *)((char *)p->buf + offset),
					 sizeof(*macs));
	__builtin_memcpy(macs, (char *)p->buf + offset, sizeof(*macs));
	return 0;
}

/* A batch as the classifier sees it. */
struct route {
	const struct nm_vale *vale;
	const struct nm_members *members;
	struct nm_ring *src;
	struct nm_work *work;
	uint16_t queue;	     /* where packets with these addresses go, NO_QUEUE: ask */
	struct nm_macs macs; /* of the packet before */
};

#define NO_QUEUE 0xffffU

/* The queue for a decision, or NO_QUEUE and the cause counted. */
static uint16_t queue_for(struct route *r, uint32_t port, uint32_t ring)
{
	struct nm_tx_stats *stats = &r->src->tx_stats;
	struct nm_port *dst;

	if (port == NM_VALE_FLOOD) {
		if (r->members->n > 1)
			return NM_QUEUE_FLOOD;
		stats->no_dest++;
		return NO_QUEUE;
	}
	if (port > NM_VALE_FLOOD) {
		stats->lookup++;
		return NO_QUEUE;
	}
	dst = r->members->ports[port];
	if (!dst || dst == r->src->port) {
		stats->no_dest++;
		return NO_QUEUE;
	}
	return queue_of(r->work, port, ring % NM_VALE_RINGS % dst->nrings[NM_RX]);
}

static uint16_t route_by_module(struct route *r, const struct nm_piece *first,
				const struct nm_piece *p, uint32_t offset)
{
	const struct nm_lookup_ops *ops = r->vale->ops;
	uint8_t ring = r->src->id;
	struct nm_bdg_fwd ft = {
		.ft_buf = p->buf,
		.ft_frags = first->frags,
		.ft_offset = offset,
		.ft_flags = p->flags,
		.ft_len = p->len,
	};
	uint32_t port = ops->lookup(&ft, &ring, r->src->port, r->vale->private_data);

	return queue_for(r, port, ring); /* only now: lookup may have changed the ring */
}

static uint16_t route_anew(struct route *r, const struct nm_piece *first)
{
	uint32_t offset = r->src->port->hdr_bytes;
	const struct nm_piece *p = ether_piece(first, &offset);
	bool learn = !(first->flags & NS_NO_LEARN);
	uint16_t queue;
	uint32_t port;

	r->queue = NO_QUEUE;
	if (unlikely(!p || macs_read(&r->macs, p, offset))) {
		r->src->tx_stats.bad_slot++;
		return NO_QUEUE;
	}
	if (r->vale->ops != &nm_learn_ops)
		return route_by_module(r, first, p, offset);
	port = nm_learn_route(r->vale->private_data, &r->macs, r->src->port->vale_idx, learn);
	queue = queue_for(r, port, r->src->id);
	if (learn && !r->src->port->hdr_bytes)
		r->queue = queue;
	return queue;
}

/* A packet with the addresses of the one before goes where that went. */
static inline uint16_t route(struct route *r, const struct nm_piece *first)
{
	if (likely(r->queue != NO_QUEUE && first->len >= NM_ETHER_BYTES &&
		   !(first->flags & (NS_INDIRECT | NS_NO_LEARN)) &&
		   nm_macs_at(first->buf, &r->macs)))
		return r->queue;
	return route_anew(r, first);
}

static inline uint32_t packet_bytes(const struct nm_piece *first)
{
	uint32_t bytes = first->len, k;

	for (k = 1; unlikely(k < first->frags); k++)
		bytes += first[k].len;
	return bytes;
}

static void classify(const struct nm_vale *vale, const struct nm_members *members,
		     struct nm_ring *src, struct nm_work *w)
{
	struct route r = {
		.vale = vale, .members = members, .src = src, .work = w, .queue = NO_QUEUE};
	struct nm_run run = {.next = NM_NO_RUN};
	uint32_t packets = 0, bytes = 0, i, end = w->npieces;
	uint16_t queue = NO_QUEUE;

	w->nruns = 0;
	w->nqueues = 1;
	w->queues[NM_QUEUE_FLOOD] = (struct nm_queue){0};
	for (i = 0; i < end; i += w->pieces[i].frags) {
		const struct nm_piece *first = &w->pieces[i];
		uint16_t to = route(&r, first);

		if (unlikely(to != queue)) {
			if (queue != NO_QUEUE)
				enqueue(w, queue, &run);
			queue = to;
			run.first = i;
			run.slots = 0;
			run.packets = 0;
		}
		run.slots += first->frags;
		run.packets++;
		packets++;
		bytes += packet_bytes(first);
	}
	if (queue != NO_QUEUE)
		enqueue(w, queue, &run);
	src->tx_stats.packets += packets;
	src->tx_stats.bytes += bytes;
}

static void forget_queues(struct nm_work *w)
{
	unsigned i;

	for (i = 1; i < w->nqueues; i++)
		w->port_queue[w->queues[i].port] = 0;
}

void nm_forward(const struct nm_vale *vale, const struct nm_members *members, struct nm_ring *src,
		int batch_slots)
{
	struct nm_work *w = src->work;
	unsigned limit = batch_slots < NM_BATCH_SLOTS ? batch_slots : NM_BATCH_SLOTS;
	uint32_t pos = src->hwcur;

	while (pos != src->head) {
		if (unlikely(src->offset_mask))
			pos = gather(src, w, pos, limit, src);
		else
			pos = gather(src, w, pos, limit, NULL);
		classify(vale, members, src, w);
		nm_deliver(members, src, w);
		forget_queues(w);
	}
}

void nm_discard(struct nm_ring *src)
{
	struct netmap_slot *slots = src->shared->slot;
	struct nm_tx_stats *stats = &src->tx_stats;
	uint32_t pos = src->hwcur;

	while (pos != src->head) {
		union slot_word w = slot_read(&slots[pos]);

		if (w.flags & NS_BUF_CHANGED)
			OS_WRITE_ONCE(slots[pos].flags, w.flags & ~NS_BUF_CHANGED);
		pos = nm_next(pos, src->slots);
		stats->bytes += w.len;
		if ((w.flags & NS_MOREFRAG) && pos != src->head)
			continue;
		stats->packets++;
		stats->no_switch++;
	}
}
