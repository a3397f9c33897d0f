/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a scenario file as a libcyaml schema. */
#ifndef VB_SCENARIO_SCHEMA_H
#define VB_SCENARIO_SCHEMA_H

#include "scenario.h"
#include "yaml_text.h"

/* The scenario that the text describes. 0, or -1 with "PATH:LINE: why". */
int scenario_schema_load(const struct yaml_text *yaml, struct scenario **sc, struct vb_err *err);
void scenario_schema_free(struct scenario *sc);

#endif
