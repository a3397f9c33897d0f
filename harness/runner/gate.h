/* SPDX-License-Identifier: BSD-2-Clause */
/* The scenarios that guard against regressions: the table ci/gate. */
#ifndef VB_GATE_H
#define VB_GATE_H

#include <stddef.h>

#include "err.h"

#define GATE_FILE     "ci/gate"
#define GATE_RUNS_MAX 50

enum gate_lane { LANE_COUNTED = 1, LANE_TIMED = 2 };

struct gate_entry {
	enum gate_lane lane;
	char scenario[64];
	char platform[32];
	unsigned baseline_runs, runs; /* that make a baseline, and that are held against it */
};

struct gate {
	struct gate_entry *entries; /* counted ones first, whatever the file's order */
	size_t n;
};

/* "counted", "timed" or "all" as a mask; 0: none of them. */
unsigned gate_lanes(const char *name);

/* Those of the lanes. -1: VB_MISSING or VB_USAGE "PATH:LINE: what is wrong". */
int gate_read(struct gate *g, const char *path, unsigned lanes, struct vb_err *err);
/* Entries of that lane. */
size_t gate_count(const struct gate *g, enum gate_lane lane);
void gate_free(struct gate *g);

#endif
