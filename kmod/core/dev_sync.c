/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a sync of a device port's ring does: frames are copied between slots and the host's queues,
 * or the driver moves the slots itself.
 */
#include "core.h"
#include "dev_port.h"
#include "watch.h"

static struct os_dev *os_of(const struct nm_ring *ring)
{
	return nm_device_of(ring->port)->os;
}

static void piece_read(struct os_piece *piece, const struct nm_ring *ring, struct netmap_slot *slot,
		       uint16_t flags)
{
	uint32_t room = ring->bufs->objsize, len = OS_READ_ONCE(slot->len);

	piece->data = nm_buf_or_sink(ring->bufs, OS_READ_ONCE(slot->buf_idx));
	piece->bytes = len < room ? len : room;
	if (flags & (NS_REPORT | NS_BUF_CHANGED))
		OS_WRITE_ONCE(slot->flags, flags & ~(NS_REPORT | NS_BUF_CHANGED));
}

uint32_t nm_frame_read(struct nm_ring *ring, uint32_t pos, uint32_t end, struct nm_frame *frame)
{
	uint16_t flags;

	frame->n = 0;
	do {
		struct netmap_slot *slot = &ring->shared->slot[pos];

		flags = OS_READ_ONCE(slot->flags);
		if (frame->n < NETMAP_MAX_FRAGS)
			piece_read(&frame->piece[frame->n++], ring, slot, flags);
		pos = nm_next(pos, ring->slots);
	} while ((flags & NS_MOREFRAG) && pos != end);
	return pos;
}

static void count_sent(struct nm_ring *ring, const struct nm_frame *frame)
{
	unsigned i;

	ring->tx_stats.packets++;
	for (i = 0; i < frame->n; i++)
		ring->tx_stats.bytes += frame->piece[i].bytes;
}

/* Slots come back as the driver completes frames: their number is all that matters, not which. */
static uint32_t behind(uint32_t pos, uint32_t by, uint32_t n)
{
	return pos >= by ? pos - by : pos + n - by;
}

static int hardware_txsync(struct nm_ring *ring)
{
	os_dev_native_send(os_of(ring), ring);
	return 0;
}

int nm_dev_txsync(struct nm_ring *ring)
{
	bool to_stack = nm_ring_is_host(ring);
	struct os_dev *os = os_of(ring);
	uint32_t pos = ring->hwcur, pending = 0;
	struct nm_frame frame;

	if (nm_ring_is_hardware(ring))
		return hardware_txsync(ring);
	while (pos != ring->head) {
		pos = nm_frame_read(ring, pos, ring->head, &frame);
		count_sent(ring, &frame);
		if (to_stack)
			os_dev_inject(os, frame.piece, frame.n);
		else
			os_dev_send(os, ring->id, frame.piece, frame.n);
	}
	ring->hwcur = pos;
	if (!to_stack) {
		os_dev_flush(os, ring->id);
		pending = os_dev_in_flight(os, ring->id);
		if (pending >= ring->slots)
			pending = ring->slots - 1;
	}
	os_store_release(&ring->hwtail, behind(pos, pending + 1, ring->slots));
	return 0;
}

/* One frame of this length into the slots from pos on. Returns the slot after it. */
static uint32_t frame_to_slots(struct nm_ring *ring, uint32_t pos, uint32_t bytes)
{
	uint32_t room = ring->bufs->objsize, done = 0;

	do {
		struct netmap_slot *slot = &ring->shared->slot[pos];
		uint32_t len = bytes - done < room ? bytes - done : room;

		os_dev_read(os_of(ring), ring->id, done,
			    nm_buf_or_sink(ring->bufs, OS_READ_ONCE(slot->buf_idx)), len);
		done += len;
		OS_WRITE_ONCE(slot->len, len);
		OS_WRITE_ONCE(slot->flags, done < bytes ? NS_MOREFRAG : 0);
		pos = nm_next(pos, ring->slots);
	} while (done < bytes);
	return pos;
}

static void count_received(struct nm_ring *ring, const struct nm_rx_stats *got)
{
	os_spin_lock(&ring->lock);
	ring->rx_stats.packets += got->packets;
	ring->rx_stats.bytes += got->bytes;
	ring->rx_stats.bad_slot += got->bad_slot;
	os_spin_unlock(&ring->lock);
}

/* Copies what waits into slots from hwtail on. Returns the slot after the last one. */
static uint32_t fill_by_copying(struct nm_ring *ring, struct nm_rx_stats *got)
{
	uint32_t pos = ring->hwtail, n = ring->slots, room = ring->bufs->objsize;
	uint32_t space = n - 1 - nm_distance(ring->hwcur, pos, n);
	struct os_dev *os = os_of(ring);
	uint32_t bytes, slots;

	while ((bytes = os_dev_peek(os, ring->id)) != 0) {
		slots = (bytes + room - 1) / room;
		if (slots <= space) {
			pos = frame_to_slots(ring, pos, bytes);
			space -= slots;
			got->packets++;
			got->bytes += bytes;
		} else if (slots < n) {
			break;
		} else {
			got->bad_slot++;
		}
		os_dev_drop(os, ring->id);
	}
	return pos;
}

void nm_dev_fill(struct nm_ring *ring)
{
	struct nm_rx_stats got = {0};
	uint32_t pos;

	if (nm_ring_is_hardware(ring))
		pos = os_dev_native_fill(os_of(ring), ring, &got);
	else
		pos = fill_by_copying(ring, &got);
	if (pos == ring->hwtail && !got.bad_slot)
		return;
	if (unlikely(OS_READ_ONCE(ring->taps)))
		nm_watch_arrival(ring, ring->hwtail, nm_distance(ring->hwtail, pos, ring->slots));
	os_store_release(&ring->hwtail, pos);
	count_received(ring, &got);
}

/* From the stack to the wire only where the owner allows it. */
static bool forwards(const struct nm_ring *ring)
{
	if (nm_ring_is_host(ring) && !(ring->sync_flags & NM_SYNC_CAN_FORWARD_DOWN))
		return false;
	return nm_params.fwd || OS_READ_ONCE(ring->shared->flags) & NR_FORWARD;
}

void nm_dev_give_back(struct nm_ring *ring)
{
	if (nm_port_is_device(ring->port) && nm_ring_is_hardware(ring))
		os_dev_native_release(os_of(ring), ring);
	else
		os_store_release(&ring->hwcur, ring->head);
}

int nm_dev_rxsync(struct nm_ring *ring)
{
	if (ring->hwcur != ring->head) {
		if (forwards(ring))
			nm_forward_released(ring);
		nm_dev_give_back(ring);
	}
	nm_dev_fill(ring);
	return 0;
}
