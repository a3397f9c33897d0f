/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is attached and carries nothing needs no buffers. Its rings are closed to senders like those
 * that nobody has opened; when nobody is inside any more, and nothing is on its way, the memory
 * goes. The first who has a frame, a sender or the device, takes memory for all of them again.
 */
#include "attach_impl.h"
#include "forward.h"
#include "vale.h"

unsigned nm_rest_ms = 1000;

static struct nm_region *region_of(const struct nm_attach *attach)
{
	return attach->inner->region;
}

static bool awake_again(struct nm_region *region, struct nm_attach *attach, bool *open)
{
	OS_WRITE_ONCE(attach->used, true);
	if (!nm_region_wake(region, open))
		return false;
	nm_attach_reap();
	return true;
}

bool nm_side_wake(struct nm_ring *in)
{
	const struct nm_side *side = in->port->kind_data;

	return awake_again(region_of(side->attach), side->attach, &in->open);
}

bool nm_side_awake(struct nm_side *side, struct nm_ring *out)
{
	struct nm_attach *attach = side->attach;
	bool awake = !nm_region_sleeps(region_of(attach)) ||
		     awake_again(region_of(attach), attach, NULL);

	if (awake && unlikely(!out->work))
		out->work = os_alloc(sizeof(*out->work));
	if (likely(awake && out->work))
		return true;
	OS_WRITE_ONCE(attach->thirsty, true);
	nm_attach_reap();
	return false;
}

/* Nothing is on its way to the device, and its busy flag is ours. */
static bool drained(const struct nm_side *side, struct nm_ring *in)
{
	struct nm_ring *out = nm_side_mirror(side, in);

	if (os_test_and_set(&out->busy))
		return false;
	out->port->ops->txsync(out);
	os_store_release(&in->hwcur, nm_next(out->hwtail, out->slots));
	if (out->hwcur == in->hwtail && in->hwcur == in->hwtail)
		return true;
	os_clear(&out->busy);
	return false;
}

/* Nothing is on its way from the device, and its busy flag is ours. */
static bool silent(const struct nm_side *side, struct nm_ring *out)
{
	struct nm_ring *in = nm_side_mirror(side, out);

	if (os_test_and_set(&in->busy))
		return false;
	if (in->hwtail == in->hwcur)
		return true;
	os_clear(&in->busy);
	return false;
}

/* Whoever came meanwhile found the rings to the device busy, and relies on us to send. */
static void let_go(const struct nm_side *side, enum nm_dir dir, unsigned n)
{
	while (n--) {
		struct nm_ring *ring = &side->port->rings[dir][n];

		os_clear(&nm_side_mirror(side, ring)->busy);
		if (dir == NM_RX)
			nm_side_push(ring);
	}
}

/* How many of the rings, from the first on, are empty and held now. */
static unsigned hold(const struct nm_side *side, enum nm_dir dir,
		     bool (*empty)(const struct nm_side *side, struct nm_ring *ring))
{
	unsigned n = 0;

	while (n < side->port->nrings[dir] && empty(side, &side->port->rings[dir][n]))
		n++;
	return n;
}

/* What a batch needs, and where the last one was. */
static void forget(struct nm_port *port)
{
	unsigned i;

	for (i = 0; i < port->nrings[NM_TX]; i++) {
		struct nm_ring *out = &port->rings[NM_TX][i];

		out->window = (struct nm_window){0};
		os_free(out->work);
		out->work = NULL;
	}
}

static bool sleep_if_empty(struct nm_attach *attach)
{
	const struct nm_side *side = &attach->side[NM_SIDE_WIRE];
	struct nm_port *port = side->port;
	unsigned to = hold(side, NM_RX, drained), from = hold(side, NM_TX, silent);
	bool empty = to == port->nrings[NM_RX] && from == port->nrings[NM_TX];
	bool asleep = empty && nm_region_sleep(region_of(attach));

	if (asleep)
		forget(port);
	let_go(side, NM_TX, from);
	let_go(side, NM_RX, to);
	return asleep;
}

static void rings_close(struct nm_port *port)
{
	unsigned i;

	for (i = 0; i < port->nrings[NM_RX]; i++)
		OS_WRITE_ONCE(port->rings[NM_RX][i].open, false);
	nm_vale_settle(port->vale);
}

static void rings_open(struct nm_attach *attach)
{
	struct nm_port *port = attach->side[NM_SIDE_WIRE].port;
	unsigned i;

	for (i = 0; i < port->nrings[NM_RX]; i++)
		nm_region_wake(region_of(attach), &port->rings[NM_RX][i].open);
}

static bool fall_asleep(struct nm_attach *attach)
{
	nm_region_doze(region_of(attach));
	rings_close(attach->side[NM_SIDE_WIRE].port);
	if (sleep_if_empty(attach))
		return true;
	rings_open(attach);
	return false;
}

/* Is it used by nobody but its switch, which sleeps in between? */
static bool is_alone(const struct nm_attach *attach)
{
	return region_of(attach)->users == 1 && !attach->npollers &&
	       !attach->side[NM_SIDE_HOST].port;
}

bool nm_attach_look(struct nm_attach *attach)
{
	bool used = OS_READ_ONCE(attach->used);

	if (!attach->rests)
		return false;
	if (OS_READ_ONCE(attach->thirsty)) {
		OS_WRITE_ONCE(attach->thirsty, false);
		nm_attach_kick(attach);
		return true;
	}
	if (nm_region_sleeps(region_of(attach)))
		return false;
	OS_WRITE_ONCE(attach->used, false);
	return used || !is_alone(attach) || !fall_asleep(attach);
}
