/* SPDX-License-Identifier: BSD-2-Clause */
/* How far a run is: one line that is rewritten on a terminal, a plain line a trial otherwise. Goes
 * to stderr. */
#ifndef VB_PROGRESS_H
#define VB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out;
	const char *tag; /* before each line, where several runs share it; NULL none */
	bool terminal;
	unsigned points, trials; /* in the whole run */
	unsigned point, done;	 /* of them: the current one (from 1), the finished ones */
	unsigned trial, of; /* of the current point; trial 0 is the warm-up, of 0 an open number */
	const char *label;
	uint64_t started_ms;
	int shown; /* columns on the terminal's line */
};

/* Keeps the tag. */
void progress_start(struct progress *p, FILE *out, unsigned points, unsigned trials);
void progress_trial(struct progress *p, unsigned point, const char *label, unsigned trial,
		    unsigned of);
/* The live rate; drawn on a terminal only. ctx is the progress. */
void progress_live(void *ctx, double pps);
/* A trial is over; text says with what result. */
void progress_done(struct progress *p, const char *text);
/* A line of its own, whatever is on the terminal. */
__attribute__((format(printf, 2, 3))) void progress_say(struct progress *p, const char *fmt, ...);

/* "14.88 M", three to four digits and a unit letter. */
const char *progress_rate(double pps, char *buf, size_t bytes);

#endif
