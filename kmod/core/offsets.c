/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "offsets.h"
#include "bind.h"

#define PTR_BITS 64

static uint64_t mask_of(const struct nmreq_opt_offsets *opt)
{
	uint32_t bits = opt->nro_offset_bits;

	return bits && bits < PTR_BITS ? (1ULL << bits) - 1 : ~0ULL;
}

static int check(const struct nm_file *f, struct nm_port *port, const struct nmreq_opt_offsets *opt)
{
	struct nm_bound it = nm_bound(f, port);
	uint64_t mask = mask_of(opt), max = opt->nro_max_offset;
	struct nm_ring *ring;

	if (port->ops->no_offsets)
		return -EOPNOTSUPP;
	if (opt->nro_offset_bits > PTR_BITS || max > port->region->pool[NM_POOL_BUF].objsize ||
	    max > mask || opt->nro_initial_offset > max)
		return -EINVAL;
	while ((ring = nm_bound_next(&it)) != NULL)
		if (ring->offset_mask && (ring->offset_mask < mask || ring->offset_max < max))
			return -EBUSY;
	return 0;
}

int nm_offsets_check(const struct nm_file *f, struct nm_port *port, struct nmreq_opt_offsets *opt)
{
	int rc = check(f, port, opt);

	opt->nro_opt.nro_status = -rc;
	return rc;
}

static void initial_offset(struct nm_ring *ring, uint64_t offset)
{
	uint32_t i;

	for (i = 0; i < ring->slots; i++) {
		struct netmap_slot *slot = &ring->shared->slot[i];
		uint64_t rest = OS_READ_ONCE(slot->ptr) & ~ring->offset_mask;

		OS_WRITE_ONCE(slot->ptr, rest | offset);
	}
}

static void ring_apply(struct nm_ring *ring, const struct nmreq_opt_offsets *opt)
{
	uint64_t gap = opt->nro_min_gap;

	ring->offset_max = opt->nro_max_offset;
	ring->min_gap = gap < ring->bufs->objsize ? gap : 0;
	ring->offset_mask = mask_of(opt);
	ring->shared->offset_mask = ring->offset_mask;
	if (opt->nro_initial_offset && !ring->users && !ring->bare)
		initial_offset(ring, opt->nro_initial_offset);
}

void nm_offsets_apply(const struct nm_file *f, struct nm_port *port, struct nmreq_opt_offsets *opt)
{
	struct nm_bound it = nm_bound(f, port);
	uint64_t largest = opt->nro_max_offset;
	struct nm_ring *ring;

	while ((ring = nm_bound_next(&it)) != NULL) {
		if (!ring->offset_mask)
			ring_apply(ring, opt);
		if (ring->offset_max > largest)
			largest = ring->offset_max;
	}
	opt->nro_max_offset = largest;
}
