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
};

/* Moves what has arrived at one ring into the switch. True: it was something, look again. */
bool nm_side_pump(struct nm_side *side, unsigned ring);

#endif
