/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "port.h"
#include "dev_port.h"
#include "monitor.h"
#include "null_port.h"
#include "ns.h"
#include "pipe.h"
#include "vale.h"

#define RINGS_MAX     16
#define SLOTS_MAX     4096
#define SLOTS_DEFAULT 1024
#define EXTRA_MAX     (128 * SLOTS_MAX)
#define PIPES_PLANNED 2 /* a port's private region has room for so many pipes */

static uint32_t max_of(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t no_less(int param, uint32_t needed)
{
	return max_of(param > 0 ? param : 0, needed);
}

int nm_port_region(const struct nm_port_size *size, unsigned pipes, struct nm_region **out)
{
	uint32_t tx_slots = size->slots[NM_TX], rx_slots = size->slots[NM_RX];
	uint32_t tx = size->rings[NM_TX] + 1, rx = size->rings[NM_RX] + 1; /* and a host ring */
	uint32_t slots = max_of(tx_slots, rx_slots), wide = size->pipe_rings;
	uint32_t ring_bytes = sizeof(struct netmap_ring) + slots * sizeof(struct netmap_slot);
	uint32_t entries = max_of(tx + rx, 2 * (wide + 1));
	uint32_t if_bytes = sizeof(struct netmap_if) + entries * sizeof(ssize_t);
	uint32_t bufs = rx * rx_slots + tx * tx_slots + NM_BUF_RESERVED + size->extra_bufs +
			max_of(4 * pipes * (rx_slots + tx_slots), 2 * wide * slots);
	struct nm_region_wish wish = {.pool = {
		[NM_POOL_IF] = {no_less(nm_params.priv_if_size, if_bytes),
				no_less(nm_params.priv_if_num, 2 + 4 * pipes)},
		[NM_POOL_RING] = {no_less(nm_params.priv_ring_size, ring_bytes),
				  no_less(nm_params.priv_ring_num,
					   tx + rx + max_of(8 * pipes, 4 * wide))},
		[NM_POOL_BUF] = {no_less(nm_params.priv_buf_size, 0),
				 no_less(nm_params.priv_buf_num, bufs)},
	}};

	wish.packed = size->packed;
	if (size->packed) /* few and small: what is backed for them should be theirs */
		wish.pool[NM_POOL_RING].size = nm_round_up(ring_bytes, os_page_size());
	if (wide > 1)
		nm_region_wish_cap(&wish);
	return nm_region_create(&wish, out);
}

static int port_alloc_rings(struct nm_port *port)
{
	int dir, i;

	for (dir = 0; dir < NM_DIRS; dir++) {
		int n = nm_port_rings(port, dir);

		port->rings[dir] = os_alloc(max_of(n, 1) * sizeof(struct nm_ring));
		if (!port->rings[dir])
			return -ENOMEM;
		for (i = 0; i < n; i++)
			nm_ring_init(&port->rings[dir][i], port, dir, i, port->slots[dir]);
	}
	return 0;
}

void nm_port_free(struct nm_port *port)
{
	int dir, i;

	for (dir = 0; dir < NM_DIRS; dir++) {
		int n = nm_port_rings(port, dir);

		for (i = 0; port->rings[dir] && i < n; i++)
			nm_ring_exit(&port->rings[dir][i]);
		os_free(port->rings[dir]);
		os_waitq_destroy(&port->waitq[dir]);
	}
	os_spin_destroy(&port->stats_lock);
	nm_region_put(port->region);
	os_free(port);
}

int nm_port_new(struct nm_ns *ns, const struct nm_port_ops *ops, const char *name,
		const struct nm_port_size *size, struct nm_region *region, struct nm_port **out)
{
	struct nm_port *port = os_alloc(sizeof(*port));
	int dir;

	if (!port) {
		nm_region_put(region);
		return -ENOMEM;
	}
	port->ops = ops;
	port->ns = ns;
	port->refs = 1;
	port->region = region;
	snprintf(port->name, sizeof(port->name), "%s", name);
	os_spin_init(&port->stats_lock);
	for (dir = 0; dir < NM_DIRS; dir++) {
		os_waitq_init(&port->waitq[dir]);
		port->nrings[dir] = size->rings[dir];
		port->nhost[dir] = size->host[dir];
		port->slots[dir] = size->slots[dir];
	}
	if (port_alloc_rings(port)) {
		nm_port_free(port);
		return -ENOMEM;
	}
	*out = port;
	return 0;
}

int nm_port_create(struct nm_ns *ns, const struct nm_port_ops *ops, const char *name,
		   const struct nm_port_size *wish, struct nm_port **out)
{
	struct nm_port_size size = *wish;
	struct nm_region *region;
	int dir, rc;

	size.extra_bufs = nm_clamp(wish->extra_bufs, 0, EXTRA_MAX);
	for (dir = 0; dir < NM_DIRS; dir++) {
		size.host[dir] = 0;
		size.rings[dir] = nm_clamp(wish->rings[dir], 1, RINGS_MAX);
		size.slots[dir] = nm_clamp(wish->slots[dir], SLOTS_DEFAULT, SLOTS_MAX);
	}
	if (size.mem_id) {
		region = nm_region_get(size.mem_id);
		rc = region ? 0 : -EINVAL;
	} else {
		rc = nm_port_region(&size, PIPES_PLANNED, &region);
	}
	return rc ? rc : nm_port_new(ns, ops, name, &size, region, out);
}

void nm_port_put(struct nm_port *port)
{
	if (--port->refs || (port->ops->kept && port->ops->kept(port)))
		return;
	if (port->ops->destroy)
		port->ops->destroy(port);
	nm_port_free(port);
}

static int netdev_get(const struct nm_port_query *query, struct nm_port **out)
{
	struct nm_port *port = nm_ns_persistent(query->ns, query->name);

	if (port) {
		port->refs++;
		*out = port;
		return 0;
	}
	return nm_dev_port_get(query, out);
}

static bool is_null(const struct nm_port_query *query)
{
	return query->mode == NR_REG_NULL;
}

static bool is_monitor(const struct nm_port_query *query)
{
	return query->flags & (NR_MONITOR_TX | NR_MONITOR_RX | NR_ZCOPY_MON);
}

static bool is_pipe(const struct nm_port_query *query)
{
	return nm_pipe_named(query->name);
}

static bool is_vale(const struct nm_port_query *query)
{
	return nm_vale_prefixed(query->name);
}

static bool is_any(const struct nm_port_query *query)
{
	return true;
}

/* In the order in which a request is tried; a kind without get is known but not supported. */
static const struct nm_port_kind {
	const char *kind;
	bool (*is)(const struct nm_port_query *query);
	int (*get)(const struct nm_port_query *query, struct nm_port **out);
} kinds[] = {
	{"null", is_null, nm_null_port_get},	{"monitor", is_monitor, nm_monitor_get},
	{"pipe", is_pipe, nm_pipe_get},	{"vale", is_vale, nm_vale_port_get},
	{"netdev", is_any, netdev_get},
};

int nm_port_get(const struct nm_port_query *query, struct nm_port **out)
{
	const struct nm_port_kind *k = kinds;

	if (query->mode == NR_REG_PIPE_MASTER || query->mode == NR_REG_PIPE_SLAVE)
		return -EINVAL; /* only legacy requests say so; they come here with a pipe's name */
	while (!k->is(query))
		k++;
	if (!k->get)
		return -EOPNOTSUPP;
	if (query->size.mem_id) {
		struct nm_region *region = nm_region_get(query->size.mem_id);

		if (!region)
			return -EINVAL;
		nm_region_put(region);
	}
	return k->get(query, out);
}
