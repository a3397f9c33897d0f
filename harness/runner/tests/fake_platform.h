/* SPDX-License-Identifier: BSD-2-Clause */
/* A platform that plays a part: pkt-gen, vale-ctl and vb-copyloop as one-line actors, with faults
 * on demand. */
#ifndef VB_FAKE_PLATFORM_H
#define VB_FAKE_PLATFORM_H

#include "platform.h"

enum fake_fault {
	FAKE_WELL,
	FAKE_RX_FAILS,	     /* the receiver cannot open its port */
	FAKE_RX_NEVER_READY, /* it starts and says nothing */
	FAKE_RX_LEAVES,	     /* it ends while packets are sent */
	FAKE_RX_DEAF,	     /* it does not stop on INT */
	FAKE_RX_IMMORTAL,    /* nor on KILL */
	FAKE_RX_EMPTY,	     /* no packet reached it */
	FAKE_TX_FAILS,
	FAKE_TX_NO_END, /* it ends well but without its closing line */
	FAKE_TX_KILLED,
	FAKE_TX_TIMED_OUT,
	FAKE_TX_SILENT, /* it never ends */
	FAKE_CTL_FAILS,
	FAKE_OOPS,	/* the kernel reports one while packets are sent */
	FAKE_DIES,	/* the guest is gone while packets are sent */
	FAKE_NOT_FOUND, /* the agent cannot start programs */
	FAKE_NO_BOOT,	/* the guest never starts */
	FAKE_SETUP_FAILS,
	FAKE_NO_QEMU, /* this machine cannot run guests */
};

/* What the actors do from now on. `fake_faults_left` times (-1 always), then everything is well. */
extern enum fake_fault fake_fault;
extern int fake_faults_left;
extern int fake_starts;
/* Runs of the commands `enter N` (status 4 for N = 2, 1 for N = 3) and `leave`. */
extern int fake_entered, fake_left;
/* What lies between sender and receiver; all 0: the actors say always the same. */
struct fake_device {
	double top_pps;	     /* how fast a sender can be */
	double capacity_pps; /* how fast the device is */
	double queue;	     /* packets that it keeps while it is offered more */
	double leak;	     /* share of the packets that it loses at any rate */
};
extern struct fake_device fake_device;
/* Called at every collect, for tests that interrupt or kill at some moment; NULL none. */
extern void (*fake_hook)(void);

extern const struct platform_ops fake_native, fake_qemu;
extern const struct platform_ops *const fake_platforms[];

#endif
