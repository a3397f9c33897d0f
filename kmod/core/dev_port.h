/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Ports of network devices. Emulated: the driver runs unmodified, frames are copied between its
 * queues and the rings. Native: the driver moves the slots itself. Each has host rings, behind
 * which is the host's stack.
 */
#ifndef NM_DEV_PORT_H
#define NM_DEV_PORT_H

#include "os_dev.h"
#include "port.h"

struct nm_attach;

struct nm_device {
	struct nm_device *next; /* of the namespace */
	struct nm_port *port;
	struct os_dev *os;
	bool native;		   /* fixed while the port lives */
	struct nm_attach *attach;  /* NULL: in no switch */
	struct os_worker *lookout; /* NULL: only owners look for arrivals */
	struct os_mutex look_lock; /* held while it looks, and while rings come and go */
};

extern const struct nm_port_ops nm_dev_port_ops, nm_dev_native_ops;

static inline bool nm_port_is_device(const struct nm_port *port)
{
	return port->ops == &nm_dev_port_ops || port->ops == &nm_dev_native_ops;
}

static inline struct nm_device *nm_device_of(const struct nm_port *port)
{
	return port->kind_data;
}

static inline bool nm_ring_is_host(const struct nm_ring *ring)
{
	return ring->id >= ring->port->nrings[ring->dir];
}

/* Are its slots the hardware's own? */
static inline bool nm_ring_is_hardware(const struct nm_ring *ring)
{
	return nm_device_of(ring->port)->native && !nm_ring_is_host(ring);
}

/*
 * The port of a device, made when there is none, with a reference: 0, -ENXIO (no such device),
 * -EOPNOTSUPP (it cannot be one), -EINVAL (region) or -ENOMEM.
 */
int nm_dev_port_get(const struct nm_port_query *query, struct nm_port **out);
/* Lets go of the device for good, before the rings go: no event comes any more. */
void nm_dev_port_stop(struct nm_port *port);

/* dev_sync.c. Owner of the ring's busy flag, here and below. */
int nm_dev_txsync(struct nm_ring *ring);
int nm_dev_rxsync(struct nm_ring *ring);
/* Takes back the slots hwcur to head of a receive ring, of a port of any kind. */
void nm_dev_give_back(struct nm_ring *ring);
/* Moves hwtail over what arrived; the owner sees it with its next sync. */
void nm_dev_fill(struct nm_ring *ring);

/*
 * dev_lookout.c. From now on arrivals are in the rings, and seen by monitors, even if no owner
 * looks for them. 0 or -ENOMEM. Until the port leaves netmap mode; then no event comes any more.
 */
int nm_dev_watched(struct nm_port *port);
void nm_dev_unwatched(struct nm_device *dev);

/* A frame in consecutive slots of a ring, as pieces for the host. */
struct nm_frame {
	struct os_piece piece[NETMAP_MAX_FRAGS];
	unsigned n;
};

/*
 * The frame that begins at slot pos and ends before end; slots beyond NETMAP_MAX_FRAGS are left
 * out. Clears what a transmission clears. Returns the slot after it.
 */
uint32_t nm_frame_read(struct nm_ring *ring, uint32_t pos, uint32_t end, struct nm_frame *frame);

/*
 * forward_host.c. Of the slots that the owner of an rx ring gives back, up to head, passes those
 * that it marked to the other side: from the wire to the stack, and from the stack to the wire.
 */
void nm_forward_released(struct nm_ring *ring);

#endif
