/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "forward.h"

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
		return os_copy_if_present(macs, (void __user *)((char *)p->buf + offset),
					  sizeof(*macs));
	__builtin_memcpy(macs, (char *)p->buf + offset, sizeof(*macs));
	return 0;
}

/* Of a piece that is a packet and may be compared with others as it lies there. */
#define SIMPLE_MASK (NS_INDIRECT | NS_NO_LEARN)

static inline bool is_simple(const struct nm_piece *p)
{
	return p->frags == 1 && !(p->flags & SIMPLE_MASK) && p->len >= NM_ETHER_BYTES;
}

/* A batch as the classifier sees it. */
struct route {
	const struct nm_vale *vale;
	const struct nm_members *members;
	struct nm_ring *src;
	struct nm_work *work;
	bool direct;	     /* the switch learns, and frames begin with their addresses */
	uint16_t queue;	     /* where packets with these addresses go, NO_QUEUE: ask */
	struct nm_macs macs; /* of the packet before */
	uint64_t learned;    /* the last source of the batch: mostly all are the same */
};

#define NO_QUEUE    0xffffU
#define NOT_LEARNED 1 /* no key: those have 0 in their low bits */

static inline uint32_t ring_at(const struct nm_port *dst, uint32_t ring)
{
	ring %= NM_VALE_RINGS;
	return likely(ring < dst->nrings[NM_RX]) ? ring : ring % dst->nrings[NM_RX];
}

/* A decision that is no port there to be sent to. */
static noinline uint16_t queue_without_port(const struct route *r, uint32_t port)
{
	struct nm_tx_stats *stats = &r->src->tx_stats;

	if (port == NM_VALE_FLOOD && r->members->n > 1)
		return NM_QUEUE_FLOOD;
	if (port > NM_VALE_FLOOD)
		stats->lookup++;
	else
		stats->no_dest++;
	return NO_QUEUE;
}

/* The queue for a decision, or NO_QUEUE and the cause counted. */
static inline uint16_t queue_for(const struct route *r, uint32_t port, uint32_t ring)
{
	const struct nm_port *dst = port < NM_VALE_FLOOD ? r->members->ports[port] : NULL;

	if (unlikely(!dst || dst == r->src->port))
		return queue_without_port(r, port);
	return queue_of(r->work, port, ring_at(dst, ring));
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

static inline void learn_source(struct route *r)
{
	uint64_t key = nm_src_key(&r->macs);

	if (key == r->learned || nm_mac_is_group(r->macs.src))
		return;
	r->learned = key;
	nm_learn_station(r->vale->private_data, key, r->src->port->vale_idx);
}

static uint16_t route_learning(struct route *r, bool learn)
{
	if (likely(learn))
		learn_source(r);
	return queue_for(r, nm_learn_find(r->vale->private_data, &r->macs), r->src->id);
}

static noinline uint16_t route_any(struct route *r, const struct nm_piece *first)
{
	uint32_t offset = OS_READ_ONCE(r->src->port->hdr_bytes);
	const struct nm_piece *p = ether_piece(first, &offset);

	if (!p || macs_read(&r->macs, p, offset)) {
		r->src->tx_stats.bad_slot++;
		return NO_QUEUE;
	}
	if (r->vale->ops != &nm_learn_ops)
		return route_by_module(r, first, p, offset);
	return route_learning(r, !(first->flags & NS_NO_LEARN));
}

/* Where a packet goes, and in r->queue where those go that follow it with its addresses. */
static inline uint16_t route(struct route *r, const struct nm_piece *first)
{
	r->queue = NO_QUEUE;
	if (unlikely(!r->direct || !is_simple(first)))
		return route_any(r, first);
	__builtin_memcpy(&r->macs, first->buf, sizeof(r->macs));
	r->queue = route_learning(r, true);
	return r->queue;
}

/*
 * How many packets from p on have these addresses: they go where the one before went. Adds up their
 * bytes.
 */
static inline uint32_t followers(const struct nm_piece *p, const struct nm_piece *end,
				 const struct nm_macs *macs, uint32_t *bytes)
{
	const struct nm_piece *first = p;
	const struct nm_macs same = *macs;
	uint32_t sum = 0;

	for (; p != end && is_simple(p) && nm_macs_at(p->buf, &same); p++)
		sum += p->len;
	*bytes += sum;
	return p - first;
}

static inline uint32_t packet_bytes(const struct nm_piece *first)
{
	uint32_t bytes = first->len, k;

	for (k = 1; unlikely(k < first->frags); k++)
		bytes += first[k].len;
	return bytes;
}

static void classify(struct route *r)
{
	struct nm_work *w = r->work;
	const struct nm_piece *end = &w->pieces[w->npieces], *p = w->pieces;
	struct nm_run run = {.next = NM_NO_RUN};
	uint32_t packets = 0, bytes = 0;
	uint16_t queue = NO_QUEUE;

	while (p != end) {
		uint16_t to = route(r, p);
		uint32_t more = 0;

		bytes += packet_bytes(p);
		if (r->queue != NO_QUEUE)
			more = followers(p + p->frags, end, &r->macs, &bytes);
		if (to != queue) {
			if (queue != NO_QUEUE)
				enqueue(w, queue, &run);
			queue = to;
			run.first = p - w->pieces;
			run.slots = 0;
			run.packets = 0;
		}
		run.slots += p->frags + more;
		run.packets += 1 + more;
		packets += 1 + more;
		p += p->frags + more;
	}
	if (queue != NO_QUEUE)
		enqueue(w, queue, &run);
	r->src->tx_stats.packets += packets;
	r->src->tx_stats.bytes += bytes;
}

static void queues_begin(struct nm_work *w)
{
	w->nruns = 0;
	w->nqueues = 1;
	w->queues[NM_QUEUE_FLOOD] = (struct nm_queue){0};
}

static void queues_end(struct nm_work *w)
{
	unsigned i;

	for (i = 1; i < w->nqueues; i++)
		w->port_queue[w->queues[i].port] = 0;
}

void nm_forward(const struct nm_vale *vale, const struct nm_members *members, struct nm_ring *src)
{
	struct nm_work *w = src->work;
	struct route r = {
		.vale = vale,
		.members = members,
		.src = src,
		.work = w,
		.direct = vale->ops == &nm_learn_ops && !OS_READ_ONCE(src->port->hdr_bytes),
		.learned = NOT_LEARNED,
	};

	queues_begin(w);
	classify(&r);
	nm_deliver(members, src, w);
	queues_end(w);
}

void nm_discard(struct nm_ring *src)
{
	const struct nm_work *w = src->work;
	struct nm_tx_stats *stats = &src->tx_stats;
	uint32_t i;

	for (i = 0; i < w->npieces; i += w->pieces[i].frags) {
		stats->packets++;
		stats->bytes += packet_bytes(&w->pieces[i]);
		stats->no_switch++;
	}
}
