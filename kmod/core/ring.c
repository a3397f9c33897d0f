/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "core.h"
#include "forward.h"
#include "port.h"
#include "ring.h"
#include "watch.h"

#define SLOT_LEN_MAX 65535U

/* A sync of one packet costs about as much as the calls within it. */
#define INLINE inline __attribute__((always_inline))

void nm_ring_init(struct nm_ring *ring, struct nm_port *port, enum nm_dir dir, uint16_t id,
		  uint32_t slots)
{
	ring->port = port;
	ring->dir = dir;
	ring->id = id;
	ring->slots = slots;
	os_spin_init(&ring->lock);
	os_waitq_init(&ring->waitq);
}

void nm_ring_exit(struct nm_ring *ring)
{
	os_waitq_destroy(&ring->waitq);
	os_spin_destroy(&ring->lock);
}

static void cursors_reset(struct nm_ring *ring)
{
	struct netmap_ring *s = ring->shared;

	ring->head = 0;
	ring->cur = 0;
	ring->hwcur = 0;
	ring->hwtail = ring->dir == NM_TX && ring->slots ? ring->slots - 1 : 0;
	ring->tail = ring->hwtail;
	ring->window = (struct nm_window){0};
	ring->swaps = false;
	ring->live = false;
	ring->shows = false;
	ring->lease = 0;
	ring->freed = 0;
	ring->lease_first = 0;
	ring->lease_next = 0;
	ring->full_at = ring->slots; /* nowhere */
	ring->patience = 0;
	ring->offset_mask = 0;
	ring->offset_max = 0;
	ring->min_gap = 0;
	s->tail = ring->tail;
}

static int slots_fill(struct nm_ring *ring, struct nm_region *region)
{
	struct netmap_slot *slot = ring->shared->slot;
	uint32_t size = ring->bufs->objsize;
	uint32_t i;

	for (i = 0; i < ring->slots && !ring->bare; i++) {
		if (!nm_obj_alloc(region, NM_POOL_BUF, &slot[i].buf_idx))
			return -ENOMEM;
		slot[i].len = size < SLOT_LEN_MAX ? size : SLOT_LEN_MAX;
	}
	return 0;
}

static int side_alloc(struct nm_ring *ring)
{
	if (ring->dir == NM_TX && !ring->port->ops->forwards)
		return 0;
	if (ring->dir == NM_TX) {
		ring->work = os_alloc(sizeof(*ring->work));
		return ring->work ? 0 : -ENOMEM;
	}
	ring->lease_ends = os_alloc(ring->slots * sizeof(*ring->lease_ends));
	return ring->lease_ends ? 0 : -ENOMEM;
}

int nm_ring_make(struct nm_ring *ring, struct nm_region *region)
{
	size_t bytes = sizeof(struct netmap_ring) + ring->slots * sizeof(struct netmap_slot);
	const struct nm_pool *pool = region->pool;
	struct netmap_ring *s;
	uint64_t offset;

	if (bytes > pool[NM_POOL_RING].objsize)
		return -ENOMEM;
	s = nm_obj_alloc(region, NM_POOL_RING, &ring->shared_idx);
	if (!s)
		return -ENOMEM;
	memset(s, 0, bytes);
	offset = nm_obj_offset(region, NM_POOL_RING, ring->shared_idx);
	s->buf_ofs = (int64_t)(pool[NM_POOL_BUF].offset - offset);
	s->num_slots = ring->slots;
	s->nr_buf_size = pool[NM_POOL_BUF].objsize;
	s->ringid = ring->id;
	s->dir = ring->dir;
	ring->shared = s;
	ring->bufs = &pool[NM_POOL_BUF];
	cursors_reset(ring);
	if (side_alloc(ring) || slots_fill(ring, region)) {
		nm_ring_unmake(ring, region);
		return -ENOMEM;
	}
	return 0;
}

void nm_ring_unmake(struct nm_ring *ring, struct nm_region *region)
{
	uint32_t i;

	if (!ring->shared)
		return;
	for (i = 0; i < ring->slots && !ring->bare; i++)
		nm_obj_free(region, NM_POOL_BUF, OS_READ_ONCE(ring->shared->slot[i].buf_idx));
	nm_obj_free(region, NM_POOL_RING, ring->shared_idx);
	os_free(ring->work);
	os_free(ring->lease_ends);
	ring->work = NULL;
	ring->lease_ends = NULL;
	ring->shared = NULL;
}

/* On the way from lo to hi, around a ring of n? */
static inline bool between(uint32_t n, uint32_t lo, uint32_t hi, uint32_t at)
{
	if (lo <= hi)
		return at - lo <= hi - lo;
	return at <= hi || (at >= lo && at < n);
}

static inline bool cursors_valid(uint32_t n, uint32_t lo, uint32_t hi, uint32_t head, uint32_t cur)
{
	return between(n, lo, hi, head) && (cur == head || between(n, head, hi, cur));
}

bool nm_cursors_valid(uint32_t n, uint32_t lo, uint32_t hi, uint32_t head, uint32_t cur)
{
	return cursors_valid(n, lo, hi, head, cur);
}

static INLINE bool cursors_accept(struct nm_ring *ring, uint32_t head, uint32_t cur)
{
	uint32_t lo, hi;

	if (ring->dir == NM_TX) {
		lo = ring->head;
		hi = ring->tail;
	} else {
		lo = ring->hwcur;
		hi = os_load_acquire(&ring->hwtail);
	}
	if (!cursors_valid(ring->slots, lo, hi, head, cur))
		return false;
	ring->head = head;
	ring->cur = cur;
	return true;
}

/* A task that lost count starts again where the kernel is, with slots that cannot do harm. */
static noinline void ring_recover(struct nm_ring *ring)
{
	struct netmap_ring *s = ring->shared;
	uint32_t i;

	for (i = 0; i < ring->slots; i++) {
		struct netmap_slot *slot = &s->slot[i];

		if (!nm_buf(ring->bufs, OS_READ_ONCE(slot->buf_idx))) {
			OS_WRITE_ONCE(slot->buf_idx, 0);
			OS_WRITE_ONCE(slot->len, 0);
		} else if (OS_READ_ONCE(slot->len) > ring->bufs->objsize) {
			OS_WRITE_ONCE(slot->len, 0);
		}
	}
	ring->head = ring->hwcur;
	ring->cur = ring->hwcur;
	ring->tail = os_load_acquire(&ring->hwtail);
	OS_WRITE_ONCE(s->head, ring->head);
	OS_WRITE_ONCE(s->cur, ring->cur);
	OS_WRITE_ONCE(s->tail, ring->tail);
	os_log_limited(OS_LOG_ERR,
		       "%s: %s ring %u: head or cur out of range, ring reset to slot %u",
		       ring->port->name, ring->dir == NM_TX ? "tx" : "rx", ring->id, ring->head);
}

/* Senders write the tail that the task of a live ring sees, and nobody may set it back. */
static noinline void tail_show(struct nm_ring *ring)
{
	os_spin_lock(&ring->lock);
	os_store_release(&ring->shared->tail, ring->hwtail);
	os_spin_unlock(&ring->lock);
}

static INLINE void ring_publish(struct nm_ring *ring, const struct os_timeval *now)
{
	struct netmap_ring *s = ring->shared;

	ring->tail = os_load_acquire(&ring->hwtail);
	if (now && (!nm_params.no_timestamp || OS_READ_ONCE(s->flags) & NR_TIMESTAMP)) {
		s->ts.tv_sec = now->sec;
		s->ts.tv_usec = now->usec;
	}
	if (unlikely(ring->live))
		tail_show(ring);
	else if (OS_READ_ONCE(s->tail) != ring->tail)
		os_store_release(&s->tail, ring->tail);
}

static INLINE int port_sync(struct nm_ring *ring)
{
	const struct nm_port_ops *ops = ring->port->ops;

	if (unlikely(OS_READ_ONCE(ring->taps) || OS_READ_ONCE(ring->zmon)))
		return nm_watched_sync(ring);
	return ring->dir == NM_TX ? ops->txsync(ring) : ops->rxsync(ring);
}

static INLINE enum nm_sync_result sync_busy(struct nm_ring *ring, uint32_t head, uint32_t cur,
					    const struct os_timeval *now)
{
	enum nm_sync_result result = NM_SYNC_OK;

	if (!cursors_accept(ring, head, cur)) {
		ring_recover(ring);
		result = NM_SYNC_RESET;
	}
	if (result == NM_SYNC_OK || ring->dir == NM_RX) {
		if (port_sync(ring))
			result = NM_SYNC_FAILED;
		else
			ring_publish(ring, now);
	}
	return result;
}

enum nm_sync_result nm_ring_sync(struct nm_ring *ring, uint32_t flags, const struct os_timeval *now)
{
	struct netmap_ring *s = ring->shared;
	enum nm_sync_result result;
	uint32_t head;

	if (os_test_and_set(&ring->busy))
		return NM_SYNC_BUSY;
	ring->sync_flags = flags;
	head = os_load_acquire(&s->head);
	if (OS_READ_ONCE(s->tail) != ring->tail && likely(!ring->live))
		OS_WRITE_ONCE(s->tail, ring->tail);
	result = sync_busy(ring, head, OS_READ_ONCE(s->cur), now);
	os_clear(&ring->busy);
	return result;
}

enum nm_sync_result nm_ring_sync_to(struct nm_ring *ring, uint32_t head, uint32_t cur,
				    uint32_t flags)
{
	enum nm_sync_result result;

	if (os_test_and_set(&ring->busy))
		return NM_SYNC_BUSY;
	ring->sync_flags = flags;
	result = sync_busy(ring, head, cur, NM_TS_NO);
	os_clear(&ring->busy);
	return result;
}
