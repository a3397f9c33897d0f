/* SPDX-License-Identifier: BSD-2-Clause */
/* Calibrations that the runner knows: what the machine could do if the switch cost nothing. */
#ifndef VB_CALIBRATION_H
#define VB_CALIBRATION_H

#include "scenario.h"

struct calibration {
	const char *name;
	const char *metric;	  /* where its rate is stored */
	const char *const *needs; /* parameters that its commands use, NULL at the end */
	const char *setup;	  /* before each trial; NULL none */
	const char *teardown;
	const struct scenario_program *program;
};

/* copy: the bare memcpy loop. ceiling: the generator into a sink that only takes the slots back. */
const struct calibration *calibration_of(enum scenario_calibrator kind);

#endif
