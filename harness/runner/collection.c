/* SPDX-License-Identifier: BSD-2-Clause */
#include "collection.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "paths.h"
#include "yaml_text.h"

#define FOLDER	     "scenarios/collections"
#define WHAT	     "collection"
#define ADVICE	     "docs/scenarios.md describes every key"
#define WORD_BYTES   64
#define TEXT_BYTES   4096
#define TRIALS_MAX   1000
#define DURATION_MIN 0.05
#define DURATION_MAX 3600
#define OPTIONAL     (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(key, flags, type, member, bytes)                                                      \
	CYAML_FIELD_STRING_PTR(key, flags, type, member, 1, bytes)

static const cyaml_schema_value_t set = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, TEXT_BYTES)};
static const cyaml_schema_field_t run_fields[] = {
	TEXT("name", CYAML_FLAG_POINTER, struct collection_run, name, WORD_BYTES),
	TEXT("scenario", CYAML_FLAG_POINTER, struct collection_run, scenario, WORD_BYTES),
	TEXT("platform", CYAML_FLAG_POINTER, struct collection_run, platform, WORD_BYTES),
	CYAML_FIELD_SEQUENCE("set", OPTIONAL, struct collection_run, set, &set, 0, 8),
	CYAML_FIELD_UINT("trials", CYAML_FLAG_OPTIONAL, struct collection_run, trials),
	TEXT("duration_s", OPTIONAL, struct collection_run, duration_text, WORD_BYTES),
	CYAML_FIELD_END};
static const cyaml_schema_value_t run = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct collection_run, run_fields)};
/* Targets and tables are read by the report, which checks them first. */
static const cyaml_schema_field_t fields[] = {
	TEXT("name", CYAML_FLAG_POINTER, struct collection, name, WORD_BYTES),
	TEXT("title", CYAML_FLAG_POINTER, struct collection, title, TEXT_BYTES),
	TEXT("about", OPTIONAL, struct collection, about, TEXT_BYTES),
	CYAML_FIELD_SEQUENCE("runs", CYAML_FLAG_POINTER, struct collection, runs, &run, 1, 24),
	CYAML_FIELD_IGNORE("targets", CYAML_FLAG_OPTIONAL),
	CYAML_FIELD_IGNORE("tables", CYAML_FLAG_OPTIONAL),
	CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct collection, fields)};

char *collection_path(const char *word)
{
	static const char parent[] = "collections/";
	const char *slash = strrchr(word, '/');
	const size_t n = sizeof(parent) - 1;
	char *path;

	if (slash)
		return (size_t)(slash + 1 - word) >= n && !strncmp(slash + 1 - n, parent, n)
			       ? paths_of_user(word)
			       : NULL;
	path = alloc_printf(FOLDER "/%s.yaml", word);
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static int refuse(const struct yaml_text *yaml, unsigned index, const char *why, const char *what,
		  struct vb_err *err)
{
	char place[32];

	snprintf(place, sizeof(place), "runs.%u", index);
	return vb_fail(err, VB_USAGE, "%s:%u: %s: %s", yaml->path,
		       yaml_lines_of(yaml->lines, place), what, why);
}

static int check_run(const struct yaml_text *yaml, const struct collection *c, unsigned at,
		     struct vb_err *err)
{
	struct collection_run *one = &c->runs[at];
	char *end = NULL;
	unsigned i;

	for (i = 0; i < at; i++)
		if (strcmp(c->runs[i].name, one->name) == 0)
			return refuse(yaml, at, "a run of that name is there twice", one->name,
				      err);
	if (one->trials > TRIALS_MAX)
		return refuse(yaml, at, "trials must be from 1 to 1000", one->name, err);
	if (!one->duration_text)
		return 0;
	one->duration_s = strtod(one->duration_text, &end);
	if (*end || !(one->duration_s >= DURATION_MIN && one->duration_s <= DURATION_MAX))
		return refuse(yaml, at, "duration_s must be from 0.05 to 3600 seconds", one->name,
			      err);
	return 0;
}

static int check(const struct yaml_text *yaml, const struct collection *c, struct vb_err *err)
{
	const char *slash = strrchr(yaml->path, '/'), *file = slash ? slash + 1 : yaml->path;
	const size_t n = strlen(c->name);
	unsigned i;

	if (strncmp(file, c->name, n) || strcmp(file + n, ".yaml"))
		return vb_fail(err, VB_USAGE,
			       "%s:%u: the collection is called %s, so its file must be %s.yaml",
			       yaml->path, yaml_lines_of(yaml->lines, "name"), c->name, c->name);
	for (i = 0; i < c->runs_count; i++)
		if (check_run(yaml, c, i, err))
			return -1;
	return 0;
}

int collection_load(struct collection **c, const char *path, struct vb_err *err)
{
	struct yaml_text yaml;
	int rc;

	*c = NULL;
	if (yaml_text_read(&yaml, path, WHAT, "`valebench list` names them", err))
		return -1;
	rc = yaml_text_load(&yaml, &schema, (void **)c, ADVICE, err);
	if (rc == 0)
		rc = check(&yaml, *c, err);
	yaml_text_free(&yaml);
	if (rc) {
		collection_free(*c);
		*c = NULL;
	}
	return rc;
}

void collection_free(struct collection *c)
{
	if (c)
		yaml_text_free_data(&schema, c);
}
