/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Between a network driver and netmap: a driver that can move netmap's slots itself registers an
 * nm_native_ops, tells of its interrupts and resets, and asks before it touches a queue. A device
 * is known by its net_device; queues are numbered as the driver numbers them.
 * kmod/drivers/README.md shows how a driver is made to.
 */
#ifndef NM_LINUX_NATIVE_H
#define NM_LINUX_NATIVE_H

#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include "ring.h"

struct nm_native;

/* A queue of the hardware. While ring is set, its descriptors are netmap's. */
struct nm_native_ring {
	struct nm_native *native;
	struct nm_ring *ring; /* NULL: the queue is the stack's; changes while the device is down */
	spinlock_t lock;      /* one sync at a time, and none while the hardware is reset */
	bool live;	      /* under lock */
	u32 shift;	      /* the descriptor of slot 0 */
	u32 pieces;	      /* tx: of a frame whose end has not been seen yet */
	u16 queue;
	struct nm_rx_stats *got; /* rx: of the fill that is under way */
	/* For hardware that takes less than it is offered, or completes in another order. */
	u32 posted; /* the slot after the last one that it was given */
	u32 oldest; /* tx: the first one that it has not completed */
	u32 *note;  /* the driver's, a word for each slot; with ops->notes */
	void **own; /* the driver's, ops->own_bytes for each slot, in pages; NULL after the last */
	struct work_struct rest; /* posts what did not fit, when nobody syncs */
};

struct nm_native_ops {
	struct list_head all;		    /* netmap's */
	const struct device_driver *driver; /* of the devices that are meant */
	/* Is it one of them? RTNL is held. NULL: all of the driver's are. */
	bool (*is_native)(const struct net_device *netdev);
	u32 tx_min_bytes;  /* a frame that is shorter is sent at this length */
	u32 max_mtu;	   /* 0: what buffers can hold */
	u32 tx_max_pieces; /* of a frame; 0: NETMAP_MAX_FRAGS */
	bool notes;	   /* rings come with an array of them */
	u32 own_bytes;	   /* tx: memory for each slot that is no buffer; divides a page */
	bool maps_itself;  /* addresses of buffers are physical ones */
	bool copies;	   /* nothing but the driver touches buffers: none is mapped */

	/* Do buffers of empty rings matter to nobody? The netdev has rings; RTNL is held. May be NULL. */
	bool (*rests)(struct net_device *netdev);
	bool apart; /* buffers are shown to others than tasks of the port */
	/* RTNL is held: rings of this device were given or, all NULL, taken away. May be NULL. */
	void (*switched)(struct net_device *netdev, struct nm_native *native);

	/* Bytes that the hardware may write into one buffer at the present MTU. */
	u32 (*rx_bytes)(struct net_device *netdev);
	/* The device is up, RTNL is held: stop it, and start it again. */
	void (*down)(struct net_device *netdev);
	void (*up)(struct net_device *netdev);

	/* The rest under the ring's lock, while it is live; from and to are slots, to excluded. */
	void (*tx_post)(struct nm_native_ring *r, u32 from, u32 to);
	/* The oldest slot that was posted and is not sent, or else the one that is posted next. */
	u32 (*tx_done)(struct nm_native_ring *r);
	void (*rx_post)(struct nm_native_ring *r, u32 from, u32 to);
	/* Takes over what arrived in at most max slots from pos on. Returns the slot after it. */
	u32 (*rx_fill)(struct nm_native_ring *r, u32 pos, u32 max);
};

/* Before the driver's first device appears, and after its last one went. */
void nm_native_register(struct nm_native_ops *ops);
void nm_native_unregister(struct nm_native_ops *ops);

/*
 * The driver's own start and end, around which its devices are known to be native: 0, or what the
 * start said. Inlined, as they are of sections that are gone later.
 */
static __always_inline int nm_native_load(struct nm_native_ops *ops, int (*start)(void))
{
	int error;

	nm_native_register(ops);
	error = start();
	if (error)
		nm_native_unregister(ops);
	return error;
}

static __always_inline void nm_native_unload(struct nm_native_ops *ops, void (*end)(void))
{
	end();
	nm_native_unregister(ops);
}

/* Is this queue netmap's? Then the driver leaves its descriptors alone. Any context. */
bool nm_native_has(const struct net_device *netdev, enum nm_dir dir, unsigned int queue);
/* The same, and whoever waits for the queue is told that it has news. */
bool nm_native_interrupt(const struct net_device *netdev, enum nm_dir dir, unsigned int queue);
/* Before the hardware's queues are reset or freed: no sync is under way when it returns. */
void nm_native_pause(const struct net_device *netdev);
/* The queues are empty, and their indices 0: receive slots are posted, and syncs go on. */
void nm_native_resume(const struct net_device *netdev);

/* The rest is for syncs. */
struct nm_native_buf {
	dma_addr_t dma;
	bool known; /* released when dma is there */
};

struct nm_native {
	struct os_dev *dev;
	const struct nm_native_ops *ops;
	struct net_device *netdev;
	struct device *dma;
	const struct nm_pool *bufs;
	struct nm_native_buf
		*buf;	     /* by index; mapped when first used, until the device is given back */
	spinlock_t map_lock; /* one ring maps at a time */
	bool must_sync;	     /* the machine copies between buffers and the device */
	u16 count[NM_DIRS];
	struct nm_native_ring *rings[NM_DIRS];
};

/* Maps a buffer that was not yet: its address, or the sink's for a bad index. */
dma_addr_t nm_native_map(struct nm_native *native, u32 idx);

static inline dma_addr_t nm_native_dma(struct nm_native *native, u32 idx)
{
	if (likely(idx < native->bufs->objtotal && smp_load_acquire(&native->buf[idx].known)))
		return native->buf[idx].dma;
	return nm_native_map(native, idx);
}

/* Hardware took less than it was offered, and takes the rest when asked what it has completed. */
static inline bool nm_native_holds_back(const struct nm_native_ring *r)
{
	const struct nm_ring *ring = READ_ONCE(r->ring);

	return r->native->ops->notes && ring && READ_ONCE(r->posted) != READ_ONCE(ring->hwcur);
}

static inline u32 nm_native_index(const struct nm_native_ring *r, u32 slot)
{
	u32 at = slot + r->shift, n = r->ring->slots;

	return at >= n ? at - n : at;
}

static inline u32 nm_native_slot(const struct nm_native_ring *r, u32 index)
{
	u32 n = r->ring->slots;

	return index >= r->shift ? index - r->shift : index + n - r->shift;
}

static inline void *nm_native_own(const struct nm_native_ring *r, u32 slot)
{
	u32 at = slot * r->native->ops->own_bytes;

	return r->own[at / PAGE_SIZE] + offset_in_page(at);
}

struct nm_native_piece {
	dma_addr_t dma;
	u32 bytes;
	bool first, last; /* of its frame */
	bool report;	  /* the task wants to know soon when it is sent */
};

/* What the slot has for the wire; clears what a transmission clears. */
static inline void nm_native_tx_piece(struct nm_native_ring *r, u32 slot,
				      struct nm_native_piece *piece)
{
	const struct nm_native_ops *ops = r->native->ops;
	u32 max = ops->tx_max_pieces ? ops->tx_max_pieces : NETMAP_MAX_FRAGS;
	struct netmap_slot *s = &r->ring->shared->slot[slot];
	u32 room = r->ring->bufs->objsize, bytes = READ_ONCE(s->len);
	u16 flags = READ_ONCE(s->flags);

	piece->dma = nm_native_dma(r->native, READ_ONCE(s->buf_idx));
	piece->bytes = min(bytes, room);
	piece->first = !r->pieces;
	r->pieces++;
	piece->last = !(flags & NS_MOREFRAG) || r->pieces >= max;
	if (piece->last) {
		if (piece->first && piece->bytes < ops->tx_min_bytes)
			piece->bytes = ops->tx_min_bytes;
		r->pieces = 0;
		r->ring->tx_stats.packets++;
	}
	piece->report = flags & NS_REPORT;
	if (flags & (NS_REPORT | NS_BUF_CHANGED))
		WRITE_ONCE(s->flags, flags & ~(NS_REPORT | NS_BUF_CHANGED));
	r->ring->tx_stats.bytes += piece->bytes;
	if (unlikely(r->native->must_sync))
		dma_sync_single_for_device(r->native->dma, piece->dma, piece->bytes, DMA_TO_DEVICE);
}

/* All of the frame that begins at this slot. */
static inline u32 nm_native_frame_bytes(const struct nm_native_ring *r, u32 slot)
{
	u32 room = r->ring->bufs->objsize, bytes = 0, pieces = 0;
	u16 flags;

	do {
		const struct netmap_slot *s = &r->ring->shared->slot[slot];

		bytes += min_t(u32, READ_ONCE(s->len), room);
		flags = READ_ONCE(s->flags);
		slot = nm_next(slot, r->ring->slots);
	} while (flags & NS_MOREFRAG && ++pieces < NETMAP_MAX_FRAGS);
	return max(bytes, r->native->ops->tx_min_bytes);
}

/* Where the hardware may write what arrives for this slot. */
static inline dma_addr_t nm_native_rx_room(struct nm_native_ring *r, u32 slot)
{
	struct netmap_slot *s = &r->ring->shared->slot[slot];
	dma_addr_t dma = nm_native_dma(r->native, READ_ONCE(s->buf_idx));
	u16 flags = READ_ONCE(s->flags);

	if (flags & NS_BUF_CHANGED)
		WRITE_ONCE(s->flags, flags & ~NS_BUF_CHANGED);
	if (unlikely(r->native->must_sync))
		dma_sync_single_for_device(r->native->dma, dma, r->ring->bufs->objsize,
					   DMA_FROM_DEVICE);
	return dma;
}

/* So many bytes arrived in this slot; with more the frame goes on in the next one. */
static inline void nm_native_rx_done(struct nm_native_ring *r, u32 slot, u32 bytes, bool more)
{
	struct netmap_slot *s = &r->ring->shared->slot[slot];

	if (unlikely(r->native->must_sync))
		dma_sync_single_for_cpu(r->native->dma,
					nm_native_dma(r->native, READ_ONCE(s->buf_idx)), bytes,
					DMA_FROM_DEVICE);
	WRITE_ONCE(s->len, bytes);
	WRITE_ONCE(s->flags, more ? NS_MOREFRAG : 0);
	r->got->bytes += bytes;
	r->got->packets += !more;
}

#endif
