/* SPDX-License-Identifier: BSD-2-Clause */
/* What one program of a trial has said so far: pkt-gen's and vb-copyloop's JSON lines
 * (docs/architecture.md). */
#ifndef VB_PROGRAM_H
#define VB_PROGRAM_H

#include "instance.h"
#include "record.h"
#include "session.h"

/* The closing line of a program, times in ns of the clock of its machine. */
struct program_end {
	bool seen;
	char reason[16];
	uint64_t packets, bytes, first_ns, last_ns, late_ns;
	uint64_t drops;	    /* packets that it knows were lost at it */
	uint64_t cpu_ns;    /* that its threads had a processor; 0: it does not say */
	uint64_t forwarded; /* packets that it moved on, of a program that neither makes nor takes
			       any */
	double round_ns; /* of such a program, for a packet, without waiting; 0: it does not say */
	double pps;	 /* as the program computed it */
	/* Of a program that counts instructions (vb-loop): the whole, and its own share. */
	uint64_t instructions, own_packets, own_instructions;
	json_t *latency; /* NULL: none was measured */
	json_t *boot;	 /* likewise, of a program that starts guests */
	json_t *cost;	 /* likewise, of a loop that is timed */
};

struct program {
	struct job job;
	const struct instance *instance;
	struct record *record; /* interval lines become its samples */
	bool ready;
	unsigned intervals;
	double live_pps;
	uint64_t first_packet_ms; /* our clock when an interval first had packets; 0 none yet */
	struct program_end end;
};

void program_init(struct program *p, const struct instance *in, struct record *record);
void program_release(struct program *p);

/* 0 when it exited well and said how much it did; else -1 with one line. */
int program_verdict(const struct program *p, struct vb_err *err);

#endif
