/* SPDX-License-Identifier: BSD-2-Clause */
/* A YAML file, read by a libcyaml schema. Every complaint is one line that names file and line. */
#ifndef VB_YAML_TEXT_H
#define VB_YAML_TEXT_H

#include "yaml_lines.h"

#define YAML_TEXT_BYTES_MAX (1u << 20)

struct cyaml_schema_value;

struct yaml_text {
	char *path, *text;
	size_t bytes;
	struct yaml_lines *lines;
};

/*
 * Reads a file of at most YAML_TEXT_BYTES_MAX. what it is ("scenario") and advice on where to find
 * one are parts of the complaints: 0, or -1 with VB_MISSING, or VB_USAGE when it is no YAML.
 */
int yaml_text_read(struct yaml_text *yaml, const char *path, const char *what, const char *advice,
		   struct vb_err *err);

/* The data of the text; yaml_text_free_data() frees them. advice ends a complaint (VB_USAGE). */
int yaml_text_load(const struct yaml_text *yaml, const struct cyaml_schema_value *schema,
		   void **data, const char *advice, struct vb_err *err);
void yaml_text_free_data(const struct cyaml_schema_value *schema, void *data);

/* The text itself; all zero is allowed. */
void yaml_text_free(struct yaml_text *yaml);

#endif
