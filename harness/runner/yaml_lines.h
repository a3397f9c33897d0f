/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things stand in a YAML text: libcyaml keeps no positions, and every complaint must name a
 * line. */
#ifndef VB_YAML_LINES_H
#define VB_YAML_LINES_H

#include <stddef.h>

#include "err.h"

struct yaml_lines;

/* Parses text. NULL with "PATH:LINE: why" (VB_USAGE) when it is no YAML. */
struct yaml_lines *yaml_lines_parse(const char *path, const char *text, size_t bytes,
				    struct vb_err *err);
void yaml_lines_free(struct yaml_lines *lines);

/* The line of a dotted path such as "sweep.0.values"; of its nearest existing parent, at least 1.
 */
unsigned yaml_lines_of(const struct yaml_lines *lines, const char *path);

/* The line of the first (repeated: second) key of that name, counted from line `from`; 0 when there
 * is none. */
unsigned yaml_lines_of_key(const struct yaml_lines *lines, const char *key, unsigned from);

/* Does the file have exactly this path? */
int yaml_lines_has(const struct yaml_lines *lines, const char *path);

#endif
