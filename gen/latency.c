/* SPDX-License-Identifier: BSD-2-Clause */
#include "latency.h"

#include <stdlib.h>
#include <string.h>

#include "monotonic.h"
#include "csum.h"
#include "ring.h"

_Static_assert(sizeof(struct mark) == MARK_BYTES,
	       "a mark fills the payload of a 60-byte IPv4 frame");

int marker_init(struct marker *m, const struct io *io, const struct frame *frame, uint32_t every,
		uint16_t flow, struct vb_err *err)
{
	unsigned i;

	memset(m, 0, sizeof(*m));
	m->flow = flow;
	m->every = every;
	m->countdown = 0;
	m->mark_offset = frame->header_bytes;
	m->check_offset = frame_udp_check_offset(frame);
	for (i = 0; i < io->n_tx; i++) {
		m->marked[i].size = io->tx[i]->num_slots;
		m->marked[i].slot = calloc(m->marked[i].size, sizeof(*m->marked[i].slot));
		m->n_rings = i + 1;
		if (!m->marked[i].slot) {
			marker_free(m);
			return vb_fail(err, VB_NO_SPACE, "no memory for the marks of %u slots",
				       m->marked[i].size);
		}
	}
	return 0;
}

void marker_free(struct marker *m)
{
	unsigned i;

	for (i = 0; i < m->n_rings; i++)
		free(m->marked[i].slot);
	m->n_rings = 0;
}

void marker_before_fill(struct marker *m, unsigned ring_index, struct netmap_ring *ring,
			uint32_t from, uint32_t slots)
{
	struct marked_slots *s = &m->marked[ring_index];

	while (s->count && ring_distance(ring, from, s->slot[s->first]) < slots) {
		ring->slot[s->slot[s->first]].flags |= NS_BUF_CHANGED;
		s->first = s->first + 1 == s->size ? 0 : s->first + 1;
		s->count--;
	}
}

static void choose(struct marker *m, struct marked_slots *s, struct netmap_ring *ring,
		   uint32_t slot)
{
	uint32_t at = s->first + s->count;

	if (m->batch_count == MARKS_PER_BATCH || s->count == s->size)
		return;
	s->slot[at >= s->size ? at - s->size : at] = slot;
	s->count++;
	m->batch[m->batch_count].ring = ring;
	m->batch[m->batch_count++].slot = slot;
}

void marker_after_fill(struct marker *m, unsigned ring_index, struct netmap_ring *ring,
		       uint32_t from, uint32_t slots)
{
	struct marked_slots *s = &m->marked[ring_index];
	bool first = true;

	for (; slots; slots--, from = ring_next(ring, from)) {
		if (first && m->countdown-- == 0) {
			m->countdown = m->every - 1;
			choose(m, s, ring, from);
		}
		first = !(ring->slot[from].flags & NS_MOREFRAG);
	}
}

static void stamp(const struct marker *m, uint8_t *buf, const struct mark *mark)
{
	uint8_t *place = buf + m->mark_offset, *check = buf + m->check_offset;
	uint16_t sum = csum_replace_bytes(csum_load(check), place, mark, MARK_BYTES);

	csum_store(check, sum ? sum : 0xffff);
	memcpy(place, mark, MARK_BYTES);
}

void marker_stamp(struct marker *m)
{
	struct mark mark = {.magic = MARK_MAGIC, .flow = m->flow};
	unsigned i;

	if (!m->batch_count)
		return;
	mark.sent_ns = clock_ns();
	for (i = 0; i < m->batch_count; i++) {
		struct netmap_ring *ring = m->batch[i].ring;

		mark.seq = m->seq++;
		stamp(m, ring_buf(ring, &ring->slot[m->batch[i].slot]), &mark);
	}
	m->batch_count = 0;
}

void latency_init(struct latency *l, unsigned vnet_bytes, int only_flow)
{
	memset(l, 0, sizeof(*l));
	hist_init(&l->hist);
	l->vnet_bytes = vnet_bytes;
	l->only_flow = only_flow;
}

static struct latency_flow *flow_of(struct latency *l, uint16_t flow)
{
	unsigned i;

	for (i = 0; i < LATENCY_FLOWS; i++) {
		struct latency_flow *f = &l->flows[(flow + i) % LATENCY_FLOWS];

		if (f->used && f->flow == flow)
			return f;
		if (!f->used)
			return f;
	}
	return NULL;
}

static void count_flow(struct latency *l, const struct mark *mark)
{
	struct latency_flow *f = flow_of(l, mark->flow);

	if (!f)
		return;
	if (!f->used)
		*f = (struct latency_flow){
			.flow = mark->flow, .used = true, .first = mark->seq, .last = mark->seq};
	f->received++;
	if (mark->seq < f->first)
		f->first = mark->seq;
	if (mark->seq > f->last)
		f->last = mark->seq;
}

void latency_observe(struct latency *l, const uint8_t *data, uint32_t bytes, uint64_t now_ns)
{
	struct mark mark;
	unsigned offset;

	if (bytes < l->vnet_bytes + FRAME_V4_PAYLOAD + MARK_BYTES)
		return;
	offset = l->vnet_bytes + (data[l->vnet_bytes + 2 * MAC_BYTES] == ETHERTYPE_IPV4_HI
					  ? FRAME_V4_PAYLOAD
					  : FRAME_V6_PAYLOAD);
	if (bytes < offset + MARK_BYTES)
		return;
	memcpy(&mark, data + offset, sizeof(mark));
	if (mark.magic != MARK_MAGIC || (l->only_flow >= 0 && mark.flow != l->only_flow))
		return;
	if (mark.sent_ns > now_ns)
		return; /* another machine's clock */
	hist_record(&l->hist, now_ns - mark.sent_ns);
	count_flow(l, &mark);
}

uint64_t latency_lost(const struct latency *l)
{
	uint64_t lost = 0;
	unsigned i;

	for (i = 0; i < LATENCY_FLOWS; i++) {
		const struct latency_flow *f = &l->flows[i];
		uint64_t span = f->used ? (uint64_t)f->last - f->first + 1 : 0;

		lost += span > f->received ? span - f->received : 0;
	}
	return lost;
}
