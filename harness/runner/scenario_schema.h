/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a scenario file as a libcyaml schema, and the line that each key stands on. */
#ifndef VB_SCENARIO_SCHEMA_H
#define VB_SCENARIO_SCHEMA_H

#include "scenario.h"
#include "yaml_lines.h"

/* Reads text into a struct scenario. Errors carry "PATH:LINE: ". */
struct scenario *scenario_schema_load(const char *path, const char *text, size_t bytes,
				      const struct yaml_lines *lines, struct vb_err *err);
void scenario_schema_free(struct scenario *sc);

#endif
