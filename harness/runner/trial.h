/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One trial: receivers start and say that they are ready, senders start and end by themselves,
 * counters are read while the receivers still hold their ports, receivers are stopped, and what
 * everybody said becomes numbers, or one reason why not.
 */
#ifndef VB_TRIAL_H
#define VB_TRIAL_H

#include "instance.h"
#include "record.h"
#include "session.h"

/* How long each step may take, in ms; the limits of a step grow by per_program_ms for each program.
 */
struct trial_limits {
	unsigned ready_ms, senders_ms, stop_ms, kill_ms, command_ms, per_program_ms;
};

/* Generous: under TCG on two cores sixty programs take a while to start. */
extern const struct trial_limits trial_limits_usual;
/* For instructions, which are counted on slow platforms, and for the start of guests. */
extern const struct trial_limits trial_limits_counting;

/* What the senders are to do. */
struct trial_order {
	double duration_s; /* how long they may send */
	/* The rest is for searches only. */
	bool searching;
	double rate_pps;   /* of all senders together; 0 as fast as possible */
	double packets;	   /* likewise; 0 as many as the time allows */
	double residual_s; /* how long is waited for late frames; RFC 2544, section 23 */
};

struct trial_spec {
	const struct instances *programs;
	const struct params *vars; /* for setup and teardown */
	const char *setup;	   /* a command before the programs start; NULL none */
	const char *teardown;
	const char *rate_metric;	 /* of a calibration: all that is stored; NULL otherwise */
	const struct trial_order *order; /* of a search; NULL otherwise */
	enum scenario_measure measure;
	bool flood;
	bool has_cards;	 /* some of the packets go through network cards */
	bool has_switch; /* and through a switch, even if no program names one */
	const struct trial_limits *limits;
	double duration_s;			/* how long the senders were told to send */
	void (*live)(void *ctx, double rx_pps); /* now and then; may be NULL */
	void *ctx;
};

/*
 * Runs it and fills the record: ok with metrics, or failed with a reason. -1 only when the user
 * interrupted it. When s->fault is set afterwards, the place must not be used again.
 */
int trial_run(struct session *s, const struct trial_spec *spec, struct record *record,
	      struct vb_err *err);

#endif
