/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is outside of a guest at the far ends of its cards' wires: a relay that the wires end at,
 * and an agent of this machine, which the guest's vb-wire asks to run generators there.
 */
#ifndef VB_OUTSIDE_H
#define VB_OUTSIDE_H

#include <sys/types.h>

#include "platform.h"
#include "relay.h"

#define OUTSIDE_NAME_BYTES 64

/* One side's view: processes here, descriptors that QEMU is to inherit. */
struct outside {
	pid_t agent, relay; /* 0: not started */
	int line;	    /* the agent's, to QEMU; -1 none */
	int cards[RELAY_WIRES_MAX];
	unsigned wires;
};

/* How many cards of cfg have their far end outside. */
unsigned outside_wires(const struct platform_config *cfg);

/* Starts both, with what they say in the file log, if any wire leads there. 0, or -1 with err. */
int outside_start(struct outside *o, const struct platform_config *cfg, const char *log,
		  struct vb_err *err);

/* Once QEMU has what it inherits. */
void outside_close(struct outside *o);

/* Once QEMU has ended, by which both end themselves. */
void outside_end(struct outside *o);

#endif
