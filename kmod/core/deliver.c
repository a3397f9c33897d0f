/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "deliver.h"
#include "exchange.h"
#include "few.h"

#define PATIENCE      64 /* yields: a round of so many senders on one CPU, at most */
#define NAPS_PER_SLOT 2	 /* that an owner elsewhere took; a slow guest takes about that time */

static void order_init(struct nm_order *o, const struct nm_work *w, const struct nm_queue *own,
		       const struct nm_queue *flood)
{
	o->work = w;
	o->own = own ? own->head : NM_NO_RUN;
	o->flood = flood ? flood->head : NM_NO_RUN;
	o->slots = (own ? own->slots : 0) + (flood ? flood->slots : 0);
	o->packets = (own ? nm_queue_packets(own) : 0) + (flood ? nm_queue_packets(flood) : 0);
}

/* Slots of the first packets that fit into room whole. */
static uint32_t order_fit(void *arg, uint32_t room)
{
	struct nm_order copy = *(struct nm_order *)arg;
	const struct nm_piece *first;
	const struct nm_run *run;
	uint32_t slots = 0, i;

	if (!copy.work->multi)
		return room;
	while ((run = nm_order_next(&copy, &first)) != NULL)
		for (i = 0; i < run->slots;) {
			uint32_t frags = first[i].frags;

			if (slots + frags > room)
				return slots;
			slots += frags;
			i += frags;
		}
	return slots;
}

static void deliver_lease(struct nm_delivery *d, struct nm_order *o, uint32_t slots)
{
	while (slots) {
		const struct nm_piece *p;
		const struct nm_run *run = nm_order_next(o, &p);
		uint32_t left = run->slots < slots ? run->slots : slots;

		slots -= left;
		while (left) {
			uint32_t n = d->ring->slots - d->pos;

			if (n > left)
				n = left;
			nm_fill(d, o->work, p, n);
			d->pos += n;
			if (d->pos == d->ring->slots)
				d->pos = 0;
			p += n;
			left -= n;
		}
	}
}

/* An owner elsewhere earns it by what it takes, so that a slow one holds up nobody for long. */
static uint32_t new_patience(const struct nm_ring *ring, uint32_t taken)
{
	uint32_t most = ring->slots * NAPS_PER_SLOT, earned = taken * NAPS_PER_SLOT;

	if (!ring->port->afar)
		return PATIENCE;
	return earned < most - ring->patience ? ring->patience + earned : most;
}

/* Has the owner of a full ring taken something since packets were last dropped there? */
static bool owner_moved(struct nm_ring *ring)
{
	uint32_t hwcur = OS_READ_ONCE(ring->hwcur);

	if (ring->full_at == hwcur)
		return false;
	ring->patience = new_patience(ring, nm_distance(ring->full_at, hwcur, ring->slots));
	ring->full_at = hwcur;
	return true;
}

static bool spend_patience(struct nm_ring *ring, uint32_t cost)
{
	if (ring->patience < cost)
		return false;
	ring->patience -= cost;
	return true;
}

/*
 * Is there room for a good part of a batch? The time of one elsewhere is better spent on what it
 * has than on slots that it gives back one by one. The ring's lock is held.
 */
static bool roomy(const struct nm_ring *ring)
{
	uint32_t used = nm_distance(OS_READ_ONCE(ring->hwcur), ring->lease, ring->slots);

	return used <= ring->slots / 2;
}

/*
 * One that did not move may be waiting for the very CPU that its senders keep busy, one elsewhere
 * has always less of its own while they are. One that never moves again is not waited for:
 * patience ends. The ring's lock is held.
 */
static bool worth_waiting(struct nm_ring *ring)
{
	bool moved = owner_moved(ring);

	return (!moved || ring->port->afar) && spend_patience(ring, 1);
}

/* The ring's lock is held. */
static void note_full(struct nm_work *w, struct nm_ring *ring)
{
	if (!worth_waiting(ring))
		return;
	w->stalled = true;
	w->stalled_afar = ring->port->afar;
	w->stalled_port = ring->port->vale_idx;
	w->stalled_ring = ring->id;
}

void nm_count_full(struct nm_work *w, struct nm_ring *ring, uint32_t packets)
{
	os_spin_lock(&ring->lock);
	ring->rx_stats.ring_full += packets;
	note_full(w, ring);
	os_spin_unlock(&ring->lock);
}

/* Some of it arrived. What is filled to the brim elsewhere is as good as full. */
static void some_arrived(struct nm_work *w, struct nm_ring *ring, bool all)
{
	if (likely(all || !ring->port->afar)) {
		w->arrived = true;
		return;
	}
	os_spin_lock(&ring->lock);
	note_full(w, ring);
	os_spin_unlock(&ring->lock);
}

bool nm_still_stalled(const struct nm_members *members, const struct nm_work *w, uint32_t cost)
{
	struct nm_port *port = members->ports[w->stalled_port];
	struct nm_ring *ring;
	bool goes_on, stalls;

	if (!port || w->stalled_ring >= port->nrings[NM_RX])
		return false;
	ring = &port->rings[NM_RX][w->stalled_ring];
	if (!os_load_acquire(&ring->open))
		return false;
	os_spin_lock(&ring->lock);
	goes_on = owner_moved(ring);
	if (ring->port->afar)
		goes_on = roomy(ring);
	stalls = !goes_on && spend_patience(ring, cost);
	os_spin_unlock(&ring->lock);
	return stalls;
}

/* One barrier for all of them: it costs more than to see that nobody sleeps. */
static void tell_news(struct nm_work *w)
{
	unsigned i;

	if (!w->nnews)
		return;
	os_mb(); /* pairs with the one of os_poll_wait() */
	for (i = 0; i < w->nnews; i++)
		nm_tell(w->news[i]);
	w->nnews = 0;
}

void nm_announce(struct nm_work *w, struct nm_ring *ring)
{
	if (w->nnews == NM_NEWS)
		tell_news(w);
	w->news[w->nnews++] = ring;
}

static void deliver_ring(struct nm_ring *src, struct nm_ring *ring, struct nm_order *o)
{
	struct nm_work *w = src->work;
	const struct nm_port_ops *ops = ring->port->ops;
	struct nm_delivery d = {.ring = ring};
	struct nm_lease lease;
	bool exchange;

	if (unlikely(ops->make_room))
		ops->make_room(ring, o->slots);
	if (!nm_lease_take(ring, &lease, o->slots, order_fit, o)) {
		nm_count_full(w, ring, o->packets);
		return;
	}
	some_arrived(w, ring, lease.slots == o->slots);
	exchange = unlikely(w->exchange) && nm_exchange_agreed(src, ring, o);
	d.pos = lease.first;
	if (exchange)
		nm_exchange(&d, src, o, lease.slots);
	else if (w->plain && !ring->offset_mask && nm_order_scattered(o))
		nm_fill_runs(&d, o, lease.slots);
	else
		deliver_lease(&d, o, lease.slots);
	d.done.ring_full = o->packets - d.done.packets - d.done.bad_slot;
	if (nm_lease_finish(ring, &lease, &d.done))
		nm_announce(w, ring);
}

static void count_not_ready(struct nm_port *port, uint32_t packets)
{
	os_spin_lock(&port->stats_lock);
	port->rx_not_ready += packets;
	os_spin_unlock(&port->stats_lock);
}

/* A ring that was closed since nothing came is open again. */
static noinline bool awoken(struct nm_ring *ring)
{
	const struct nm_port_ops *ops = ring->port->ops;

	return ops->wake && ops->wake(ring);
}

static void deliver_port(struct nm_ring *src, struct nm_port *port, unsigned ring_id,
			 struct nm_order *o)
{
	struct nm_ring *ring = &port->rings[NM_RX][ring_id];

	if (!o->packets)
		return;
	src->tx_stats.copies += o->packets;
	if (unlikely(!os_load_acquire(&ring->open) && !awoken(ring)))
		count_not_ready(port, o->packets);
	else if (unlikely(OS_READ_ONCE(port->hdr_bytes) != OS_READ_ONCE(src->port->hdr_bytes)))
		nm_vnet_deliver(src, ring, o);
	else
		deliver_ring(src, ring, o);
}

/* Every port but the source gets the flood on ring 0, merged with what that ring gets anyway. */
static void deliver_flood(const struct nm_members *members, struct nm_ring *src,
			  const struct nm_work *w)
{
	const struct nm_queue *flood = &w->queues[NM_QUEUE_FLOOD];
	struct nm_order o;
	unsigned i;

	for (i = 0; i < members->n; i++) {
		uint8_t number = members->numbers[i];
		uint16_t own = w->port_queue[number];

		if (number == src->port->vale_idx)
			continue;
		while (own && w->queues[own].ring != 0)
			own = w->queues[own].sibling;
		order_init(&o, w, own ? &w->queues[own] : NULL, flood);
		deliver_port(src, members->ports[number], 0, &o);
	}
}

static void deliver_queue(const struct nm_members *members, struct nm_ring *src,
			  const struct nm_queue *q)
{
	struct nm_order o;

	order_init(&o, src->work, q, NULL);
	deliver_port(src, members->ports[q->port], q->ring, &o);
}

static void deliver_each(const struct nm_members *members, struct nm_ring *src, struct nm_work *w,
			 bool flood)
{
	unsigned i;

	for (i = 1; i < w->nqueues; i++) {
		const struct nm_queue *q = &w->queues[i];

		if (i + 1 < w->nqueues)
			nm_expect(members, q + 1);
		if (!flood || q->ring != 0)
			deliver_queue(members, src, q);
	}
}

static void deliver_several(const struct nm_members *members, struct nm_ring *src,
			    struct nm_work *w)
{
	uint32_t later = nm_few_deliver(members, src), i;

	for (i = 0; i < later; i++)
		deliver_queue(members, src, &w->queues[w->later[i]]);
}

void nm_deliver(const struct nm_members *members, struct nm_ring *src, struct nm_work *w)
{
	bool flood = w->queues[NM_QUEUE_FLOOD].slots;

	if (flood)
		deliver_flood(members, src, w);
	if (!flood && w->plain && !w->exchange && w->nqueues > NM_QUEUE_FLOOD + 2)
		deliver_several(members, src, w);
	else
		deliver_each(members, src, w, flood);
	tell_news(w);
}
