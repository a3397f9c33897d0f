/* SPDX-License-Identifier: BSD-2-Clause */
/* What one trial found out: the rows that the store will hold of it. */
#ifndef VB_RECORD_H
#define VB_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct record_metric {
	char name[48];
	const char *unit; /* a literal */
	double value;
};

struct record_sample {
	char program[72];
	unsigned seq;
	const char *name, *unit;
	double value;
};

struct record_counter {
	char port[72];
	char name[32];
	int64_t value;
};

/* Bounds of a search's goal after the trial; 0: there is none yet. */
struct record_step {
	const char *goal; /* a literal */
	double lower_pps, upper_pps;
};

struct record {
	bool ok;
	char reason[1024];
	char *excerpt; /* of the logs; NULL none */
	char started_at[32];
	double duration_s;
	double load_before, load_after;
	uint64_t first_packet_ms; /* our clock when packets were first seen moving; 0 never */
	struct record_metric *metrics;
	size_t metrics_n;
	struct record_sample *samples;
	size_t samples_n;
	struct record_counter *counters;
	size_t counters_n;
	unsigned step_seq; /* of the search that the steps belong to */
	struct record_step *steps;
	size_t steps_n;
	json_t *histograms; /* {"latency": [[low, high, count], ...]}, in ns */
};

void record_free(struct record *r);
/* Sets or replaces. unit must be a literal. */
void record_metric(struct record *r, const char *name, const char *unit, double value);
/* NULL when there is none of that name. */
const double *record_metric_get(const struct record *r, const char *name);
void record_sample(struct record *r, const char *program, unsigned seq, const char *name,
		   const char *unit, double value);
void record_step(struct record *r, const char *goal, double lower_pps, double upper_pps);
void record_counter(struct record *r, const char *port, const char *name, int64_t value);
/* The sum of a counter over all ports. */
int64_t record_counter_sum(const struct record *r, const char *name);
/* Marks the trial as failed: its numbers are thrown away, the reason stays. The first reason wins.
 */
__attribute__((format(printf, 2, 3))) void record_fail(struct record *r, const char *fmt, ...);

#endif
