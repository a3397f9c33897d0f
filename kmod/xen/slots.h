/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The slots of a netmap ring, as those who move frames between it and a guest see them. */
#ifndef VIF_SLOTS_H
#define VIF_SLOTS_H

#include "ring.h"

struct vif_slots {
	struct netmap_slot *slot;
	const struct nm_pool *bufs;
	uint32_t n;
};

static inline void *vif_slot_buf(const struct vif_slots *s, uint32_t pos)
{
	return nm_buf_or_sink(s->bufs, OS_READ_ONCE(s->slot[pos].buf_idx));
}

static inline uint32_t vif_slot_after(const struct vif_slots *s, uint32_t pos, uint32_t by)
{
	return pos + by < s->n ? pos + by : pos + by - s->n;
}

/* Slots for so many bytes. */
static inline uint32_t vif_slots_for(const struct vif_slots *s, uint32_t bytes)
{
	return (bytes + s->bufs->objsize - 1) / s->bufs->objsize;
}

#endif
