/* SPDX-License-Identifier: BSD-2-Clause */
#include "yaml_lines.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct yaml_lines {
	yaml_document_t doc;
};

struct yaml_lines *yaml_lines_parse(const char *path, const char *text, size_t bytes,
				    struct vb_err *err)
{
	struct yaml_lines *lines = calloc(1, sizeof(*lines));
	yaml_parser_t parser;

	if (!lines || !yaml_parser_initialize(&parser)) {
		free(lines);
		vb_fail(err, VB_NO_SPACE, "reading %s: no memory", path);
		return NULL;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
	if (!yaml_parser_load(&parser, &lines->doc)) {
		vb_fail(err, VB_USAGE, "%s:%zu: not valid YAML: %s", path,
			parser.problem_mark.line + 1,
			parser.problem ? parser.problem : "unreadable");
		free(lines);
		lines = NULL;
	}
	yaml_parser_delete(&parser);
	return lines;
}

void yaml_lines_free(struct yaml_lines *lines)
{
	if (!lines)
		return;
	yaml_document_delete(&lines->doc);
	free(lines);
}

static yaml_node_t *node_at(const struct yaml_lines *lines, int index)
{
	return yaml_document_get_node((yaml_document_t *)&lines->doc, index);
}

static int key_is(const yaml_node_t *key, const char *name, size_t bytes)
{
	return key && key->type == YAML_SCALAR_NODE && key->data.scalar.length == bytes &&
	       memcmp(key->data.scalar.value, name, bytes) == 0;
}

/* One step of a path. *line becomes the line of the key or entry. */
static yaml_node_t *child(const struct yaml_lines *lines, yaml_node_t *node, const char *name,
			  size_t bytes, unsigned *line)
{
	yaml_node_pair_t *pair;
	yaml_node_t *key, *entry;
	size_t i;

	if (node->type == YAML_SEQUENCE_NODE) {
		i = strtoul(name, NULL, 10);
		if (node->data.sequence.items.start + i >= node->data.sequence.items.top)
			return NULL;
		entry = node_at(lines, node->data.sequence.items.start[i]);
		*line = entry->start_mark.line + 1;
		return entry;
	}
	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		key = node_at(lines, pair->key);
		if (!key_is(key, name, bytes))
			continue;
		*line = key->start_mark.line + 1;
		return node_at(lines, pair->value);
	}
	return NULL;
}

static int find(const struct yaml_lines *lines, const char *path, unsigned *line)
{
	yaml_node_t *node = yaml_document_get_root_node((yaml_document_t *)&lines->doc);
	size_t bytes;

	*line = 1;
	for (; node && *path; path += bytes + (path[bytes] == '.')) {
		bytes = strcspn(path, ".");
		node = child(lines, node, path, bytes, line);
	}
	return node != NULL;
}

unsigned yaml_lines_of(const struct yaml_lines *lines, const char *path)
{
	unsigned line;

	find(lines, path, &line);
	return line;
}

int yaml_lines_has(const struct yaml_lines *lines, const char *path)
{
	unsigned line;

	return find(lines, path, &line);
}

unsigned yaml_lines_of_key(const struct yaml_lines *lines, const char *key, unsigned from)
{
	yaml_node_t *node, *k;
	yaml_node_pair_t *pair;
	unsigned best = 0, line;
	int i;

	for (i = 1; (node = node_at(lines, i)); i++) {
		if (node->type != YAML_MAPPING_NODE)
			continue;
		for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
		     pair++) {
			k = node_at(lines, pair->key);
			if (!key_is(k, key, strlen(key)))
				continue;
			line = k->start_mark.line + 1;
			if (line >= from && (!best || line < best))
				best = line;
		}
	}
	return best;
}
