/* SPDX-License-Identifier: BSD-2-Clause */
#include "template.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define VARIABLE_BYTES 64

static int unknown(const struct params *vars, const char *name, struct vb_err *err)
{
	char known[256] = "";
	size_t i, used = 0;

	for (i = 0; i < vars->n && used < sizeof(known); i++)
		used += snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
				 vars->items[i].name);
	return vb_fail(err, VB_USAGE, "unknown variable {%s}; there are: %s", name, known);
}

/* Writes the value of "name" or "name:02x". */
static int put_variable(FILE *out, char *spec, const struct params *vars, struct vb_err *err)
{
	char *format = strchr(spec, ':'), *end;
	const char *value;
	unsigned long number;

	if (format)
		*format++ = '\0';
	value = params_get(vars, spec);
	if (!value)
		return unknown(vars, spec, err);
	if (!format) {
		fputs(value, out);
		return 0;
	}
	errno = 0;
	number = strtoul(value, &end, 10);
	if (strcmp(format, "02x"))
		return vb_fail(err, VB_USAGE, "unknown format {%s:%s}; there is only :02x", spec,
			       format);
	if (errno || *end || !*value || number > 0xff)
		return vb_fail(err, VB_USAGE, "{%s:02x} needs a number 0..255, not '%s'", spec,
			       value);
	fprintf(out, "%02lx", number);
	return 0;
}

static int expand(FILE *out, const char *text, const struct params *vars, struct vb_err *err)
{
	char spec[VARIABLE_BYTES];
	const char *close;

	for (; *text; text++) {
		if ((*text == '{' || *text == '}') && text[1] == *text) {
			fputc(*text++, out);
			continue;
		}
		if (*text != '{') {
			fputc(*text, out);
			continue;
		}
		close = strchr(text, '}');
		if (!close || close - text >= VARIABLE_BYTES)
			return vb_fail(err, VB_USAGE, "'%.60s' has no closing brace", text);
		snprintf(spec, sizeof(spec), "%.*s", (int)(close - text - 1), text + 1);
		if (put_variable(out, spec, vars, err))
			return -1;
		text = close;
	}
	return 0;
}

char *template_expand(const char *text, const struct params *vars, struct vb_err *err)
{
	char *result = NULL;
	size_t bytes;
	FILE *out = open_memstream(&result, &bytes);
	int rc;

	if (!out) {
		vb_fail(err, VB_NO_SPACE, "expanding '%.60s': no memory", text);
		return NULL;
	}
	rc = expand(out, text, vars, err);
	fclose(out);
	if (rc) {
		free(result);
		return NULL;
	}
	return result;
}

/* Copies the next word to *word (caller frees). Returns what follows it, NULL on an open quote. */
static const char *next_word(const char *at, char **word)
{
	char *to, quote = 0;

	to = *word = alloc_zero(strlen(at) + 1, 1);
	for (; *at && (quote || !isspace((unsigned char)*at)); at++) {
		if (quote ? *at == quote : *at == '\'' || *at == '"')
			quote = quote ? 0 : *at;
		else
			*to++ = *at;
	}
	return quote ? NULL : at;
}

json_t *template_argv(const char *command, const struct params *vars, struct vb_err *err)
{
	json_t *argv = json_array();
	const char *at = command;
	char *word, *value;

	while (at && *(at += strspn(at, " \t\n"))) {
		at = next_word(at, &word);
		value = at ? template_expand(word, vars, err) : NULL;
		free(word);
		if (!at)
			vb_fail(err, VB_USAGE, "'%.60s' has an open quote", command);
		if (!value) {
			json_decref(argv);
			return NULL;
		}
		json_array_append_new(argv, json_string(value));
		free(value);
	}
	if (json_array_size(argv) == 0) {
		vb_fail(err, VB_USAGE, "the command is empty");
		json_decref(argv);
		return NULL;
	}
	return argv;
}
