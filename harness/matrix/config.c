/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "yaml_text.h"

#define WORD_BYTES 64
#define TEXT_BYTES 1024
#define LIMIT_MAX  86400
#define LIMIT_S	   3600
#define PACKAGE	   "linux-image-"
#define WHAT	   "configuration of the matrix"
#define ADVICE	   "docs/matrix.md describes every key"
#define OPTIONAL   (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(key, type, member, bytes)                                                             \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, bytes)

static const cyaml_schema_value_t word = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, WORD_BYTES)};

static const cyaml_schema_field_t kernel_fields[] = {
	TEXT("name", struct config_kernel, name, WORD_BYTES),
	TEXT("package", struct config_kernel, package, WORD_BYTES),
	CYAML_FIELD_STRING_PTR("series", OPTIONAL, struct config_kernel, series, 1, WORD_BYTES),
	CYAML_FIELD_SEQUENCE("suites", CYAML_FLAG_POINTER, struct config_kernel, suites, &word, 1,
			     8),
	CYAML_FIELD_END};
static const cyaml_schema_value_t kernel = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_kernel, kernel_fields)};
static const cyaml_schema_field_t rows_fields[] = {
	CYAML_FIELD_SEQUENCE("kernels", CYAML_FLAG_POINTER, struct config_kernels, kernels, &kernel,
			     1, 64),
	CYAML_FIELD_END};
static const cyaml_schema_value_t rows = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_kernels, rows_fields)};

static const cyaml_strval_t each_names[] = {{"kernel", EACH_KERNEL}, {"driver", EACH_DRIVER}};
static const cyaml_schema_field_t item_fields[] = {
	TEXT("name", struct config_item, name, WORD_BYTES),
	TEXT("about", struct config_item, about, TEXT_BYTES),
	TEXT("run", struct config_item, run, TEXT_BYTES),
	CYAML_FIELD_INT("limit_s", CYAML_FLAG_OPTIONAL, struct config_item, limit_s),
	CYAML_FIELD_ENUM("each", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct config_item, each,
			 each_names, CYAML_ARRAY_LEN(each_names)),
	CYAML_FIELD_SEQUENCE("needs", OPTIONAL, struct config_item, needs, &word, 0, 16),
	CYAML_FIELD_END};
static const cyaml_schema_value_t item = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_item, item_fields)};
static const cyaml_schema_field_t columns_fields[] = {
	CYAML_FIELD_SEQUENCE("items", CYAML_FLAG_POINTER, struct config_items, items, &item, 1,
			     128),
	CYAML_FIELD_END};
static const cyaml_schema_value_t columns = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_items, columns_fields)};

/* "PATH:LINE: why", the line being that of an entry of a list. */
__attribute__((format(printf, 5, 6))) static int refuse(const struct yaml_text *yaml,
							struct vb_err *err, const char *list,
							unsigned index, const char *fmt, ...)
{
	char place[64], why[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	snprintf(place, sizeof(place), "%s.%u", list, index);
	return vb_fail(err, VB_USAGE, "%s:%u: %s", yaml->path, yaml_lines_of(yaml->lines, place),
		       why);
}

static int check_kernel(const struct yaml_text *yaml, const struct config_kernels *all, unsigned at,
			struct vb_err *err)
{
	const struct config_kernel *k = &all->kernels[at];
	unsigned i;

	if (strncmp(k->package, PACKAGE, strlen(PACKAGE)))
		return refuse(yaml, err, "kernels", at,
			      "'%s' is not a package of kernels: " PACKAGE "FLAVOUR", k->package);
	for (i = 0; i < at; i++)
		if (strcmp(all->kernels[i].name, k->name) == 0)
			return refuse(yaml, err, "kernels", at, "the kernel '%s' is there twice",
				      k->name);
	return 0;
}

static const struct config_item *find(const struct config_items *all, const char *name)
{
	unsigned i;

	for (i = 0; i < all->items_count; i++)
		if (strcmp(all->items[i].name, name) == 0)
			return &all->items[i];
	return NULL;
}

/* Names are keys, and needs point backwards: then a pass from left to right runs everything. */
static int check_item(const struct yaml_text *yaml, const struct config_items *all, unsigned at,
		      struct vb_err *err)
{
	const struct config_item *it = &all->items[at];
	unsigned i;

	if (find(all, it->name) != it)
		return refuse(yaml, err, "items", at, "the item '%s' is there twice", it->name);
	if (it->limit_s < 1 || it->limit_s > LIMIT_MAX)
		return refuse(yaml, err, "items", at, "limit_s of '%s' must be from 1 to %d",
			      it->name, LIMIT_MAX);
	for (i = 0; i < it->needs_count; i++) {
		const struct config_item *need = find(all, it->needs[i]);

		if (!need || need >= it)
			return refuse(yaml, err, "items", at,
				      "'%s' needs '%s', which is no item before it", it->name,
				      it->needs[i]);
	}
	return 0;
}

static int load_rows(struct config *config, const char *path, struct vb_err *err)
{
	struct yaml_text yaml;
	unsigned i;
	int rc;

	if (yaml_text_read(&yaml, path, WHAT, ADVICE, err))
		return -1;
	rc = yaml_text_load(&yaml, &rows, (void **)&config->rows, ADVICE, err);
	for (i = 0; rc == 0 && i < config->rows->kernels_count; i++)
		rc = check_kernel(&yaml, config->rows, i, err);
	yaml_text_free(&yaml);
	return rc;
}

static int load_columns(struct config *config, const char *path, struct vb_err *err)
{
	struct yaml_text yaml;
	unsigned i;
	int rc;

	if (yaml_text_read(&yaml, path, WHAT, ADVICE, err))
		return -1;
	rc = yaml_text_load(&yaml, &columns, (void **)&config->columns, ADVICE, err);
	for (i = 0; rc == 0 && i < config->columns->items_count; i++) {
		struct config_item *item = &config->columns->items[i];

		item->limit_s = item->limit_s ? item->limit_s : LIMIT_S;
		rc = check_item(&yaml, config->columns, i, err);
	}
	yaml_text_free(&yaml);
	return rc;
}

int config_load(struct config *config, const char *kernels, const char *items, struct vb_err *err)
{
	*config = (struct config){0};
	if (load_rows(config, kernels, err) == 0 && load_columns(config, items, err) == 0)
		return 0;
	config_free(config);
	return -1;
}

void config_free(struct config *config)
{
	yaml_text_free_data(&rows, config->rows);
	yaml_text_free_data(&columns, config->columns);
	*config = (struct config){0};
}
