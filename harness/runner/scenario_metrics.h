/* SPDX-License-Identifier: BSD-2-Clause */
/* The metrics and results that a graph can have as y. */
#ifndef VB_SCENARIO_METRICS_H
#define VB_SCENARIO_METRICS_H

#include <stdbool.h>

bool scenario_metric_known(const char *name);

#endif
