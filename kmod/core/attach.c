/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach_impl.h"
#include "file.h"
#include "forward.h"
#include "ns.h"
#include "vale.h"
#include "vale_port.h"

#define HOST_SUFFIX "^"

static struct os_worker *reaper; /* made with the first attachment */

static struct nm_side *side_of(const struct nm_port *port)
{
	return port->kind_data;
}

bool nm_side_push(struct nm_ring *in)
{
	struct nm_ring *out = nm_side_mirror(side_of(in->port), in);

	do {
		os_mb(); /* pairs with the one below: our slots, or the flag's release, is seen */
		if (os_test_and_set(&out->busy))
			return false;
		out->head = os_load_acquire(&in->hwtail);
		out->port->ops->txsync(out);
		os_store_release(&in->hwcur, nm_next(out->hwtail, out->slots));
		os_clear(&out->busy);
		os_mb();
	} while (os_load_acquire(&in->hwtail) != OS_READ_ONCE(out->head));
	return true;
}

static void side_delivered(struct nm_ring *in)
{
	nm_side_push(in);
}

static uint32_t room_of(const struct nm_ring *ring)
{
	uint32_t used =
		nm_distance(os_load_acquire(&ring->hwcur), OS_READ_ONCE(ring->lease), ring->slots);

	return ring->slots - 1 - used;
}

static void side_make_room(struct nm_ring *ring, uint32_t slots)
{
	int rounds = OS_READ_ONCE(nm_params.txsync_retry);

	nm_side_use(side_of(ring->port));
	if (room_of(ring) >= slots)
		return;
	nm_side_push(ring);
	while (room_of(ring) < slots && rounds-- > 0) {
		os_relax();
		nm_side_push(ring);
	}
}

bool nm_side_pump(struct nm_side *side, unsigned id)
{
	struct nm_ring *out = &side->port->rings[NM_TX][id], *in = nm_side_mirror(side, out);
	uint32_t tail;
	bool some;

	if (os_test_and_set(&in->busy))
		return true;
	if (!nm_side_awake(side, out)) {
		os_clear(&in->busy);
		return false;
	}
	in->port->ops->rxsync(in);
	tail = os_load_acquire(&in->hwtail);
	some = tail != in->hwcur;
	if (some) {
		nm_side_use(side);
		out->hwcur = in->hwcur;
		out->head = tail;
		nm_vale_txsync(out);
		in->head = tail;
		nm_dev_give_back(in);
	}
	os_clear(&in->busy);
	return some;
}

static bool polled(const struct nm_attach *attach, const struct nm_side *side, unsigned ring)
{
	return side == &attach->side[NM_SIDE_WIRE] && OS_READ_ONCE(attach->polled) & 1U << ring;
}

static bool attach_work(void *arg)
{
	struct nm_attach *attach = arg;
	bool again = false;
	unsigned s, i;

	if (!os_load_acquire(&attach->ready))
		return false;
	for (s = 0; s < NM_SIDES; s++) {
		struct nm_side *side = &attach->side[s];

		if (!side->port)
			continue;
		for (i = 0; i < side->port->nrings[NM_RX]; i++)
			again |= !nm_side_push(&side->port->rings[NM_RX][i]);
		for (i = 0; i < side->port->nrings[NM_TX]; i++)
			again |= !polled(attach, side, i) && nm_side_pump(side, i);
	}
	return again;
}

static int side_admit(struct nm_port *port, const struct nm_file *f)
{
	return -EBUSY;
}

static void side_settle(struct nm_port *port)
{
	nm_vale_settle(port->vale);
}

static const struct nm_port_ops side_ops = {
	.kind = "attached",
	.settle = side_settle,
	.admit = side_admit,
	.make_room = side_make_room,
	.delivered = side_delivered,
	.wake = nm_side_wake,
};

/* A sender that holds one switch must not enter another: the worker goes on for it. */
static void side_kick(struct nm_ring *ring)
{
	nm_attach_kick(side_of(ring->port)->attach);
}

static const struct nm_port_ops joint_ops = {
	.kind = "joint",
	.settle = side_settle,
	.admit = side_admit,
	.delivered = side_kick,
};

/* The ring has the slots of the device's and cursors of its own, as nothing has moved yet. */
static int ring_mirror(const struct nm_side *side, struct nm_ring *ring)
{
	const struct nm_ring *of = nm_side_mirror(side, ring);

	ring->bufs = of->bufs;
	ring->shared_idx = of->shared_idx;
	if (ring->dir == NM_TX)
		ring->work = os_alloc(sizeof(*ring->work));
	else
		ring->lease_ends = os_alloc(ring->slots * sizeof(*ring->lease_ends));
	if (!ring->work && !ring->lease_ends)
		return -ENOMEM;
	ring->shared = of->shared;
	ring->open = true;
	return 0;
}

static void ring_unmirror(struct nm_ring *ring)
{
	os_free(ring->work);
	os_free(ring->lease_ends);
	ring->work = NULL;
	ring->lease_ends = NULL;
	ring->shared = NULL;
	ring->open = false;
}

static int side_new(struct nm_side *side, const char *name, const struct nm_port_size *size)
{
	struct nm_port *inner = side->attach->inner;
	unsigned dir, i;
	int rc;

	rc = nm_port_new(inner->ns, inner->vale ? &joint_ops : &side_ops, name, size,
			 nm_region_get(inner->region->id), &side->port);
	if (rc) {
		side->port = NULL;
		return rc;
	}
	side->port->kind_data = side;
	side->port->hdr_bytes = inner->hdr_bytes;
	side->port->afar = inner->afar;
	for (dir = 0; dir < NM_DIRS; dir++)
		for (i = 0; !rc && i < side->port->nrings[dir]; i++)
			rc = ring_mirror(side, &side->port->rings[dir][i]);
	return rc;
}

static void side_end(struct nm_side *side)
{
	struct nm_port *port = side->port;
	unsigned dir, i;

	if (!port)
		return;
	for (dir = 0; dir < NM_DIRS; dir++)
		for (i = 0; i < port->nrings[dir]; i++)
			ring_unmirror(&port->rings[dir][i]);
	side->port = NULL;
	nm_port_put(port);
}

static int wire_new(struct nm_attach *attach, const char *name)
{
	const struct nm_port *dev = attach->inner;
	const struct nm_port_size size = {
		.slots = {[NM_TX] = dev->slots[NM_RX], [NM_RX] = dev->slots[NM_TX]},
		.rings = {[NM_TX] = dev->nrings[NM_RX], [NM_RX] = dev->nrings[NM_TX]},
	};

	return side_new(&attach->side[NM_SIDE_WIRE], name, &size);
}

static int host_new(struct nm_attach *attach, const char *name)
{
	const struct nm_port *dev = attach->inner;
	const struct nm_port_size size = {
		.slots = {[NM_TX] = dev->slots[NM_RX], [NM_RX] = dev->slots[NM_TX]},
		.rings = {[NM_TX] = dev->nhost[NM_RX], [NM_RX] = dev->nhost[NM_TX]},
	};
	struct nm_side *side = &attach->side[NM_SIDE_HOST];
	char host[NETMAP_REQ_IFNAMSIZ];

	snprintf(host, sizeof(host), "%s" HOST_SUFFIX, name);
	side->base[NM_TX] = dev->nrings[NM_RX];
	side->base[NM_RX] = dev->nrings[NM_TX];
	return side_new(side, host, &size);
}

static int join(struct nm_attach *attach, const char *name)
{
	struct nm_vale *vale = nm_vale_find_or_create(attach->ns, name);
	struct nm_port *host = attach->side[NM_SIDE_HOST].port;
	int rc;

	if (!vale)
		return -ENOMEM;
	rc = nm_vale_join(vale, attach->side[NM_SIDE_WIRE].port);
	if (rc)
		nm_vale_put_if_empty(vale);
	else if (host)
		rc = nm_vale_join(vale, host);
	return rc;
}

/* What the inner port tells of goes to the attachment, or no longer. */
static void inner_tie(struct nm_port *inner, struct nm_attach *attach)
{
	if (nm_port_is_device(inner))
		nm_device_of(inner)->attach = attach;
	else
		nm_persistent_tie(inner, attach);
}

static void inner_close(struct nm_port *inner)
{
	if (nm_port_is_device(inner))
		nm_dev_port_stop(inner);
	else
		nm_persistent_tie(inner, NULL);
}

/* Undoes as much as was done. Nobody enters before the device is stopped and the ports have left.
 */
static void attach_end(struct nm_attach *attach)
{
	struct nm_file *f = attach->file;
	unsigned s;

	if (attach->npollers)
		nm_polling_disable(attach->side[NM_SIDE_WIRE].port);
	if (f && f->port)
		inner_close(attach->inner);
	for (s = 0; s < NM_SIDES; s++)
		if (attach->side[s].port && attach->side[s].port->vale)
			nm_vale_leave(attach->side[s].port);
	if (attach->worker)
		os_worker_destroy(attach->worker);
	for (s = 0; s < NM_SIDES; s++)
		side_end(&attach->side[s]);
	inner_tie(attach->inner, NULL);
	if (f && f->port)
		nm_unbind(f);
	else
		nm_port_put(attach->inner);
	os_free(f);
	os_free(attach);
}

static int attach_begin(struct nm_attach *attach, const char *name,
			const struct nmreq_register *reg)
{
	bool host = reg->nr_mode == NR_REG_NIC_SW && attach->inner->nhost[NM_RX];
	struct nmreq_register bind = {.nr_mode = host ? NR_REG_NIC_SW : NR_REG_ALL_NIC,
				      .nr_flags = NR_EXCLUSIVE | NR_ACCEPT_VNET_HDR};
	int rc;

	attach->file = nm_file_open(attach->ns);
	if (!attach->file)
		return -ENOMEM;
	rc = nm_bind(attach->file, attach->inner, &bind);
	if (!rc)
		rc = wire_new(attach, name);
	if (!rc && host)
		rc = host_new(attach, name);
	if (!rc)
		rc = join(attach, name);
	return rc;
}

static bool reap(void *arg)
{
	struct nm_attach *attach, *next;
	bool again = false;
	struct nm_ns *ns;

	nm_lock();
	for (ns = nm_ns_all(); ns; ns = ns->next)
		for (attach = ns->attached; attach; attach = next) {
			next = attach->next;
			if (attach->inner->dead)
				nm_detach(attach->side[NM_SIDE_WIRE].port);
			else
				again |= nm_attach_look(attach);
		}
	if (again)
		os_worker_nap(reaper, nm_rest_ms);
	nm_unlock();
	return false;
}

static int attach_new(struct nm_port *inner, struct nm_attach **out)
{
	struct nm_attach *attach;
	struct os_worker *made;
	unsigned s;

	if (!reaper) {
		if (os_worker_create("netmap-reap", OS_ANY_CPU, reap, NULL, &made))
			return -ENOMEM;
		OS_WRITE_ONCE(reaper, made);
	}
	attach = os_alloc(sizeof(*attach));
	if (!attach)
		return -ENOMEM;
	attach->inner = inner;
	attach->ns = inner->ns;
	for (s = 0; s < NM_SIDES; s++)
		attach->side[s].attach = attach;
	if (os_worker_create(inner->name, OS_ANY_CPU, attach_work, attach, &attach->worker)) {
		os_free(attach);
		return -ENOMEM;
	}
	*out = attach;
	return 0;
}

/* The port of the device that is named after the switch, free to be attached. */
static int device_get(struct nm_ns *ns, const char *name, uint16_t mem_id, struct nm_port **out)
{
	const struct nm_port_query query = {
		.ns = ns,
		.name = name + nm_vale_name_bytes(name) + 1,
		.size = {.mem_id = mem_id},
		.create = true,
	};
	int rc = nm_dev_port_get(&query, out);

	if (rc)
		return rc == -ENXIO ? -EINVAL : rc;
	if (!(*out)->bindings && !nm_device_of(*out)->attach)
		return 0;
	nm_port_put(*out);
	return -EBUSY;
}

/* Takes over the caller's reference to the inner port, even on failure. */
static int attach_port(struct nm_port *inner, const char *name, const struct nmreq_register *reg,
		       uint32_t *idx)
{
	struct nm_attach *attach;
	int rc = attach_new(inner, &attach);

	if (rc) {
		nm_port_put(inner);
		return rc;
	}
	inner_tie(inner, attach);
	rc = attach_begin(attach, name, reg);
	if (rc) {
		attach_end(attach);
		return rc;
	}
	attach->next = attach->ns->attached;
	attach->ns->attached = attach;
	os_store_release(&attach->ready, true);
	*idx = attach->side[NM_SIDE_WIRE].port->vale_idx;
	nm_attach_kick(attach);
	attach->rests = nm_port_is_device(inner) && os_dev_rests(nm_device_of(inner)->os);
	if (attach->rests)
		nm_attach_reap();
	return 0;
}

int nm_attach(struct nm_ns *ns, const char *name, const struct nmreq_register *reg, uint32_t *idx)
{
	struct nm_port *port;
	int rc = device_get(ns, name, reg->nr_mem_id, &port);

	return rc ? rc : attach_port(port, name, reg, idx);
}

int nm_attach_again(struct nm_port *port, const char *name, const struct nmreq_register *reg,
		    uint32_t *idx)
{
	if (port->bindings || port->npipes)
		return -EBUSY;
	port->refs++;
	return attach_port(port, name, reg, idx);
}

bool nm_attached(const struct nm_port *port)
{
	return port->ops == &side_ops || port->ops == &joint_ops;
}

static void detach(struct nm_attach *attach)
{
	struct nm_attach **link = &attach->ns->attached;

	while (*link != attach)
		link = &(*link)->next;
	*link = attach->next;
	attach_end(attach);
}

int nm_detach(struct nm_port *port)
{
	struct nm_attach *attach = side_of(port)->attach;

	if (port != attach->side[NM_SIDE_WIRE].port)
		return -EINVAL;
	if (attach->npollers && !attach->inner->dead)
		return -EBUSY;
	detach(attach);
	return 0;
}

void nm_attach_end(struct nm_ns *ns)
{
	while (ns->attached)
		detach(ns->attached);
}

void nm_attach_exit(void)
{
	if (reaper)
		os_worker_destroy(reaper);
	reaper = NULL;
}

bool nm_attach_owns(const struct nm_attach *attach, const struct nm_file *f)
{
	return attach->file == f;
}

void nm_attach_kick(struct nm_attach *attach)
{
	os_worker_kick(attach->worker);
}

void nm_attach_reap(void)
{
	struct os_worker *worker = OS_READ_ONCE(reaper);

	if (worker)
		os_worker_kick(worker);
}
