/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Packets that all have one pair of addresses need neither queues nor runs. */
#ifndef NM_ONEWAY_H
#define NM_ONEWAY_H

#include "forward.h"

/*
 * Where plain packets with these addresses go through a switch that learns, if that is one ring
 * that takes them as they are. Their source is learned then. NULL: anything else.
 */
static inline struct nm_ring *nm_one_way_ring(const struct nm_vale *vale,
					      const struct nm_members *members,
					      const struct nm_ring *src, const struct nm_keys *keys)
{
	struct nm_learn *table = vale->private_data;
	uint32_t port = nm_learn_find(table, keys->dst);
	struct nm_port *dst = port < NM_VALE_FLOOD ? members->ports[port] : NULL;
	struct nm_ring *ring;

	if (unlikely(!dst || dst == src->port || OS_READ_ONCE(dst->hdr_bytes) ||
		     dst->ops->make_room))
		return NULL;
	ring = &dst->rings[NM_RX][nm_ring_at(dst, src->id)];
	if (unlikely(!os_load_acquire(&ring->open) || ring->offset_mask))
		return NULL;
	if (likely(!nm_key_is_group(keys->src)))
		nm_learn_station(table, keys->src, src->port->vale_idx);
	return ring;
}

/*
 * Forwards a gathered plain batch through a switch that learns, from a port without virtio-net
 * headers. False, and nothing is done but to learn: not all of it goes one way.
 */
bool nm_one_way(const struct nm_vale *vale, const struct nm_members *members, struct nm_ring *src);

#endif
