/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "vale_port.h"
#include "attach.h"
#include "forward.h"
#include "gate.h"
#include "handful.h"
#include "ns.h"
#include "vale.h"

#define IN_A_ROW 8 /* yields */
#define NAP_US	 25
#define NAPS_IN_A_ROW                                                                              \
	16 /* each twice as long as the one before, the longest NAP_US << NAP_LONGEST */
#define NAP_LONGEST 4

/* Until who paused the switch is done. */
static noinline void wait_outside(struct nm_ring *ring, struct nm_vale *vale)
{
	nm_gate_leave(ring);
	os_read_lock(&vale->lock);
	os_read_unlock(&vale->lock);
}

/* Goes inside; the switch that the ring's port may be in. NULL: none. */
static inline struct nm_vale *enter(struct nm_ring *ring)
{
	for (;;) {
		struct nm_vale *vale;

		nm_gate_enter(ring);
		vale = os_load_acquire(&ring->port->vale);
		if (likely(!vale || !os_load_acquire(&vale->paused)))
			return vale;
		wait_outside(ring, vale);
	}
}

/* False: the port is in no switch. */
static bool forward(struct nm_ring *ring)
{
	struct nm_port *port = ring->port;
	const struct nm_vale *vale = enter(ring);
	const struct nm_members *members = vale ? os_load_acquire(&vale->members) : NULL;
	bool member = members && members->ports[port->vale_idx] == port;

	if (likely(member))
		nm_forward(vale, members, ring);
	nm_gate_leave(ring);
	return member;
}

/* The few packets from pos to head. Returns the slot after those that are on their way. */
static uint32_t forward_few(struct nm_ring *ring, uint32_t pos)
{
	struct nm_port *port = ring->port;

	while (pos != ring->head) {
		const struct nm_vale *vale = enter(ring);
		const struct nm_members *members = vale ? os_load_acquire(&vale->members) : NULL;
		uint32_t n = (ring->head > pos ? ring->head : ring->slots) - pos, done = 0;

		if (likely(members && members->ports[port->vale_idx] == port))
			done = nm_handful(vale, members, ring, pos, n);
		nm_gate_leave(ring);
		if (!done)
			break;
		pos += done;
		pos = pos == ring->slots ? 0 : pos;
	}
	return pos;
}

static bool still_stalled(struct nm_ring *ring, uint32_t cost)
{
	const struct nm_vale *vale = enter(ring);
	const struct nm_members *members = vale ? os_load_acquire(&vale->members) : NULL;
	bool stalled = members && nm_still_stalled(members, ring->work, cost);

	nm_gate_leave(ring);
	return stalled;
}

/* Who waits in our CPU's queue gains by our yielding. */
static void yield_some(struct nm_ring *ring)
{
	unsigned i;

	os_yield();
	for (i = 1; i < IN_A_ROW && still_stalled(ring, 1); i++)
		os_yield();
}

/* Who is another domain gains by our sleep only. */
static void nap_some(struct nm_ring *ring)
{
	unsigned i, shift;

	os_sleep_us(NAP_US);
	for (i = 1; i < NAPS_IN_A_ROW; i++) {
		shift = i < NAP_LONGEST ? i : NAP_LONGEST;
		if (!still_stalled(ring, 1U << shift))
			return;
		os_sleep_us(NAP_US << shift);
	}
}

/* Nothing of the batch arrived: whoever should take what came before goes first. */
static noinline void step_back(struct nm_ring *ring)
{
	struct nm_work *work = ring->work;

	work->stalled = false;
	if (work->arrived)
		return;
	if (work->stalled_afar)
		nap_some(ring);
	else
		yield_some(ring);
}

/* Whatever there is from pos to head. */
static noinline void forward_all(struct nm_ring *ring, uint32_t pos, int wanted)
{
	unsigned limit = wanted > 0 && wanted < NM_BATCH_SLOTS ? wanted : NM_BATCH_SLOTS;

	while (pos != ring->head) {
		pos = nm_gather(ring, pos, limit);
		if (wanted <= 0 || !forward(ring))
			nm_discard(ring);
		if (unlikely(ring->work->stalled))
			step_back(ring);
	}
}

int nm_vale_txsync(struct nm_ring *ring)
{
	int wanted = OS_READ_ONCE(nm_params.bridge_batch);
	uint32_t pos = ring->hwcur;

	if (nm_distance(pos, ring->head, ring->slots) <= NM_HANDFUL && wanted >= NM_HANDFUL)
		pos = forward_few(ring, pos);
	if (pos != ring->head)
		forward_all(ring, pos, wanted);
	ring->hwcur = ring->head;
	ring->hwtail = ring->head ? ring->head - 1 : ring->slots - 1;
	return 0;
}

/* The owner's line and the senders' each hold it, so that neither has to look at the other's. */
static noinline void live_told(struct nm_ring *ring)
{
	ring->live = !ring->live;
	os_spin_lock(&ring->lock);
	ring->shows = ring->live;
	os_spin_unlock(&ring->lock);
}

/*
 * What senders deliver overwrites the flags, so NS_BUF_CHANGED needs no pass over the released
 * slots.
 */
static int vale_rxsync(struct nm_ring *ring)
{
	if (unlikely(!(OS_READ_ONCE(ring->shared->flags) & NR_LIVE) == ring->live))
		live_told(ring);
	/* Pairs with the acquire in nm_lease_take(): the task's reads of the slots come first. */
	if (ring->hwcur != ring->head)
		os_store_release(&ring->hwcur, ring->head);
	return 0;
}

static void vale_settle(struct nm_port *port)
{
	if (port->vale)
		nm_vale_settle(port->vale);
}

static void vale_destroy(struct nm_port *port)
{
	struct nm_port **link = &port->ns->persistent;

	if (port->vale)
		nm_vale_leave(port);
	if (!port->ifnet)
		return;
	while (*link != port)
		link = &(*link)->next;
	*link = port->next;
	os_ifnet_destroy(port->ifnet);
}

static const struct nm_port_ops vale_port_ops = {
	.kind = "vale",
	.forwards = true,
	.txsync = nm_vale_txsync,
	.rxsync = vale_rxsync,
	.settle = vale_settle,
	.destroy = vale_destroy,
};

static void tied_delivered(struct nm_ring *ring)
{
	nm_attach_kick(ring->port->kind_data);
}

/* Of a port that has a second switch behind it. */
static const struct nm_port_ops tied_port_ops = {
	.kind = "vale",
	.forwards = true,
	.txsync = nm_vale_txsync,
	.rxsync = vale_rxsync,
	.settle = vale_settle,
	.destroy = vale_destroy,
	.delivered = tied_delivered,
};

static int ephemeral_create(const struct nm_port_query *query, struct nm_port **out)
{
	struct nm_vale *vale = nm_vale_find_or_create(query->ns, query->name);
	struct nm_port *port;
	int rc;

	if (!vale)
		return -ENOMEM;
	if (vale->token)
		return -EACCES; /* those who open ports have no token */
	rc = nm_port_create(query->ns, &vale_port_ops, query->name, &query->size, &port);
	if (rc) {
		nm_vale_put_if_empty(vale);
		return rc;
	}
	rc = nm_vale_join(vale, port);
	if (rc) {
		nm_port_put(port);
		return rc;
	}
	*out = port;
	return 0;
}

int nm_vale_port_get(const struct nm_port_query *query, struct nm_port **out)
{
	size_t bytes = nm_vale_name_bytes(query->name);
	struct nm_port *port = NULL;
	struct nm_vale *vale;
	const char *dev;

	if (!bytes)
		return query->create ? -ENOMEM : -ENXIO;
	vale = nm_vale_find(query->ns, query->name);
	if (vale)
		port = nm_vale_port(vale, query->name);
	if (port) {
		port->refs++;
		*out = port;
		return 0;
	}
	if (!query->create)
		return -ENXIO;
	dev = query->name + bytes + 1;
	if (nm_ns_persistent(query->ns, dev) || os_ifnet_exists(query->ns->host_ns, dev))
		return -EINVAL;
	return ephemeral_create(query, out);
}

int nm_persistent_create(struct nm_ns *ns, const char *dev, const struct nm_port_size *size,
			 struct nm_port **out)
{
	struct nm_port *port;
	int rc;

	if (nm_vale_prefixed(dev) || !dev[0] || strlen(dev) >= NM_DEV_NAME_BYTES)
		return -EINVAL;
	rc = nm_port_create(ns, &vale_port_ops, dev, size, &port);
	if (rc)
		return rc;
	rc = os_ifnet_create(ns->host_ns, dev, &port->ifnet);
	if (rc) {
		port->ifnet = NULL;
		nm_port_put(port);
		return rc;
	}
	memcpy(port->dev, dev, strlen(dev) + 1);
	port->next = ns->persistent;
	ns->persistent = port;
	*out = port;
	return 0;
}

int nm_persistent_destroy(struct nm_port *port)
{
	if (port->transient || port->refs > 1 || port->bindings || port->vale)
		return -EBUSY;
	nm_port_put(port);
	return 0;
}

void nm_persistent_drop(struct nm_port *port)
{
	if (port->vale)
		nm_persistent_detach(port);
	nm_port_put(port);
}

int nm_persistent_attach(struct nm_port *port, const char *name)
{
	struct nm_vale *vale;
	int rc;

	if (port->bindings || port->npipes || port->vale)
		return -EBUSY;
	vale = nm_vale_find_or_create(port->ns, name);
	if (!vale)
		return -ENOMEM;
	rc = nm_vale_join(vale, port);
	if (rc)
		return rc;
	snprintf(port->name, sizeof(port->name), "%s", name);
	return 0;
}

void nm_persistent_detach(struct nm_port *port)
{
	nm_vale_leave(port);
	snprintf(port->name, sizeof(port->name), "%s", port->dev);
}

void nm_persistent_tie(struct nm_port *port, struct nm_attach *attach)
{
	if (attach) {
		port->kind_data = attach;
		os_store_release(&port->ops, &tied_port_ops); /* pairs with nm_announce() */
		return;
	}
	OS_WRITE_ONCE(port->ops, &vale_port_ops);
	vale_settle(port);
	port->kind_data = NULL;
}

bool nm_persistent_tied(const struct nm_port *port)
{
	return port->ops == &tied_port_ops;
}
