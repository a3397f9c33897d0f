/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "monitor.h"
#include "ns.h"
#include "pipe.h"
#include "vale.h"
#include "watch.h"

#define SLOTS_MAX 4096
#define EXTRA_MAX (128 * SLOTS_MAX)

static const uint64_t dir_flag[NM_DIRS] = {[NM_TX] = NR_MONITOR_TX, [NM_RX] = NR_MONITOR_RX};

struct place { /* one of the monitor's receive rings at the rings that it looks at */
	struct nm_tap tap[NM_DIRS];
	bool taken;
};

struct nm_monitor {
	struct nm_monitor *next; /* of the same parent */
	struct nm_port *port;
	struct nm_port *parent; /* NULL: it has left netmap mode */
	uint64_t flags;
	struct place *places;
};

static void tap_add(struct nm_ring *ring, struct nm_tap *tap, struct nm_ring *to)
{
	tap->to = to;
	tap->next = ring->taps;
	OS_WRITE_ONCE(ring->taps, tap);
}

static void tap_del(struct nm_ring *ring, const struct nm_tap *tap)
{
	struct nm_tap **link = &ring->taps;

	while (*link != tap)
		link = &(*link)->next;
	OS_WRITE_ONCE(*link, tap->next);
}

/* Where mine is in the chain of zero-copy monitors, or where it would go. */
static struct nm_ring **chain_link(struct nm_ring *ring, const struct nm_ring *mine)
{
	struct nm_ring **link = &ring->zmon;

	while (*link && *link != mine)
		link = &(*link)->zmon;
	return link;
}

/* Both directions lead to one chain, so that its second way in is there already. */
static void chain_add(struct nm_ring *ring, struct nm_ring *mine)
{
	OS_WRITE_ONCE(*chain_link(ring, mine), mine);
}

static void chain_del(struct nm_ring *ring, struct nm_ring *mine)
{
	struct nm_ring **link = chain_link(ring, mine);

	if (*link)
		OS_WRITE_ONCE(*link, mine->zmon);
}

/* Calls for each ring of the parent that receive ring i of the monitor looks at. */
static void place_each(struct nm_monitor *mon, unsigned i, bool take)
{
	struct nm_ring *mine = &mon->port->rings[NM_RX][i];
	int dir;

	for (dir = 0; dir < NM_DIRS; dir++) {
		struct nm_tap *tap = &mon->places[i].tap[dir];
		struct nm_ring *ring = &mon->parent->rings[dir][i];

		if (!(mon->flags & dir_flag[dir]) || i >= nm_port_rings(mon->parent, dir))
			continue;
		if (mon->flags & NR_ZCOPY_MON)
			(take ? chain_add : chain_del)(ring, mine);
		else if (take)
			tap_add(ring, tap, mine);
		else
			tap_del(ring, tap);
	}
	if (!take)
		mine->zmon = NULL;
	mon->places[i].taken = take;
}

/* Looks where it has a ring open, and only there. */
static void monitor_settle(struct nm_port *port)
{
	struct nm_monitor *mon = port->kind_data;
	unsigned i;

	os_write_lock(&port->ns->watch_lock);
	for (i = 0; mon->parent && i < port->nrings[NM_RX]; i++)
		if (mon->places[i].taken != port->rings[NM_RX][i].open)
			place_each(mon, i, port->rings[NM_RX][i].open);
	os_write_unlock(&port->ns->watch_lock);
}

static int monitor_txsync(struct nm_ring *ring)
{
	return -EIO;
}

static int monitor_rxsync(struct nm_ring *ring)
{
	const struct nm_monitor *mon = ring->port->kind_data;

	if (!OS_READ_ONCE(mon->parent))
		return -ENXIO;
	if (ring->hwcur != ring->head)
		os_store_release(&ring->hwcur, ring->head);
	return 0;
}

static void parent_leave(struct nm_monitor *mon)
{
	struct nm_port *parent = mon->parent;
	struct nm_monitor **link = &parent->monitors;

	while (*link != mon)
		link = &(*link)->next;
	*link = mon->next;
	OS_WRITE_ONCE(mon->parent, NULL);
	nm_port_put(parent);
}

static void monitor_destroy(struct nm_port *port)
{
	struct nm_monitor *mon = port->kind_data;

	if (mon->parent)
		parent_leave(mon);
	os_free(mon->places);
	os_free(mon);
}

#define MONITOR_OPS                                                                                \
	.kind = "monitor", .txsync = monitor_txsync, .rxsync = monitor_rxsync,                     \
	.opened = monitor_settle, .settle = monitor_settle, .destroy = monitor_destroy

static const struct nm_port_ops copy_ops = {MONITOR_OPS};
/* What it shows lies where the owner put it. */
static const struct nm_port_ops zero_copy_ops = {MONITOR_OPS, .no_offsets = true};

bool nm_is_monitor(const struct nm_port *port)
{
	return port->ops == &copy_ops || port->ops == &zero_copy_ops;
}

static void monitor_stop(struct nm_monitor *mon)
{
	struct nm_port *port = mon->port;
	unsigned i;

	os_write_lock(&port->ns->watch_lock);
	for (i = 0; i < port->nrings[NM_RX]; i++)
		if (mon->places[i].taken)
			place_each(mon, i, false);
	os_write_unlock(&port->ns->watch_lock);
	parent_leave(mon);
	for (i = 0; i < port->nrings[NM_RX]; i++)
		nm_port_wake(port, &port->rings[NM_RX][i]);
}

void nm_monitors_stop(struct nm_port *port)
{
	while (port->monitors)
		monitor_stop(port->monitors);
}

static int region_get(const struct nm_port *parent, const struct nm_port_query *query,
		      const struct nm_port_size *size, struct nm_region **out)
{
	bool shared = query->flags & NR_ZCOPY_MON;

	if (!shared && !query->size.mem_id)
		return nm_port_region(size, 0, out);
	*out = nm_region_get(shared ? parent->region->id : query->size.mem_id);
	return *out ? 0 : -EINVAL;
}

static int port_create(struct nm_port *parent, const struct nm_port_query *query,
		       struct nm_port **out)
{
	unsigned tx = nm_port_rings(parent, NM_TX), rx = nm_port_rings(parent, NM_RX);
	struct nm_port_size size = {
		.rings = {[NM_TX] = 1, [NM_RX] = tx > rx ? tx : rx},
		.extra_bufs = nm_clamp(query->size.extra_bufs, 0, EXTRA_MAX),
	};
	const struct nm_port_ops *ops = query->flags & NR_ZCOPY_MON ? &zero_copy_ops : &copy_ops;
	static unsigned serial;
	char name[2 * NETMAP_REQ_IFNAMSIZ];
	struct nm_region *region;
	int dir, rc;

	for (dir = 0; dir < NM_DIRS; dir++)
		size.slots[dir] = nm_clamp(query->size.slots[dir], parent->slots[dir], SLOTS_MAX);
	rc = region_get(parent, query, &size, &region);
	if (rc)
		return rc;
	snprintf(name, sizeof(name), "%s/%s%s%s#%u", parent->name,
		 query->flags & NR_ZCOPY_MON ? "z" : "", query->flags & NR_MONITOR_RX ? "r" : "",
		 query->flags & NR_MONITOR_TX ? "t" : "", serial++);
	return nm_port_new(parent->ns, ops, name, &size, region, out);
}

static int parent_watched(struct nm_port *parent, uint64_t flags)
{
	if (!parent->ops->watched || flags & NR_ZCOPY_MON || !(flags & NR_MONITOR_RX))
		return 0;
	return parent->ops->watched(parent);
}

/* On success the monitor owns the caller's reference to the parent. */
static int monitor_create(struct nm_port *parent, const struct nm_port_query *query,
			  struct nm_port **out)
{
	struct nm_monitor *mon = os_alloc(sizeof(*mon));
	int rc = mon ? parent_watched(parent, query->flags) : -ENOMEM;

	if (!rc)
		rc = port_create(parent, query, &mon->port);
	if (rc) {
		os_free(mon);
		return rc;
	}
	mon->port->kind_data = mon;
	mon->places = os_alloc(mon->port->nrings[NM_RX] * sizeof(*mon->places));
	if (!mon->places) {
		nm_port_put(mon->port);
		return -ENOMEM;
	}
	mon->flags = query->flags;
	if (mon->flags & NR_ZCOPY_MON)
		mon->flags |= NR_MONITOR_TX | NR_MONITOR_RX;
	mon->parent = parent;
	mon->next = parent->monitors;
	parent->monitors = mon;
	*out = mon->port;
	return 0;
}

/* Ports that are made by being named are there only while someone has them open. */
static int parent_get(const struct nm_port_query *query, struct nm_port **out)
{
	const struct nm_port_query parent = {
		.ns = query->ns, .name = query->name, .mode = NR_REG_ALL_NIC};
	int rc = nm_port_get(&parent, out);

	if (rc && (nm_vale_prefixed(query->name) || nm_pipe_named(query->name)))
		return -EINVAL;
	if (rc || (*out)->bindings)
		return rc;
	nm_port_put(*out);
	return -EINVAL;
}

int nm_monitor_get(const struct nm_port_query *query, struct nm_port **out)
{
	struct nm_port *parent;
	int rc = parent_get(query, &parent);

	if (rc)
		return rc;
	rc = monitor_create(parent, query, out);
	if (rc)
		nm_port_put(parent);
	return rc;
}
