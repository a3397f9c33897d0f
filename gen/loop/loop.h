/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vb-loop: how many instructions does a delivered packet cost? Sender, switch and receivers take
 * turns in one thread (window.h). The number is exact where something counts instructions: the
 * clock of a guest under -icount, or callgrind (the vb-loop of build/bin/native). timed.h asks a
 * clock.
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
	uint64_t wait_s;   /* before anything is sent: links that come up may say something */
	uint8_t dst_mac[LOOP_MAC_BYTES];
	bool announce;	/* every receiver sends one frame first, so that a switch learns it */
	bool flood;	/* every receiver gets every frame; else only the first one */
	bool spread;	/* the receivers get one frame after the other; timed only */
	bool polled;	/* one poll syncs both ports, not a call for each */
	bool refused;	/* no port: calls that the device refuses stand for syncs */
	bool live;	/* the receiver looks at its ring, and syncs it seldom */
	bool timed;	/* nanoseconds are counted, not instructions */
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
	uint64_t ticks; /* of counter.h: the median of the slices times their number */
};

/* Receiver i has the address 02:00:00:00:00:(i+1); 02:00:00:00:01:00 is the sender's. */
int loop_options(struct loop_config *c, int argc, char **argv, struct vb_err *err);
void loop_usage(const char *name, FILE *f);

/* Opens, warms up, runs the window, closes. 0, or -1 with err. */
int loop_measure(const struct loop_config *c, const struct nmdev_ops *nmdev, enum loop_part part,
		 struct loop_count *count, struct vb_err *err);

/* What is done with an open loop, once; 0, or -1 with err. */
typedef int loop_body(struct loop *l, const struct loop_config *c, void *result,
		      struct vb_err *err);

/* Opens, does it, closes. */
int loop_over(const struct loop_config *c, const struct nmdev_ops *nmdev, enum loop_part part,
	      loop_body *body, void *result, struct vb_err *err);
/* What a window returned, in words: 0, or -1 with err. */
int loop_told(const struct loop *l, int ret, struct vb_err *err);

/* The closing JSON line (docs/architecture.md). counter: what counted, icount or callgrind. */
void loop_say(FILE *out, const char *counter, const struct loop_count *ports,
	      const struct loop_count *own);

#endif
