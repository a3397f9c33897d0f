/* SPDX-License-Identifier: BSD-2-Clause */
/* A collection (scenarios/collections/NAME.yaml): runs of scenarios whose figures are looked at
 * together. What they are held against and how they are shown is the report's affair. */
#ifndef VB_COLLECTION_H
#define VB_COLLECTION_H

#include "err.h"

struct collection_run {
	char *name; /* within the collection */
	char *scenario, *platform;
	char **set; /* texts as of --set */
	unsigned set_count;
	unsigned trials;     /* 0: as the scenario says */
	char *duration_text; /* NULL: as the scenario says */
	double duration_s;
};

struct collection {
	char *name, *title, *about;
	struct collection_run *runs;
	unsigned runs_count;
};

/* The path of the collection of that name, or of the file in a folder "collections", that word
 * means; NULL: it is none. To be freed. */
char *collection_path(const char *word);

/* Loads and checks a file. Errors are one line "PATH:LINE: what is wrong": VB_USAGE. */
int collection_load(struct collection **c, const char *path, struct vb_err *err);
void collection_free(struct collection *c);

#endif
