/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run will do, in order: calibrations stand right before the first point that they belong
 * to. */
#ifndef VB_PLAN_H
#define VB_PLAN_H

#include "calibration.h"
#include "scenario.h"
#include "sweep.h"

enum plan_kind {
	PLAN_MEASURE,
	PLAN_CALIBRATION, /* calibration != NULL */
	PLAN_MAXIMUM,	  /* the highest rate of a scenario with a load */
};

struct plan_point {
	enum plan_kind kind;
	char *label;
	struct params params;
	const struct calibration *calibration;
	const struct scenario_program *programs;
	size_t programs_n;
	int parents[4];	   /* indices of the calibrations and the maximum that belong to a measured
			      point; -1 none */
	int64_t id;	   /* in the store, once it is taken */
	unsigned trials;   /* of a search: how often it is repeated */
	unsigned expected; /* trials that will take, more or less */
	double result;	   /* median rate of a calibration, once taken; 0 before */
	double *values;	   /* of the trials so far, for that median */
	unsigned values_n;
	bool given_up;	   /* a trial failed, or what it needs is not there */
};

struct plan {
	struct plan_point *points;
	size_t n;
	unsigned trials; /* expected of all points together, warm-ups not counted */
	double duration_s, warmup_s;
};

struct plan_options {
	unsigned trials;   /* 0: as the scenario says */
	double duration_s; /* 0: as the scenario says */
};

int plan_build(struct plan *plan, const struct scenario *sc, const struct sweep *sw,
	       const struct plan_options *options, struct vb_err *err);
void plan_free(struct plan *plan);

#endif
