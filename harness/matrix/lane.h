/* SPDX-License-Identifier: BSD-2-Clause */
/* One place where a cell's command runs: started, watched against its limit, and judged. */
#ifndef VB_MATRIX_LANE_H
#define VB_MATRIX_LANE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

#define LANE_REASON_BYTES 400

struct lane {
	pid_t pid; /* 0: free */
	int pidfd;
	size_t kernel, item;
	uint64_t started_ms, deadline_ms;
	char *log; /* path of the command's output */
};

enum lane_end { LANE_RUNNING, LANE_PASSED, LANE_FAILED, LANE_NOT_RUN };

/* Starts `sh -c command` with its output in the file log. 0, or -1 with err. */
int lane_start(struct lane *lane, const char *command, const char *log, unsigned limit_s,
	       struct vb_err *err);

/*
 * Has it ended, or reached its limit? Then the lane is free again, *seconds is how long it took,
 * and reason says why it did not pass (empty: it did).
 */
enum lane_end lane_check(struct lane *lane, double *seconds, char reason[LANE_REASON_BYTES]);

/* Ends what runs; the lane is free again. */
void lane_stop(struct lane *lane);

#endif
