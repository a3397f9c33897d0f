/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's side of one netmap ring. Cursors in shared memory belong to the task and are read
 * once a sync; everything the kernel decides by is kept here. Receive rings are filled by any
 * number of senders at once: each takes a lease of consecutive slots under the lock, copies
 * outside it, and slots become visible in lease order.
 */
#ifndef NM_RING_H
#define NM_RING_H

#include <net/netmap.h>

#include "mem.h"

#define NM_LINE	 __attribute__((aligned(64)))
#define NM_TS_NO ((const struct os_timeval *)0)

enum nm_dir { NM_RX = 0, NM_TX = 1, NM_DIRS = 2 };

struct nm_port;
struct nm_tap;
struct nm_work;

struct nm_tx_stats {
	uint64_t packets, bytes, copies;
	uint64_t bad_slot, no_dest, lookup;
	/*
	 * Packets that the first line does not have: they are counted while the port may be leaving
	 * its switch, so that one number must say all.
	 */
	uint64_t no_switch, misfit;
};

struct nm_rx_stats {
	uint64_t packets, bytes;
	uint64_t ring_full, bad_slot;
};

struct nm_ring {
	/* Fixed while the ring has users. */
	struct nm_port *port;
	struct netmap_ring *shared; /* NULL: not made */
	const struct nm_pool *bufs;
	struct nm_work *work; /* tx, of ports that forward */
	uint32_t *lease_ends; /* rx: a record per lease, LEASE_PENDING or where the lease ended */
	uint64_t offset_mask; /* bits of slot.ptr that hold an offset; 0: the ring uses none */
	uint32_t slots;
	uint16_t id;
	bool exclusive;
	bool bare; /* its slots are made without buffers; what they hold is another ring's */
	bool open; /* may be delivered to; see gate.h for what happens when it closes */
	enum nm_dir dir;
	uint32_t offset_max;
	uint32_t min_gap; /* rx: bytes that are room enough for a packet; 0: as many as there are */
	uint32_t shared_idx;
	unsigned users;

	/* Who looks on; both change under the namespace's watch lock. */
	struct nm_tap *taps;  /* copy monitors */
	struct nm_ring *zmon; /* the receive ring of a zero-copy monitor */

	struct os_waitq waitq; /* asked for sleepers once a batch, hardly ever written */

	/* The owner's line: written by syncs of the task. */
	NM_LINE uint32_t busy; /* one sync at a time */
	uint32_t sync_flags;   /* NM_SYNC_* of the sync that is going on */
	uint32_t passage;      /* odd while the owner is inside the switch */
	uint32_t head;	       /* as last accepted */
	uint32_t cur;
	uint32_t tail;	/* as last published to the task */
	uint32_t hwcur; /* oldest slot the task has not given back (rx) or handed over (tx) */
	bool swaps;	/* rx of a pipe: its task has put other buffers into slots */
	bool live;	/* rx of a switch: NR_LIVE, as the last sync saw it */
	struct nm_window window; /* tx: where the buffers sent last were */
	struct nm_tx_stats tx_stats;

	/* The senders' line. */
	NM_LINE struct os_spin lock;
	uint32_t lease;	      /* slots are leased up to here */
	uint32_t lease_first; /* record of the oldest unfinished lease */
	uint32_t lease_next;
	uint32_t freed;	   /* hwcur when there last was no room; spares the owner's line */
	uint32_t full_at;  /* hwcur when packets were last dropped for want of room */
	uint32_t patience; /* senders will yield so often until the owner moves */
	bool shows;	   /* live, as the owner has told the senders */
	struct nm_rx_stats rx_stats;

	/* Written once a batch, watched by the owner. */
	NM_LINE uint32_t hwtail;

	NM_LINE struct nm_tx_stats retired; /* of tx_stats, what switches that it left were told */
};

static inline uint32_t nm_next(uint32_t i, uint32_t n)
{
	return unlikely(i + 1 == n) ? 0 : i + 1;
}

/* Slots from a up to b; both below n. */
static inline uint32_t nm_distance(uint32_t a, uint32_t b, uint32_t n)
{
	return b >= a ? b - a : b + n - a;
}

/* Where in its buffer the packet of a slot begins; never beyond the largest offset agreed upon. */
static inline uint32_t nm_slot_offset(const struct nm_ring *ring, const struct netmap_slot *slot)
{
	uint64_t offset = OS_READ_ONCE(slot->ptr) & ring->offset_mask;

	return offset < ring->offset_max ? offset : ring->offset_max;
}

void nm_ring_init(struct nm_ring *ring, struct nm_port *port, enum nm_dir dir, uint16_t id,
		  uint32_t slots);
void nm_ring_exit(struct nm_ring *ring);

/*
 * Makes the shared ring and fills its slots with buffers; undone by nm_ring_unmake, which frees
 * the buffers found in the slots. 0 or -ENOMEM. Global lock held.
 */
int nm_ring_make(struct nm_ring *ring, struct nm_region *region);
void nm_ring_unmake(struct nm_ring *ring, struct nm_region *region);

/*
 * May a task that was last seen at lo, and may go up to hi, have moved to these cursors? All but
 * head and cur are below n. Source: the ring protocol, head in [lo, hi] and cur in [head, hi],
 * circular.
 */
bool nm_cursors_valid(uint32_t n, uint32_t lo, uint32_t hi, uint32_t head, uint32_t cur);

enum nm_sync_result {
	NM_SYNC_OK,
	NM_SYNC_BUSY,  /* another thread is at it; nothing was done */
	NM_SYNC_RESET, /* the task's cursors made no sense and were reset */
	NM_SYNC_FAILED,
};

/*
 * One sync of one ring: read and check the cursors, let the port work, publish the tail (and the
 * time, unless NULL). flags, NM_SYNC_*, are for the port: ports that always look for packets and
 * always take slots back need not be forced to.
 */
enum nm_sync_result nm_ring_sync(struct nm_ring *ring, uint32_t flags,
				 const struct os_timeval *now);
/* The same for a task that says its cursors elsewhere. */
enum nm_sync_result nm_ring_sync_to(struct nm_ring *ring, uint32_t head, uint32_t cur,
				    uint32_t flags);

/* Is there something for the task past its wake-up point? Only between syncs of the caller. */
static inline bool nm_ring_ready(const struct nm_ring *ring)
{
	return OS_READ_ONCE(ring->cur) != OS_READ_ONCE(ring->tail);
}

#endif
