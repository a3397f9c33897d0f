/* SPDX-License-Identifier: BSD-2-Clause */
#include "yaml_text.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static int read_file(struct yaml_text *yaml, const char *what, const char *advice,
		     struct vb_err *err)
{
	FILE *in = fopen(yaml->path, "re");
	bool broken;

	if (!in)
		return vb_fail(err, VB_MISSING, "reading %s %s: %s; %s", what, yaml->path,
			       strerror(errno), advice);
	yaml->text = alloc_zero(YAML_TEXT_BYTES_MAX + 1, 1);
	yaml->bytes = fread(yaml->text, 1, YAML_TEXT_BYTES_MAX + 1, in);
	broken = ferror(in);
	fclose(in);
	if (broken)
		return vb_fail(err, VB_MISSING, "reading %s %s: it cannot be read; %s", what,
			       yaml->path, advice);
	if (yaml->bytes > YAML_TEXT_BYTES_MAX)
		return vb_fail(err, VB_USAGE, "%s:1: larger than 1 MiB, which is no %s", yaml->path,
			       what);
	yaml->text = alloc_grow(yaml->text, yaml->bytes + 1, 1);
	return 0;
}

int yaml_text_read(struct yaml_text *yaml, const char *path, const char *what, const char *advice,
		   struct vb_err *err)
{
	*yaml = (struct yaml_text){.path = alloc_string(path)};
	if (read_file(yaml, what, advice, err) == 0)
		yaml->lines = yaml_lines_parse(path, yaml->text, yaml->bytes, err);
	if (yaml->lines)
		return 0;
	yaml_text_free(yaml);
	return -1;
}

/* What libcyaml logs of an error: a complaint, then a trace from the inmost place outwards. */
struct complaint {
	char text[256];
	char place[128];
	unsigned line;
};

static void complain(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct complaint *c = ctx;
	char text[256], *at;

	vsnprintf(text, sizeof(text), fmt, args);
	text[strcspn(text, "\n")] = '\0';
	at = strstr(text, "(line: ");
	if (at) {
		if (c->line)
			return;
		c->line = strtoul(at + strlen("(line: "), NULL, 10);
		*at = '\0';
		snprintf(c->place, sizeof(c->place), "%.120s", text + strspn(text, " "));
	} else if (!c->text[0]) {
		at = strncmp(text, "Load: ", 6) ? text : text + 6;
		snprintf(c->text, sizeof(c->text), "%.250s", at);
	}
}

/* libcyaml points at the last value before a wrong key, so the key itself is looked up. */
static unsigned complaint_line(const struct complaint *c, const struct yaml_lines *lines)
{
	const char *key = strrchr(c->text, ':');
	unsigned line = 0;

	if (key && (strstr(c->text, "Unexpected key") || strstr(c->text, "already seen")))
		line = yaml_lines_of_key(lines, key + 2, c->line);
	return line ? line : c->line ? c->line : 1;
}

int yaml_text_load(const struct yaml_text *yaml, const struct cyaml_schema_value *schema,
		   void **data, const char *advice, struct vb_err *err)
{
	struct complaint c = {0};
	const cyaml_config_t config = {.log_fn = complain,
				       .log_ctx = &c,
				       .log_level = CYAML_LOG_ERROR,
				       .mem_fn = cyaml_mem};
	cyaml_err_t rc = cyaml_load_data((const uint8_t *)yaml->text, yaml->bytes, &config, schema,
					 data, NULL);
	bool placed;

	if (rc == CYAML_OK && *data)
		return 0;
	if (rc == CYAML_OK)
		return vb_fail(err, VB_USAGE, "%s:1: the file is empty; %s", yaml->path, advice);
	placed = strstr(c.place, "field '") && !strstr(c.text, "mapping field");
	return vb_fail(err, VB_USAGE, "%s:%u: %s%s%s; %s", yaml->path,
		       complaint_line(&c, yaml->lines), c.text[0] ? c.text : cyaml_strerror(rc),
		       placed ? " " : "", placed ? c.place : "", advice);
}

void yaml_text_free_data(const struct cyaml_schema_value *schema, void *data)
{
	const cyaml_config_t config = {.log_level = CYAML_LOG_ERROR, .mem_fn = cyaml_mem};

	cyaml_free(&config, schema, data, 0);
}

void yaml_text_free(struct yaml_text *yaml)
{
	yaml_lines_free(yaml->lines);
	free(yaml->path);
	free(yaml->text);
	*yaml = (struct yaml_text){0};
}
