/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "watch.h"
#include "forward.h"
#include "lease.h"
#include "monitor.h"
#include "ns.h"
#include "slot.h"

/* Slots to be seen. */
struct view {
	struct nm_ring *ring;
	uint32_t first;
	uint32_t slots;
};

typedef void transfer_fn(struct nm_ring *from, uint32_t at, struct nm_ring *to, uint32_t slot);

static uint32_t advance(uint32_t slot, uint32_t by, uint32_t n)
{
	slot += by;
	return slot >= n ? slot - n : slot;
}

static bool ends_packet(const struct view *v, uint32_t i)
{
	const struct netmap_slot *slots = v->ring->shared->slot;

	return !(OS_READ_ONCE(slots[advance(v->first, i, v->ring->slots)].flags) & NS_MOREFRAG);
}

/* As many of the last slots as there is room for, from the beginning of a packet on. */
static uint32_t newest(void *arg, uint32_t room)
{
	const struct view *v = arg;

	while (room && !ends_packet(v, v->slots - room - 1))
		room--;
	return room;
}

static void show(struct view *v, struct nm_ring *to, transfer_fn *transfer)
{
	const struct nm_rx_stats none = {0};
	struct nm_lease lease;
	uint32_t at, slot, i;

	if (!v->slots || !nm_lease_take(to, &lease, v->slots, newest, v))
		return;
	at = advance(v->first, v->slots - lease.slots, v->ring->slots);
	slot = lease.first;
	for (i = 0; i < lease.slots; i++) {
		transfer(v->ring, at, to, slot);
		at = nm_next(at, v->ring->slots);
		slot = nm_next(slot, to->slots);
	}
	if (nm_lease_finish(to, &lease, &none))
		nm_port_wake(to->port, to);
}

/* A monitor of a monitor passes on what that one was told. */
static uint16_t flags_seen(const struct nm_ring *from, uint16_t flags)
{
	if (from->dir == NM_TX)
		return (flags & ~NS_INDIRECT) | NS_TXMON;
	return nm_is_monitor(from->port) ? flags : flags & ~(NS_INDIRECT | NS_TXMON);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Returns how many bytes were copied to dst, which has so much room. */
static uint32_t payload_copy(struct nm_ring *from, uint32_t at, union nm_slot s, void *dst,
			     uint32_t room)
{
	uint32_t offset = nm_slot_offset(from, &from->shared->slot[at]);
	uint32_t bytes = least(s.len, least(from->bufs->objsize - offset, room));

	if ((s.flags & NS_INDIRECT) && from->dir == NM_TX) {
		const void __user *src = (const void __user *)(unsigned long)s.ptr;

		return os_copy_if_present(dst, src, bytes) ? 0 : bytes;
	}
	memcpy(dst, (char *)nm_buf_or_sink(from->bufs, s.buf_idx) + offset, bytes);
	return bytes;
}

/* Before anybody waits for us. */
static void touch_payloads(const struct nm_ring *ring)
{
	uint32_t pos;

	for (pos = ring->hwcur; pos != ring->head; pos = nm_next(pos, ring->slots)) {
		const union nm_slot s = nm_slot_read(&ring->shared->slot[pos]);

		if (s.flags & NS_INDIRECT)
			os_user_touch((const void __user *)(unsigned long)s.ptr, s.len);
	}
}

static void slot_copy(struct nm_ring *from, uint32_t at, struct nm_ring *to, uint32_t slot)
{
	const union nm_slot s = nm_slot_read(&from->shared->slot[at]);
	struct netmap_slot *out = &to->shared->slot[slot];
	uint32_t room;
	void *dst = nm_slot_place(to, out, &room);

	OS_WRITE_ONCE(out->len, payload_copy(from, at, s, dst, room));
	OS_WRITE_ONCE(out->flags, flags_seen(from, s.flags));
}

/* The monitor takes the buffer and gives one of its own, unless that is none: then it sees an empty
 * slot. */
static void slot_swap(struct nm_ring *from, uint32_t at, struct nm_ring *to, uint32_t slot)
{
	struct netmap_slot *in = &from->shared->slot[at], *out = &to->shared->slot[slot];
	const union nm_slot s = nm_slot_read(in), own = nm_slot_read(out);
	bool usable = nm_buf(from->bufs, own.buf_idx);

	OS_WRITE_ONCE(out->len, usable ? s.len : 0);
	OS_WRITE_ONCE(out->flags, flags_seen(from, s.flags));
	if (!usable)
		return;
	OS_WRITE_ONCE(out->buf_idx, s.buf_idx);
	OS_WRITE_ONCE(in->buf_idx, own.buf_idx);
	OS_WRITE_ONCE(in->flags, s.flags | NS_BUF_CHANGED);
}

static void show_copies(struct nm_ring *ring, uint32_t first, uint32_t slots)
{
	struct os_rwsem *lock = &ring->port->ns->watch_lock;
	struct view v = {.ring = ring, .first = first, .slots = slots};
	struct nm_tap *tap;

	os_read_lock(lock);
	for (tap = ring->taps; tap; tap = tap->next)
		show(&v, tap->to, slot_copy);
	os_read_unlock(lock);
}

static void hand_on(struct nm_ring *ring, uint32_t first, uint32_t end)
{
	struct os_rwsem *lock = &ring->port->ns->watch_lock;
	struct view v = {.ring = ring, .first = first};

	v.slots = nm_distance(first, end, ring->slots);
	os_read_lock(lock);
	if (ring->zmon)
		show(&v, ring->zmon, slot_swap);
	os_read_unlock(lock);
}

int nm_watched_sync(struct nm_ring *ring)
{
	const struct nm_port_ops *ops = ring->port->ops;
	uint32_t n = ring->slots, first_freed;
	int rc;

	if (ring->dir == NM_RX) {
		hand_on(ring, ring->hwcur, ring->head);
		return ops->rxsync(ring);
	}
	touch_payloads(ring);
	show_copies(ring, ring->hwcur, nm_distance(ring->hwcur, ring->head, n));
	first_freed = nm_next(ring->hwtail, n);
	rc = ops->txsync(ring);
	hand_on(ring, first_freed, nm_next(ring->hwtail, n));
	return rc;
}

void nm_watch_arrival(struct nm_ring *ring, uint32_t first, uint32_t slots)
{
	show_copies(ring, first, slots);
}
