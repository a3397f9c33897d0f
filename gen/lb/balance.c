/* SPDX-License-Identifier: BSD-2-Clause */
#include "balance.h"

#include "flow.h"
#include "ring.h"

#define DROP_AT_ONCE 150 /* oldest packets of the longest queue, when buffers run out */
#define KEEP_QUEUED  64

/* A packet in a ring: its first slot, how many, and their bytes. */
struct packet {
	struct netmap_ring *ring;
	uint32_t first, slots;
	uint64_t bytes;
};

/*
 * Finds the packet at slot `first`, of `space` slots there are. False: its end is not there yet.
 * Chains beyond what the interface allows are cut.
 */
static bool find_packet(struct netmap_ring *ring, uint32_t first, uint32_t space,
			struct packet *pkt)
{
	uint32_t i = first, n;

	*pkt = (struct packet){.ring = ring, .first = first};
	for (n = 1; n <= space; n++, i = ring_next(ring, i)) {
		pkt->bytes += ring->slot[i].len;
		pkt->slots = n;
		if (!(ring->slot[i].flags & NS_MOREFRAG) || n == NETMAP_MAX_FRAGS)
			return true;
	}
	return false;
}

static uint32_t room(const struct lb_pipe *p)
{
	return ring_distance(p->ring, p->ring->head, p->limit);
}

static void swap_into(struct lb_pipe *p, struct netmap_slot *from)
{
	struct netmap_slot *to = &p->ring->slot[p->ring->head];
	uint32_t buffer = to->buf_idx;

	*to = *from;
	to->flags = (from->flags & NS_MOREFRAG) | NS_BUF_CHANGED;
	from->buf_idx = buffer;
	from->flags |= NS_BUF_CHANGED;
	p->ring->head = p->ring->cur = ring_next(p->ring, p->ring->head);
}

static void count_drop(struct lb_pipe *p, uint64_t bytes)
{
	p->count.dropped++;
	p->count.dropped_bytes += bytes;
}

/* Drops old packets of the longest queue when fewer than n buffers are free. */
static bool make_free(struct lb *lb, uint32_t n)
{
	struct lb_pipe *longest = &lb->pipes[0];
	unsigned i;

	if (lb->pool.n_free >= n)
		return true;
	for (i = 1; i < lb->n_pipes; i++)
		if (lb->pipes[i].queue.packets > longest->queue.packets)
			longest = &lb->pipes[i];
	for (i = 0; i < DROP_AT_ONCE && longest->queue.packets > KEEP_QUEUED; i++)
		count_drop(longest, pool_drop(&lb->pool, &longest->queue));
	return lb->pool.n_free >= n;
}

/* Into the pipe's ring, else its queue, else nowhere: the buffers stay where they are. */
static void deliver(struct lb *lb, struct lb_pipe *p, const struct packet *pkt)
{
	uint32_t i = pkt->first, n;
	bool direct = !p->queue.slots && room(p) >= pkt->slots;

	p->starved |= !direct;
	if (!direct && (!lb->pool.total || !make_free(lb, pkt->slots))) {
		count_drop(p, pkt->bytes);
		return;
	}
	for (n = pkt->slots; n; n--, i = ring_next(pkt->ring, i)) {
		/* Marks the end of chains that were cut. */
		if (n == 1)
			pkt->ring->slot[i].flags &= ~NS_MOREFRAG;
		if (direct)
			swap_into(p, &pkt->ring->slot[i]);
		else
			pool_push(&lb->pool, &p->queue, &pkt->ring->slot[i]);
	}
	if (direct) {
		p->count.forwarded++;
		p->count.forwarded_bytes += pkt->bytes;
	}
}

/* The hash goes with the packet, for the groups that follow and for readers. */
static struct lb_pipe *choose_pipe(struct lb *lb, const struct packet *pkt)
{
	struct netmap_slot *slot = &pkt->ring->slot[pkt->first];
	uint32_t len = slot->len, most = pkt->ring->nr_buf_size, hash, n, i = pkt->first;
	bool ip;

	hash = flow_hash((uint8_t *)NETMAP_BUF(pkt->ring, slot->buf_idx), len < most ? len : most,
			 &ip);
	lb->non_ip += !ip;
	for (n = pkt->slots; n; n--, i = ring_next(pkt->ring, i))
		pkt->ring->slot[i].ptr = hash;
	return &lb->group[0].pipe[hash % lb->group[0].n];
}

static uint64_t take_ring(struct lb *lb, struct netmap_ring *ring, uint64_t batch)
{
	uint64_t taken = 0;
	struct packet pkt;

	while (taken < batch && find_packet(ring, ring->head, ring_space(ring), &pkt)) {
		deliver(lb, choose_pipe(lb, &pkt), &pkt);
		ring->head = ring->cur = ring_advance(ring, ring->head, pkt.slots);
		taken++;
	}
	return taken;
}

bool balance_input(struct lb *lb)
{
	uint64_t taken = 0;
	unsigned i;

	for (i = lb->input->first_rx_ring; i <= lb->input->last_rx_ring; i++)
		taken += take_ring(lb, NETMAP_RXRING(lb->input->nifp, i), lb->cfg.batch - taken);
	lb->received += taken;
	return taken == lb->cfg.batch;
}

/*
 * One slot of a ring is never the program's, so the slots that a reader gave back are those behind
 * the old tail up to the new tail itself.
 */
static void hand_on(struct lb *lb, struct lb_pipe *p)
{
	struct netmap_ring *ring = p->ring;
	struct lb_group *next = p->group->next;
	struct packet pkt;

	while (find_packet(ring, ring_next(ring, p->limit),
			   ring_distance(ring, p->limit, ring->tail), &pkt)) {
		uint64_t hash = ring->slot[pkt.first].ptr;

		deliver(lb, &next->pipe[hash % next->n], &pkt);
		p->limit = ring_advance(ring, p->limit, pkt.slots);
	}
}

static void drain_queue(struct lb *lb, struct lb_pipe *p)
{
	uint32_t n;

	while ((n = pool_first_slots(&lb->pool, &p->queue)) != 0 && room(p) >= n) {
		p->count.forwarded++;
		for (; n; n--) {
			struct netmap_slot *slot = &p->ring->slot[p->ring->head];

			pool_pop(&lb->pool, &p->queue, slot);
			p->count.forwarded_bytes += slot->len;
			p->ring->head = p->ring->cur = ring_next(p->ring, p->ring->head);
		}
	}
}

void balance_returned(struct lb *lb)
{
	unsigned i;

	for (i = 0; i < lb->n_pipes; i++) {
		struct lb_pipe *p = &lb->pipes[i];

		if (p->ring->tail >= p->ring->num_slots)
			continue;
		if (p->group->next)
			hand_on(lb, p);
		else
			p->limit = p->ring->tail;
	}
	for (i = 0; i < lb->n_pipes; i++)
		drain_queue(lb, &lb->pipes[i]);
}

void balance_end(struct lb *lb)
{
	unsigned i;

	for (i = 0; i < lb->n_pipes; i++)
		while (lb->pipes[i].queue.slots)
			count_drop(&lb->pipes[i], pool_drop(&lb->pool, &lb->pipes[i].queue));
}

void lb_count_add(struct lb_count *sum, const struct lb_count *n)
{
	sum->forwarded += n->forwarded;
	sum->forwarded_bytes += n->forwarded_bytes;
	sum->dropped += n->dropped;
	sum->dropped_bytes += n->dropped_bytes;
}

struct lb_count balance_total(const struct lb *lb)
{
	struct lb_count sum = {0};
	unsigned i;

	for (i = 0; i < lb->n_pipes; i++)
		lb_count_add(&sum, &lb->pipes[i].count);
	return sum;
}
