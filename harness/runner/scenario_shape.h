/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks the `shape` of a scenario: how its rate should go with a parameter. */
#ifndef VB_SCENARIO_SHAPE_H
#define VB_SCENARIO_SHAPE_H

#include "scenario.h"
#include "yaml_lines.h"

/* -1: "PATH:LINE: what is wrong" (VB_USAGE). */
int scenario_shape_check(const struct scenario *sc, const char *path,
			 const struct yaml_lines *lines, struct vb_err *err);

#endif
