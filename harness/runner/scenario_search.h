/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a scenario's `search`: their ranges, and what holds when the file leaves them out. */
#ifndef VB_SCENARIO_SEARCH_H
#define VB_SCENARIO_SEARCH_H

#include "scenario.h"
#include "yaml_lines.h"

/* Checks and completes sc->search. -1: "PATH:LINE: what is wrong" (VB_USAGE). */
int scenario_search_check(struct scenario *sc, const char *path, const struct yaml_lines *lines,
			  struct vb_err *err);

/* sum_s and first_trial_s of a scenario whose trials the command line made longer or shorter keep
 * their proportion to them. */
struct scenario_search scenario_search_scaled(const struct scenario *sc, double duration_s);

#endif
