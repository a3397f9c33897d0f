/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "exchange.h"
#include "oneway.h"

static uint16_t queue_new(struct nm_work *w, uint8_t port, uint8_t ring)
{
	uint16_t id = w->nqueues++;
	struct nm_queue *q = &w->queues[id];

	q->port = port;
	q->ring = ring;
	q->link = &q->head;
	q->slots = 0;
	q->more = 0;
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

/* Adds a run, known by its first piece, to the end of a queue; its length when that is known. */
static inline void run_begin(struct nm_work *w, uint32_t id, uint32_t first)
{
	struct nm_queue *q = &w->queues[id];

	*q->link = first;
	q->link = &w->runs[first].next;
}

static inline void run_end(struct nm_work *w, uint32_t id, uint32_t first, uint32_t slots,
			   uint32_t more)
{
	struct nm_queue *q = &w->queues[id];

	w->runs[first].slots = slots;
	q->slots += slots;
	if (more)
		q->more += more;
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

/* A batch as the classifier sees it. */
struct route {
	const struct nm_vale *vale;
	const struct nm_members *members;
	struct nm_ring *src;
	struct nm_work *work;
	void *table;	  /* the module's private data */
	uint64_t learned; /* the last source of the batch: mostly all are the same */
};

#define NOT_LEARNED 1 /* no key: those have 0 in their low bits */

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
	return NM_QUEUE_NOWHERE;
}

/* The queue for a decision, or NM_QUEUE_NOWHERE and the cause counted. */
static inline uint16_t queue_for(const struct route *r, uint32_t port, uint32_t ring)
{
	const struct nm_port *dst = port < NM_VALE_FLOOD ? r->members->ports[port] : NULL;

	if (unlikely(!dst || dst == r->src->port))
		return queue_without_port(r, port);
	return queue_of(r->work, port, nm_ring_at(dst, ring));
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
	uint32_t port = ops->lookup(&ft, &ring, r->src->port, r->table);

	return queue_for(r, port, ring); /* only now: lookup may have changed the ring */
}

static noinline void learn_source(struct route *r, uint64_t key)
{
	r->learned = key;
	if (!nm_key_is_group(key))
		nm_learn_station(r->table, key, r->src->port->vale_idx);
}

static noinline uint16_t queue_found(struct route *r, uint32_t port)
{
	return queue_for(r, port, r->src->id);
}

/*
 * The learning switch's way. All packets of a batch come from one ring, so a port's first queue is
 * its only one.
 */
static inline uint16_t route_learning(struct route *r, uint64_t dst)
{
	uint32_t port = nm_learn_find(r->table, dst);

	if (likely(port < NM_VALE_FLOOD) && likely(r->work->port_queue[port]))
		return r->work->port_queue[port];
	return queue_found(r, port);
}

static uint16_t route_bad(struct route *r)
{
	r->src->tx_stats.bad_slot++;
	return NM_QUEUE_NOWHERE;
}

static uint16_t route(struct route *r, const struct nm_piece *first)
{
	uint32_t offset = OS_READ_ONCE(r->src->port->hdr_bytes);
	const struct nm_piece *p = ether_piece(first, &offset);
	struct nm_macs macs;
	struct nm_keys keys;

	if (!p || macs_read(&macs, p, offset))
		return route_bad(r);
	if (r->vale->ops != &nm_learn_ops)
		return route_by_module(r, first, p, offset);
	keys = nm_keys_at(&macs);
	if (keys.src != r->learned && !(first->flags & NS_NO_LEARN))
		learn_source(r, keys.src);
	return route_learning(r, keys.dst);
}

static inline uint32_t packet_bytes(const struct nm_piece *first)
{
	uint32_t bytes = first->len, k;

	for (k = 1; unlikely(k < first->frags); k++)
		bytes += first[k].len;
	return bytes;
}

/*
 * Packets that are one fragment each and begin with their addresses, through the learning switch.
 * One with the addresses of the one before goes where that went.
 */
static void classify_plain(struct route *r)
{
	struct nm_work *w = r->work;
	const struct nm_piece *p = w->pieces;
	uint32_t queue = NM_QUEUE_NOWHERE, to, n = w->npieces, bytes = 0, first = 0, i;
	uint64_t last_dst = NOT_LEARNED, last_src = NOT_LEARNED;

	for (i = 0; i < n; i++, p++) {
		bytes += p->len;
		if (unlikely(p->len < NM_ETHER_BYTES)) {
			to = route_bad(r);
		} else {
			struct nm_keys keys = nm_keys_at(p->buf);

			if (unlikely(keys.src != last_src)) {
				last_src = keys.src;
				learn_source(r, last_src);
			} else if (keys.dst == last_dst) {
				continue;
			}
			last_dst = keys.dst;
			to = route_learning(r, last_dst);
		}
		if (unlikely(to == NM_QUEUE_NOWHERE))
			last_dst = NOT_LEARNED; /* the next one wants to be counted, too */
		if (to == queue)
			continue;
		run_end(w, queue, first, i - first, 0);
		run_begin(w, to, i);
		queue = to;
		first = i;
	}
	run_end(w, queue, first, n - first, 0);
	r->src->tx_stats.packets += n;
	r->src->tx_stats.bytes += bytes;
	w->bytes = bytes;
}

static void classify_any(struct route *r)
{
	struct nm_work *w = r->work;
	uint32_t queue = NM_QUEUE_NOWHERE, bytes = 0, total = 0, first = 0, packets = 0, i;

	for (i = 0; i < w->npieces; i += w->pieces[i].frags, packets++, total++) {
		uint32_t to = route(r, &w->pieces[i]);

		bytes += packet_bytes(&w->pieces[i]);
		if (to == queue)
			continue;
		run_end(w, queue, first, i - first, i - first - packets);
		run_begin(w, to, i);
		queue = to;
		first = i;
		packets = 0;
	}
	run_end(w, queue, first, i - first, i - first - packets);
	r->src->tx_stats.packets += total;
	r->src->tx_stats.bytes += bytes;
	w->bytes = bytes;
}

static void queues_begin(struct nm_work *w)
{
	w->nqueues = 1;
	w->queues[NM_QUEUE_FLOOD] = (struct nm_queue){.link = &w->queues[NM_QUEUE_FLOOD].head};
	w->queues[NM_QUEUE_NOWHERE].link = &w->queues[NM_QUEUE_NOWHERE].head;
	w->arrived = false;
	w->stalled = false;
}

/* Nothing comes after the last run of any. */
static void queues_close(struct nm_work *w)
{
	unsigned i;

	for (i = 0; i < w->nqueues; i++)
		*w->queues[i].link = NM_NO_RUN;
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
	bool plain = w->plain && vale->ops == &nm_learn_ops && !OS_READ_ONCE(src->port->hdr_bytes);
	struct route r = {
		.vale = vale,
		.members = members,
		.src = src,
		.work = w,
		.table = vale->private_data,
		.learned = NOT_LEARNED,
	};

	w->exchange = nm_exchange_wanted(src, w);
	if (plain && !w->exchange && nm_one_way(vale, members, src))
		return;
	queues_begin(w);
	if (plain)
		classify_plain(&r);
	else
		classify_any(&r);
	queues_close(w);
	nm_deliver(members, src, w);
	queues_end(w);
}

void nm_discard(struct nm_ring *src)
{
	const struct nm_work *w = src->work;
	struct nm_tx_stats *stats = &src->tx_stats;
	uint32_t i;

	for (i = 0; i < w->npieces; i += w->pieces[i].frags) {
		stats->bytes += packet_bytes(&w->pieces[i]);
		stats->no_switch++;
	}
}
