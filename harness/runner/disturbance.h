/* SPDX-License-Identifier: BSD-2-Clause */
/* Did a timed loop have a core to itself, by what it says of its yardsticks? */
#ifndef VB_DISTURBANCE_H
#define VB_DISTURBANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/* Of the trials of a run that were kept. All zero: none yet. */
struct disturbance {
	double fastest_hz; /* of any trial, kept or not */
	double slowest_hz;
	double fewest_spans; /* undisturbed ones */
	unsigned kept;
};

/* Whether the trial says nothing, because others had its core nearly all the time. Not of trials
 * without a yardstick. */
bool disturbance_spoils(struct disturbance *d, const struct record *r);
/* The trial is stored. */
void disturbance_keep(struct disturbance *d, const struct record *r);
/* Whether one that was kept says nothing; then why, in words. */
bool disturbance_of_run(const struct disturbance *d, char *why, size_t bytes);

#endif
