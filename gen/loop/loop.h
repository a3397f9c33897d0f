/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vb-loop: how many instructions does a delivered packet cost? Sender, switch and receivers take
 * turns in one thread (window.h). Or how long does it take? The number is exact where something counts instructions: the
 * clock of a guest under -icount, or callgrind (the vb-loop of build/bin/native).
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "nmdev.h"
#include "window.h"

#define LOOP_MAC_BYTES 6

struct loop_config {
	const char *tx; /* names as in pkt-gen's -i */
	const char *rx[LOOP_RECEIVERS_MAX];
	unsigned n_rx;
	uint64_t frame_bytes, burst, packets;
	uint64_t rx_slots; /* of a receiver's ring; 0: what the port has */
	uint64_t wait_s; /* before anything is sent: links that come up may say something */
	uint8_t dst_mac[LOOP_MAC_BYTES];
	bool announce; /* every receiver sends one frame first, so that a switch learns it */
	bool flood;    /* every receiver gets every frame; else only the first one */
	bool timed;    /* nanoseconds are counted, not instructions */
	double limit_s; /* of a timed loop: it ends then although frames are left; 0 none */
	bool help;
	const char *part; /* for callgrind's runs: count nothing, do only this part; NULL */
};

/* What the loop does: over the ports, or over memory (mirror.h) for the loop's own share. */
enum loop_part { LOOP_PORTS, LOOP_OWN };

struct loop_count {
	uint64_t packets; /* taken by receivers within the window */
	uint64_t bytes;
	uint64_t sent;
	uint64_t ticks; /* of counter.h, or ns, for as many slices as were run: their median times their
			   number */
};

/* Receiver i has the address 02:00:00:00:00:(i+1); 02:00:00:00:01:00 is the sender's. */
int loop_options(struct loop_config *c, int argc, char **argv, struct vb_err *err);
void loop_usage(const char *name, FILE *f);

/* Opens, warms up, runs the window, closes. 0, or -1 with err. */
int loop_measure(const struct loop_config *c, const struct nmdev_ops *nmdev, enum loop_part part,
		 struct loop_count *count, struct vb_err *err);

/* The closing JSON line of a timed loop. */
void loop_say_time(FILE *out, const struct loop_count *ports);

/* The closing JSON line (docs/architecture.md). counter: what counted, icount or callgrind. */
void loop_say(FILE *out, const char *counter, const struct loop_count *ports,
	      const struct loop_count *own);

#endif
