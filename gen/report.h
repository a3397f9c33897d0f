/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run says: text lines as scripts expect them, or JSON lines. */
#ifndef PG_REPORT_H
#define PG_REPORT_H

#include <stdint.h>

#include "engine.h"

#define AVERAGE_WINDOW 15  /* reports, for -A */
#define FRAMING_BITS   192 /* preamble, start, CRC and gap of an Ethernet frame */

struct sample {
	uint64_t now_ns;
	uint64_t dt_ns;
	uint64_t packets, bytes, events, drops;
	uint32_t min_space;
};

/* Rates of the last reports, for -A. */
struct average {
	double pps[AVERAGE_WINDOW];
	unsigned count; /* all reports so far */
};

struct result {
	struct sample total;	    /* min_space unused */
	uint64_t first_ns, last_ns; /* 0: no packets */
	uint64_t late_ns;	    /* greatest lateness of a paced batch */
	uint64_t elapsed_ns;	    /* latest end minus latest start of a thread */
	uint64_t cpu_ns;	    /* of all threads that moved packets */
	enum end_reason reason;
	const struct latency *latency; /* merged; NULL: not measured */
	uint64_t lost;
};

/* value with three decimals, a space and one of nothing, K, M, G, T; raw: a whole number and a
 * space. */
void report_number(char *buf, size_t bytes, double value, bool raw);

void report_start(const struct engine *eng);
void report_interval(const struct engine *eng, const struct sample *s, struct average *avg);
void report_final(const struct engine *eng, const struct result *r);

/* The same as JSON lines; docs/architecture.md holds the schema. */
void json_start_line(const struct engine *eng);
void json_ready_line(const struct engine *eng);
void json_interval_line(const struct engine *eng, const struct sample *s);
void json_end_line(const struct engine *eng, const struct result *r);

#endif
