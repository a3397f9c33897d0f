/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "share.h"

static void begin(struct vif_share_ring *r, uint32_t head, uint32_t tail)
{
	r->tail = tail;
	r->oldest = head;
	OS_WRITE_ONCE(r->ring->head, head);
	OS_WRITE_ONCE(r->ring->cur, head);
	os_store_release(&r->ring->tail, tail);
}

void vif_share_begin_from(struct vif_share *s, uint32_t head, uint32_t tail)
{
	begin(&s->from, head, tail);
}

void vif_share_begin_to(struct vif_share *s, uint32_t head)
{
	begin(&s->to, head, head);
	s->wants_news = true;
}

/* How far the guest says it has got; from is where it was. False: it cannot be there. */
static bool head_of(const struct vif_share_ring *r, uint32_t from, uint32_t *head)
{
	*head = os_load_acquire(&r->ring->head);
	return *head < r->n && nm_distance(from, *head, r->n) <= nm_distance(from, r->tail, r->n);
}

static bool is_told(const struct vif_share_ring *r)
{
	return OS_READ_ONCE(r->ring->tail) == r->tail;
}

bool vif_share_possible(const struct vif_share *s, uint32_t pos)
{
	uint32_t head;

	return !s->broken && is_told(&s->from) && head_of(&s->from, pos, &head) && is_told(&s->to) &&
	       head_of(&s->to, s->to.oldest, &head);
}

/* A zero-copy monitor may have put another buffer there, which the guest must not get to see. */
static bool at_home(struct vif_share *s, const struct vif_share_ring *r,
		    const struct vif_slots *slots, uint32_t pos)
{
	if (likely(OS_READ_ONCE(slots->slot[pos].buf_idx) == r->home[pos]))
		return true;
	s->broken = "a buffer that it has was exchanged on this side";
	return false;
}

uint32_t vif_share_fill(struct vif_share *s, const struct vif_slots *slots, uint32_t pos,
			uint32_t max, uint64_t now_ns, struct nm_rx_stats *got)
{
	const struct vif_share_ring *r = &s->from;
	uint32_t head, len;

	s->wait_ns = 0;
	if (s->broken)
		return pos;
	if (!head_of(r, pos, &head)) {
		s->broken = "it says that it sent from slots that it does not have";
		return pos;
	}
	for (; pos != head && max && at_home(s, r, slots, pos); max--) {
		len = OS_READ_ONCE(r->ring->slot[pos].len);
		if (len > VIF_SHARE_BUF_BYTES) {
			s->from_bad++;
			len = 0;
		}
		if (!vif_credit_take(&s->credit, now_ns, len, &s->wait_ns))
			break;
		OS_WRITE_ONCE(slots->slot[pos].len, len);
		OS_WRITE_ONCE(slots->slot[pos].flags, 0);
		got->packets += len != 0;
		got->bytes += len;
		s->from_packets += len != 0;
		s->from_bytes += len;
		pos = vif_slot_after(slots, pos, 1);
	}
	return pos;
}

uint32_t vif_share_waiting(const struct vif_share *s, uint32_t pos)
{
	uint32_t head;

	if (s->broken || !head_of(&s->from, pos, &head))
		return 0;
	return nm_distance(pos, head, s->from.n);
}

void vif_share_release(struct vif_share *s, uint32_t tail)
{
	s->from.tail = tail;
	os_store_release(&s->from.ring->tail, tail);
}

/* What takes several slots the guest could not put together: it gets empty ones. */
static uint32_t whole_len(const struct vif_slots *slots, uint32_t pos, bool *inside)
{
	uint16_t flags = OS_READ_ONCE(slots->slot[pos].flags);
	uint32_t len = OS_READ_ONCE(slots->slot[pos].len);
	bool whole = !*inside && !(flags & NS_MOREFRAG) && len <= VIF_SHARE_BUF_BYTES;

	*inside = flags & NS_MOREFRAG;
	return whole ? len : 0;
}

void vif_share_send(struct vif_share *s, const struct vif_slots *slots, uint32_t to,
		    struct nm_tx_stats *sent)
{
	struct vif_share_ring *r = &s->to;
	uint32_t from = r->tail, len;
	bool inside = false;

	if (from == to)
		return;
	for (; from != to && !s->broken && at_home(s, r, slots, from);
	     from = vif_slot_after(slots, from, 1)) {
		len = whole_len(slots, from, &inside);
		OS_WRITE_ONCE(r->ring->slot[from].len, len);
		OS_WRITE_ONCE(r->ring->slot[from].flags, 0);
		sent->packets += len != 0;
		sent->bytes += len;
		s->to_packets += len != 0;
		s->to_bytes += len;
		s->to_dropped += !len;
	}
	r->tail = from;
	os_store_release(&r->ring->tail, from);
	if (s->wants_news)
		s->notify_to = true;
}

uint32_t vif_share_sent(struct vif_share *s)
{
	struct vif_share_ring *r = &s->to;
	uint32_t head;

	if (s->broken)
		return r->tail;
	if (head_of(r, r->oldest, &head))
		r->oldest = head;
	else
		s->broken = "it gives back slots that it does not have";
	return r->oldest;
}

void vif_share_looked(struct vif_share *s)
{
	s->wants_news = true;
	os_mb(); /* the guest's, between its head and its kick, comes first */
	if (OS_READ_ONCE(s->to.ring->head) != s->to.tail)
		s->notify_to = true;
}
