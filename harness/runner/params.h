/* SPDX-License-Identifier: BSD-2-Clause */
/* An ordered list of name=value pairs: the parameters of one sweep point. */
#ifndef VB_PARAMS_H
#define VB_PARAMS_H

#include <jansson.h>
#include <stddef.h>

struct param {
	char *name;
	char *value;
};

struct params {
	struct param *items;
	size_t n;
};

/* Adds or replaces. Out of memory ends the program: no list of names is worth a half-made point. */
void params_set(struct params *p, const char *name, const char *value);
/* NULL when there is no such name. */
const char *params_get(const struct params *p, const char *name);
void params_copy(struct params *to, const struct params *from);
void params_free(struct params *p);

/* {"frame_bytes": 60, "path": "vale"}: what reads as a whole number is one. A new reference. */
json_t *params_json(const struct params *p);

/* "frame_bytes=60 burst=512" of the named ones, in that order; the caller frees. */
char *params_label(const struct params *p, char *const *names, size_t n);

/* Does "name=value" or "name=value|other" hold? A NULL condition holds. */
int params_match(const struct params *p, const char *condition);

#endif
