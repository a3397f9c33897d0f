/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "copies.h"

#define SELF	  0x7ff0
#define FROM_GREF 1
#define TO_GREF	  2

static uint32_t page_offset(const void *p)
{
	return (uintptr_t)p % VIF_PAGE_BYTES;
}

static struct vif_copy_end ours(const void *p)
{
	return (struct vif_copy_end){
		.frame = vif_host_frame(p),
		.domain = SELF,
		.offset = page_offset(p),
	};
}

static struct vif_copy_end theirs(const struct vif_copies *c, uint32_t gref, uint32_t offset)
{
	struct vif_copy_end end = {.frame = 0, .domain = c->domain, .offset = offset};

	end.gref = gref;
	return end;
}

/* Ours may lie in several pages. */
static uint32_t part(const void *p, uint32_t bytes)
{
	uint32_t left = VIF_PAGE_BYTES - page_offset(p);

	return bytes < left ? bytes : left;
}

void vif_copies_from(struct vif_copies *c, uint32_t gref, uint32_t offset, void *to, uint32_t bytes)
{
	uint8_t *p = to;

	while (bytes) {
		uint32_t n = part(p, bytes);

		c->op[c->n++] = (struct vif_copy){
			.from = theirs(c, gref, offset),
			.to = ours(p),
			.bytes = n,
			.flags = FROM_GREF,
		};
		p += n;
		offset += n;
		bytes -= n;
	}
}

void vif_copies_to(struct vif_copies *c, const void *from, uint32_t gref, uint32_t offset,
		   uint32_t bytes)
{
	const uint8_t *p = from;

	while (bytes) {
		uint32_t n = part(p, bytes);

		c->op[c->n++] = (struct vif_copy){
			.from = ours(p),
			.to = theirs(c, gref, offset),
			.bytes = n,
			.flags = TO_GREF,
		};
		p += n;
		offset += n;
		bytes -= n;
	}
}

bool vif_copies_done(const struct vif_copies *c, unsigned first, unsigned end)
{
	while (first < end && !c->op[first].status)
		first++;
	return first == end;
}
