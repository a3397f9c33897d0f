/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Copies between pages that a guest granted and memory of ours, done by the hypervisor, many at a
 * time. Laid out as it takes them (GNTTABOP_copy).
 */
#ifndef VIF_COPIES_H
#define VIF_COPIES_H

#include "netif.h"

#define VIF_COPIES 256

struct vif_copy_end {
	union {
		uint32_t gref;
		uint64_t frame;
	};
	uint16_t domain;
	uint16_t offset;
};

struct vif_copy {
	struct vif_copy_end from, to;
	uint16_t bytes;
	uint16_t flags;
	int16_t status; /* 0: done */
};

struct vif_copies {
	struct vif_copy op[VIF_COPIES];
	unsigned n;
	uint16_t domain; /* the guest */
};

/* What the host supplies: carries them out, and the machine's number of a page of ours. */
void vif_host_copy(struct vif_copy *op, unsigned n);
uint64_t vif_host_frame(const void *page);

/* Room for this many bytes, in so many parts, of memory of ours that is contiguous? */
static inline bool vif_copies_fit(const struct vif_copies *c, uint32_t parts, uint32_t bytes)
{
	return c->n + 2 * parts + bytes / VIF_PAGE_BYTES <= VIF_COPIES;
}

/* Bytes within one page of the guest. There is room. */
void vif_copies_from(struct vif_copies *c, uint32_t gref, uint32_t offset, void *to,
		     uint32_t bytes);
void vif_copies_to(struct vif_copies *c, const void *from, uint32_t gref, uint32_t offset,
		   uint32_t bytes);

/* Were all of [first, end) carried out well? */
bool vif_copies_done(const struct vif_copies *c, unsigned first, unsigned end);

#endif
