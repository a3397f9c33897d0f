/* SPDX-License-Identifier: BSD-2-Clause */
/* What a schema cannot say: names that must exist, values in their range, templates that expand. */
#ifndef VB_SCENARIO_CHECK_H
#define VB_SCENARIO_CHECK_H

#include "scenario.h"
#include "yaml_lines.h"

/* Checks sc, and fills what the file left out (cpus 2, memory_mib 1024, the two durations). -1 with
 * "PATH:LINE: ". */
int scenario_check(struct scenario *sc, const char *path, const struct yaml_lines *lines,
		   struct vb_err *err);

#endif
