/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORD_BYTES 64
#define TEXT_BYTES 1024
#define LIMIT_MAX  86400
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
	CYAML_FIELD_INT("limit_s", CYAML_FLAG_DEFAULT, struct config_item, limit_s),
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

/* Of an error libcyaml logs what is wrong first, then where, from the inmost place outwards. */
struct complaint {
	char text[256];
	unsigned line;
};

static void complain(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct complaint *c = ctx;
	char text[256], *at;

	vsnprintf(text, sizeof(text), fmt, args);
	text[strcspn(text, "\n")] = '\0';
	at = strstr(text, "(line: ");
	if (at && !c->line)
		c->line = strtoul(at + strlen("(line: "), NULL, 10);
	else if (!at && !c->text[0])
		snprintf(c->text, sizeof(c->text), "%s",
			 strncmp(text, "Load: ", 6) ? text : text + 6);
}

static const cyaml_config_t *quiet(struct complaint *c)
{
	static cyaml_config_t config;

	config = (cyaml_config_t){.log_fn = complain,
				  .log_ctx = c,
				  .log_level = CYAML_LOG_ERROR,
				  .mem_fn = cyaml_mem};
	return &config;
}

static int load(const char *path, const cyaml_schema_value_t *schema, void **out,
		struct vb_err *err)
{
	struct complaint c = {0};
	cyaml_err_t rc;

	if (access(path, R_OK))
		return vb_fail(err, VB_MISSING, "reading the matrix: there is no %s", path);
	rc = cyaml_load_file(path, quiet(&c), schema, out, NULL);
	if (rc == CYAML_OK && *out)
		return 0;
	return vb_fail(err, VB_USAGE, "%s:%u: %s", path, c.line ? c.line : 1,
		       c.text[0] ? c.text : cyaml_strerror(rc));
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
static int check_item(const struct config_items *all, const struct config_item *it,
		      const char *path, struct vb_err *err)
{
	unsigned i;

	if (find(all, it->name) != it)
		return vb_fail(err, VB_USAGE, "%s: the item '%s' is there twice", path, it->name);
	if (it->limit_s < 1 || it->limit_s > LIMIT_MAX)
		return vb_fail(err, VB_USAGE, "%s: limit_s of '%s' must be from 1 to %d", path,
			       it->name, LIMIT_MAX);
	for (i = 0; i < it->needs_count; i++) {
		const struct config_item *need = find(all, it->needs[i]);

		if (!need || need >= it)
			return vb_fail(err, VB_USAGE,
				       "%s: '%s' needs '%s', which is no item before it", path,
				       it->name, it->needs[i]);
	}
	return 0;
}

static int check(const struct config *config, const char *kernels, const char *items,
		 struct vb_err *err)
{
	const struct config_kernels *k = config->rows;
	unsigned i, j;

	for (i = 0; i < k->kernels_count; i++) {
		if (strncmp(k->kernels[i].package, "linux-image-", strlen("linux-image-")))
			return vb_fail(err, VB_USAGE,
				       "%s: '%s' is not a package of kernels: linux-image-FLAVOUR",
				       kernels, k->kernels[i].package);
		for (j = 0; j < i; j++)
			if (strcmp(k->kernels[i].name, k->kernels[j].name) == 0)
				return vb_fail(err, VB_USAGE,
					       "%s: the kernel '%s' is there twice", kernels,
					       k->kernels[i].name);
	}
	for (i = 0; i < config->columns->items_count; i++)
		if (check_item(config->columns, &config->columns->items[i], items, err))
			return -1;
	return 0;
}

int config_load(struct config *config, const char *kernels, const char *items, struct vb_err *err)
{
	*config = (struct config){0};
	if (load(kernels, &rows, (void **)&config->rows, err) == 0 &&
	    load(items, &columns, (void **)&config->columns, err) == 0 &&
	    check(config, kernels, items, err) == 0)
		return 0;
	config_free(config);
	return -1;
}

void config_free(struct config *config)
{
	struct complaint c = {0};

	cyaml_free(quiet(&c), &rows, config->rows, 0);
	cyaml_free(quiet(&c), &columns, config->columns, 0);
	*config = (struct config){0};
}
