/* SPDX-License-Identifier: BSD-2-Clause */
#include "disturbance.h"

#include <math.h>
#include <stdio.h>

/* Of fewer, the lower quartile is the chance of two or three. */
#define SPANS_BOUND 20
/* Clocks of processors drift by less, and cycles follow them; a core shared with another thread is
 * slower by far more. */
#define PACE_BOUND 0.1

static bool poor(double spans, double hz, double fastest_hz)
{
	return spans < SPANS_BOUND || hz < fastest_hz * (1 - PACE_BOUND);
}

bool disturbance_spoils(struct disturbance *d, const struct record *r)
{
	const double *spans = record_metric_get(r, "undisturbed_spans");
	const double *hz = record_metric_get(r, "core_hz");

	if (!spans || !hz)
		return false;
	d->fastest_hz = fmax(d->fastest_hz, *hz);
	return poor(*spans, *hz, d->fastest_hz);
}

void disturbance_keep(struct disturbance *d, const struct record *r)
{
	const double *spans = record_metric_get(r, "undisturbed_spans");
	const double *hz = record_metric_get(r, "core_hz");

	if (!spans || !hz)
		return;
	d->fewest_spans = d->kept ? fmin(d->fewest_spans, *spans) : *spans;
	d->slowest_hz = d->kept ? fmin(d->slowest_hz, *hz) : *hz;
	d->kept++;
}

bool disturbance_of_run(const struct disturbance *d, char *why, size_t bytes)
{
	if (!d->kept || !poor(d->fewest_spans, d->slowest_hz, d->fastest_hz))
		return false;
	snprintf(why, bytes,
		 "others had the core nearly all the time: a trial had no more than %.0f "
		 "undisturbed "
		 "spans, and one no more than %.2f of %.2f GHz",
		 d->fewest_spans, d->slowest_hz / 1e9, d->fastest_hz / 1e9);
	return true;
}
