/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "port.h"
#include "ns.h"
#include "vale.h"

#define RINGS_MAX     16
#define SLOTS_MAX     4096
#define SLOTS_DEFAULT 1024
#define EXTRA_MAX     (128 * SLOTS_MAX)
#define PIPES_PLANNED 2 /* a port's private region has room for so many pipes */

static uint32_t clamp_or(uint32_t wish, uint32_t fallback, uint32_t max)
{
	if (!wish)
		return fallback;
	return wish < max ? wish : max;
}

static uint32_t at_least(int param, uint32_t needed)
{
	return param > 0 && (uint32_t)param > needed ? (uint32_t)param : needed;
}

static int region_for(const struct nm_port *port, uint32_t extra, struct nm_region **out)
{
	uint32_t tx_slots = port->slots[NM_TX], rx_slots = port->slots[NM_RX];
	uint32_t tx = port->nrings[NM_TX] + 1, rx = port->nrings[NM_RX] + 1; /* and a host ring */
	uint32_t slots = tx_slots > rx_slots ? tx_slots : rx_slots;
	uint32_t ring_bytes = sizeof(struct netmap_ring) + slots * sizeof(struct netmap_slot);
	uint32_t if_bytes = sizeof(struct netmap_if) + (tx + rx) * sizeof(ssize_t);
	uint32_t bufs = (4 * PIPES_PLANNED + rx) * rx_slots + (4 * PIPES_PLANNED + tx) * tx_slots +
			NM_BUF_RESERVED + extra;
	const struct nm_region_wish wish = {{
		[NM_POOL_IF] = {at_least(nm_params.priv_if_size, if_bytes),
				at_least(nm_params.priv_if_num, 2 + 4 * PIPES_PLANNED)},
		[NM_POOL_RING] = {at_least(nm_params.priv_ring_size, ring_bytes),
				  at_least(nm_params.priv_ring_num, tx + rx + 8 * PIPES_PLANNED)},
		[NM_POOL_BUF] = {at_least(nm_params.priv_buf_size, 0),
				 at_least(nm_params.priv_buf_num, bufs)},
	}};

	return nm_region_create(&wish, out);
}

static int port_alloc_rings(struct nm_port *port)
{
	int dir, i;

	for (dir = 0; dir < NM_DIRS; dir++) {
		port->rings[dir] = os_alloc(port->nrings[dir] * sizeof(struct nm_ring));
		if (!port->rings[dir])
			return -ENOMEM;
		for (i = 0; i < port->nrings[dir]; i++)
			nm_ring_init(&port->rings[dir][i], port, dir, i, port->slots[dir]);
	}
	return 0;
}

static void port_free(struct nm_port *port)
{
	int dir, i;

	for (dir = 0; dir < NM_DIRS; dir++) {
		for (i = 0; port->rings[dir] && i < port->nrings[dir]; i++)
			nm_ring_exit(&port->rings[dir][i]);
		os_free(port->rings[dir]);
		os_waitq_destroy(&port->waitq[dir]);
	}
	os_spin_destroy(&port->stats_lock);
	if (port->region)
		nm_region_put(port->region);
	os_free(port);
}

int nm_port_create(struct nm_ns *ns, const struct nm_port_ops *ops, const char *name,
		   const struct nm_port_size *size, struct nm_port **out)
{
	struct nm_port *port = os_alloc(sizeof(*port));
	int dir, rc;

	if (!port)
		return -ENOMEM;
	port->ops = ops;
	port->ns = ns;
	port->refs = 1;
	snprintf(port->name, sizeof(port->name), "%s", name);
	os_spin_init(&port->stats_lock);
	for (dir = 0; dir < NM_DIRS; dir++) {
		os_waitq_init(&port->waitq[dir]);
		port->nrings[dir] = clamp_or(size->rings[dir], 1, RINGS_MAX);
		port->slots[dir] = clamp_or(size->slots[dir], SLOTS_DEFAULT, SLOTS_MAX);
	}
	if (size->mem_id) {
		port->region = nm_region_get(size->mem_id);
		rc = port->region ? 0 : -EINVAL;
	} else {
		rc = region_for(port, clamp_or(size->extra_bufs, 0, EXTRA_MAX), &port->region);
	}
	if (!rc)
		rc = port_alloc_rings(port);
	if (rc) {
		port_free(port);
		return rc;
	}
	*out = port;
	return 0;
}

void nm_port_put(struct nm_port *port)
{
	if (--port->refs)
		return;
	port->ops->destroy(port);
	port_free(port);
}

static int netdev_get(const struct nm_port_query *query, struct nm_port **out)
{
	struct nm_port *port = nm_ns_persistent(query->ns, query->name);

	if (port) {
		port->refs++;
		*out = port;
		return 0;
	}
	return os_ifnet_exists(query->ns->host_ns, query->name) ? -EOPNOTSUPP : -ENXIO;
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
	return strchr(query->name, '{') || strchr(query->name, '}');
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
	{"null", is_null, NULL},	{"monitor", is_monitor, NULL},
	{"pipe", is_pipe, NULL},	{"vale", is_vale, nm_vale_port_get},
	{"netdev", is_any, netdev_get},
};

int nm_port_get(const struct nm_port_query *query, struct nm_port **out)
{
	const struct nm_port_kind *k = kinds;

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
