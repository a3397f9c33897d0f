/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What attach.c and polling.c share. */
#ifndef NM_ATTACH_IMPL_H
#define NM_ATTACH_IMPL_H

#include "attach.h"
#include "dev_port.h"

/* A wrapper port: ring i of a direction mirrors ring base + i of the device's other one. */
struct nm_side {
	struct nm_attach *attach;
	struct nm_port *port;
	uint16_t base[NM_DIRS];
};

enum { NM_SIDE_WIRE, NM_SIDE_HOST, NM_SIDES };

struct nm_poller {
	struct nm_side *side;
	struct os_worker *worker;
	uint16_t first; /* rings that it polls */
	uint16_t last;
};

struct nm_attach {
	struct nm_attach *next; /* of the namespace */
	struct nm_ns *ns;
	struct nm_port *inner; /* the device's, or a persistent one's */
	struct nm_file *file;  /* the switch's binding of it */
	struct os_worker *worker;
	struct nm_side side[NM_SIDES]; /* without a port: not attached */
	struct nm_poller *pollers;
	unsigned npollers;
	uint32_t polled; /* a bit a ring of the wire that pollers look after */
	bool ready;	 /* the worker may look at the ports */
	bool rests;	 /* its buffers may go while they are empty */
	bool used;	 /* since it was last looked at */
	bool thirsty;	 /* frames wait that there was no memory for */
};

/*
 * attach_rest.c. The global lock is held: gives back the buffers of an attachment over which nothing
 * went since the last time. True: look again after a while.
 */
bool nm_attach_look(struct nm_attach *attach);
/* Of a wrapper's rx ring: senders may deliver to it. Any context. */
bool nm_side_wake(struct nm_ring *in);
/* The same of what is to be sent from a wrapper's tx ring, by the owner of the busy flag. */
bool nm_side_awake(struct nm_side *side, struct nm_ring *out);

static inline void nm_side_use(struct nm_side *side)
{
	if (!OS_READ_ONCE(side->attach->used))
		OS_WRITE_ONCE(side->attach->used, true);
}

/* The device's ring that this one of the wrapper has the slots of. */
static inline struct nm_ring *nm_side_mirror(const struct nm_side *side, const struct nm_ring *ring)
{
	enum nm_dir dir = ring->dir == NM_TX ? NM_RX : NM_TX;

	return &side->attach->inner->rings[dir][side->base[ring->dir] + ring->id];
}

/*
 * What was delivered to the wrapper is sent, and slots that came back are free again. False: another
 * is at it, who looks again afterwards for what was delivered, but not for what the device tells.
 */
bool nm_side_push(struct nm_ring *in);

/* Moves what has arrived at one ring into the switch. True: it was something, look again. */
bool nm_side_pump(struct nm_side *side, unsigned ring);

#endif
