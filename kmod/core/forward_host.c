/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Transparent forwarding: packets that a task only looked at go on between the wire and the stack.
 */
#include "core.h"
#include "dev_port.h"

/* A packet is passed on if its first slot says so, or the administrator says so for all. */
static bool wanted(struct netmap_slot *slot)
{
	uint16_t flags = OS_READ_ONCE(slot->flags);

	if (flags & NS_FORWARD)
		OS_WRITE_ONCE(slot->flags, flags & ~NS_FORWARD);
	return (flags & NS_FORWARD) || nm_params.fwd;
}

/* Frames for the wire wait while fewer of them are in flight than a ring has slots. */
static bool wire_has_room(struct os_dev *os, const struct nm_ring *ring, unsigned queue)
{
	return os_dev_in_flight(os, queue) + 1 < ring->port->slots[NM_TX];
}

void nm_forward_released(struct nm_ring *ring)
{
	struct nm_port *port = ring->port;
	struct os_dev *os = nm_device_of(port)->os;
	bool to_wire = nm_ring_is_host(ring), sent = false;
	unsigned queue = port->nrings[NM_TX] + ring->id - port->nrings[NM_RX];
	struct nm_frame frame;
	uint32_t pos = ring->hwcur;

	while (pos != ring->head) {
		bool pass = wanted(&ring->shared->slot[pos]);

		pos = nm_frame_read(ring, pos, ring->head, &frame);
		if (!pass)
			continue;
		if (!to_wire) {
			os_dev_inject(os, frame.piece, frame.n);
		} else if (wire_has_room(os, ring, queue)) {
			os_dev_send(os, queue, frame.piece, frame.n);
			sent = true;
		}
	}
	if (sent)
		os_dev_flush(os, queue);
}
