/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "bind.h"
#include "offsets.h"

/* Ports without host rings announce one a direction, which nobody can bind. */
#define FAKE_HOST_RINGS 1

static void select_range(struct nm_file *f, int dir, unsigned first, unsigned count)
{
	f->first[dir] = first;
	f->last[dir] = first + count;
}

/* Host rings, alone or after the others. */
static int select_host(struct nm_file *f, const struct nm_port *port,
		       const struct nmreq_register *reg)
{
	uint16_t id = reg->nr_ringid;
	int dir;

	if (!port->nhost[NM_TX] && !port->nhost[NM_RX])
		return -EINVAL;
	if (reg->nr_mode == NR_REG_ONE_SW && id >= port->nhost[NM_TX] && id >= port->nhost[NM_RX])
		return -EINVAL;
	for (dir = 0; dir < NM_DIRS; dir++) {
		uint16_t nic = port->nrings[dir], host = port->nhost[dir];

		if (reg->nr_mode == NR_REG_SW)
			select_range(f, dir, nic, host);
		else if (reg->nr_mode == NR_REG_NIC_SW)
			select_range(f, dir, 0, nic + host);
		else
			select_range(f, dir, nic + (id < host ? id : 0), 1);
	}
	return 0;
}

static int select_rings(struct nm_file *f, const struct nm_port *port,
			const struct nmreq_register *reg)
{
	uint16_t id = reg->nr_ringid;
	int dir;

	switch (reg->nr_mode) {
	case NR_REG_ALL_NIC:
	case NR_REG_NULL:
		for (dir = 0; dir < NM_DIRS; dir++)
			select_range(f, dir, 0, port->nrings[dir]);
		break;
	case NR_REG_ONE_NIC:
		if (id >= port->nrings[NM_TX] && id >= port->nrings[NM_RX])
			return -EINVAL;
		for (dir = 0; dir < NM_DIRS; dir++)
			select_range(f, dir, id < port->nrings[dir] ? id : 0, 1);
		break;
	case NR_REG_SW:
	case NR_REG_NIC_SW:
	case NR_REG_ONE_SW:
		if (select_host(f, port, reg))
			return -EINVAL;
		break;
	default: /* modes that REGISTER refuses */
		return -EINVAL;
	}
	if (reg->nr_flags & NR_TX_RINGS_ONLY)
		f->last[NM_RX] = f->first[NM_RX];
	if (reg->nr_flags & NR_RX_RINGS_ONLY)
		f->last[NM_TX] = f->first[NM_TX];
	return 0;
}

static int check_exclusive(const struct nm_file *f, struct nm_port *port, bool exclusive)
{
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;

	while ((ring = nm_bound_next(&it)) != NULL)
		if (ring->exclusive || (exclusive && ring->users))
			return -EBUSY;
	return 0;
}

static int ring_make(struct nm_ring *ring)
{
	struct nm_port *port = ring->port;

	return port->ops->ring_make ? port->ops->ring_make(ring) : nm_ring_make(ring, port->region);
}

static void ring_unmake(struct nm_ring *ring)
{
	struct nm_port *port = ring->port;

	if (port->ops->ring_unmake)
		port->ops->ring_unmake(ring);
	else
		nm_ring_unmake(ring, port->region);
}

static void unmake_unused(const struct nm_file *f, struct nm_port *port)
{
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;

	while ((ring = nm_bound_next(&it)) != NULL)
		if (!ring->users)
			ring_unmake(ring);
	/* A binding without rings may be the last that kept those of its peer. */
	if (!port->bindings && port->ops->ring_unmake && port->nrings[NM_TX])
		port->ops->ring_unmake(&port->rings[NM_TX][0]);
}

static int make_rings(const struct nm_file *f, struct nm_port *port)
{
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;

	while ((ring = nm_bound_next(&it)) != NULL)
		if (!ring->shared && ring_make(ring)) {
			unmake_unused(f, port);
			return -ENOMEM;
		}
	return 0;
}

/* Entries of a direction in the offset table: the host rings' may be a fake. */
static unsigned host_entries(const struct nm_port *port, int dir)
{
	return port->nhost[dir] ? port->nhost[dir] : FAKE_HOST_RINGS;
}

static int make_nifp(struct nm_file *f, struct nm_port *port)
{
	struct nm_region *region = port->region;
	unsigned rx_base = port->nrings[NM_TX] + host_entries(port, NM_TX);
	unsigned entries = rx_base + port->nrings[NM_RX] + host_entries(port, NM_RX);
	size_t bytes = sizeof(*f->nifp) + entries * sizeof(f->nifp->ring_ofs[0]);
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;
	uint64_t offset;

	if (bytes > region->pool[NM_POOL_IF].objsize)
		return -ENOMEM;
	f->nifp = nm_obj_alloc(region, NM_POOL_IF, &f->nifp_idx);
	if (!f->nifp)
		return -ENOMEM;
	memset(f->nifp, 0, bytes);
	memcpy(f->nifp->ni_name, port->name, sizeof(f->nifp->ni_name) - 1);
	f->nifp->ni_flags = region->id == NM_REGION_GLOBAL ? 0 : NI_PRIV_MEM;
	f->nifp->ni_tx_rings = port->nrings[NM_TX];
	f->nifp->ni_rx_rings = port->nrings[NM_RX];
	f->nifp->ni_host_tx_rings = host_entries(port, NM_TX);
	f->nifp->ni_host_rx_rings = host_entries(port, NM_RX);
	offset = nm_obj_offset(region, NM_POOL_IF, f->nifp_idx);
	while ((ring = nm_bound_next(&it)) != NULL)
		f->nifp->ring_ofs[ring->id + (ring->dir == NM_RX ? rx_base : 0)] =
			nm_obj_offset(region, NM_POOL_RING, ring->shared_idx) - offset;
	return 0;
}

/* Best effort: a list through the first word of each buffer. Returns how many were to be had. */
static uint32_t extra_bufs_alloc(struct nm_file *f, struct nm_region *region, uint32_t wanted)
{
	uint32_t head = 0, idx, n;

	for (n = 0; n < wanted; n++) {
		uint32_t *buf = nm_obj_alloc(region, NM_POOL_BUF, &idx);

		if (!buf)
			break;
		*buf = head;
		head = idx;
	}
	f->nifp->ni_bufs_head = head;
	return n;
}

static void extra_bufs_free(struct nm_file *f, struct nm_region *region)
{
	uint32_t idx = OS_READ_ONCE(f->nifp->ni_bufs_head);

	for (;;) {
		uint32_t *buf = nm_buf(&region->pool[NM_POOL_BUF], idx);
		uint32_t next = buf ? OS_READ_ONCE(*buf) : 0;

		if (!buf || !nm_obj_free(region, NM_POOL_BUF, idx))
			break;
		idx = next;
	}
}

static void set_open(const struct nm_file *f, struct nm_port *port, bool open)
{
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;

	while ((ring = nm_bound_next(&it)) != NULL)
		os_store_release(&ring->open, open); /* pairs with the acquire of who delivers */
}

static void rings_take(const struct nm_file *f, struct nm_port *port,
		       struct nmreq_opt_offsets *offsets)
{
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;

	if (offsets) {
		/* Rings that others have open already must not be written to meanwhile. */
		set_open(f, port, false);
		nm_port_settle(port);
		nm_offsets_apply(f, port, offsets);
	}
	while ((ring = nm_bound_next(&it)) != NULL) {
		ring->users++;
		ring->exclusive = f->flags & NR_EXCLUSIVE;
	}
	set_open(f, port, true);
	if (port->ops->opened)
		port->ops->opened(port);
}

static void rings_release(const struct nm_file *f, struct nm_port *port)
{
	struct nm_bound it = nm_bound(f, port);
	struct nm_ring *ring;

	while ((ring = nm_bound_next(&it)) != NULL) {
		ring->users--;
		ring->exclusive = false;
		OS_WRITE_ONCE(ring->open, ring->users != 0);
	}
	nm_port_settle(port);
}

/* Several rings of a direction: any of them wakes the sleeper. */
static struct os_waitq *waitq_for(const struct nm_file *f, struct nm_port *port, int dir)
{
	if (f->last[dir] - f->first[dir] == 1)
		return &port->rings[dir][f->first[dir]].waitq;
	return &port->waitq[dir];
}

static void fill_reply(const struct nm_file *f, const struct nm_port *port,
		       struct nmreq_register *reg)
{
	reg->nr_offset = nm_obj_offset(port->region, NM_POOL_IF, f->nifp_idx);
	reg->nr_memsize = port->region->bytes;
	reg->nr_tx_slots = port->slots[NM_TX];
	reg->nr_rx_slots = port->slots[NM_RX];
	reg->nr_tx_rings = port->nrings[NM_TX];
	reg->nr_rx_rings = port->nrings[NM_RX];
	reg->nr_host_tx_rings = port->nhost[NM_TX];
	reg->nr_host_rx_rings = port->nhost[NM_RX];
	reg->nr_mem_id = port->region->id;
	if (reg->nr_flags & NR_ZCOPY_MON)
		reg->nr_flags |= NR_MONITOR_TX | NR_MONITOR_RX;
}

int nm_bind_unseen(struct nm_file *f, struct nm_port *port, struct nmreq_register *reg,
		   struct nmreq_opt_offsets *offsets)
{
	int dir, rc;

	if (port->hdr_bytes && !(reg->nr_flags & NR_ACCEPT_VNET_HDR))
		return -EIO;
	rc = select_rings(f, port, reg);
	if (!rc && port->ops->admit)
		rc = port->ops->admit(port, f);
	if (!rc)
		rc = check_exclusive(f, port, reg->nr_flags & NR_EXCLUSIVE);
	if (!rc)
		rc = nm_region_use(port->region);
	if (rc)
		return rc;
	rc = make_rings(f, port);
	if (rc)
		goto no_rings;
	rc = offsets ? nm_offsets_check(f, port, offsets) : 0;
	if (!rc)
		rc = make_nifp(f, port);
	if (rc)
		goto no_nifp;
	rc = port->bindings || !port->ops->enter ? 0 : port->ops->enter(port);
	if (rc)
		goto no_port;
	f->flags = reg->nr_flags;
	for (dir = 0; dir < NM_DIRS; dir++)
		f->waitq[dir] = waitq_for(f, port, dir);
	reg->nr_extra_bufs = extra_bufs_alloc(f, port->region, reg->nr_extra_bufs);
	rings_take(f, port, offsets);
	port->bindings++;
	fill_reply(f, port, reg);
	f->bound = port;
	return 0;

no_port:
	nm_obj_free(port->region, NM_POOL_IF, f->nifp_idx);
no_nifp:
	unmake_unused(f, port);
no_rings:
	nm_region_unuse(port->region);
	return rc;
}

void nm_bind_publish(struct nm_file *f)
{
	os_store_release(&f->port, f->bound);
}

int nm_bind(struct nm_file *f, struct nm_port *port, struct nmreq_register *reg)
{
	int rc = nm_bind_unseen(f, port, reg, NULL);

	if (!rc)
		nm_bind_publish(f);
	return rc;
}

void nm_unbind(struct nm_file *f)
{
	struct nm_port *port = f->bound;

	rings_release(f, port);
	if (port->bindings == 1 && port->ops->leave)
		port->ops->leave(port);
	extra_bufs_free(f, port->region);
	if (!--port->bindings)
		nm_monitors_stop(port);
	unmake_unused(f, port);
	nm_obj_free(port->region, NM_POOL_IF, f->nifp_idx);
	nm_region_unuse(port->region);
	f->port = NULL;
	f->bound = NULL;
	f->csb = (struct nm_csb){0};
	nm_port_put(port);
}
