/* SPDX-License-Identifier: BSD-2-Clause */
/* The one table of options: parsing, range checks, the usage text and the man page's list all come
 * from it. */
#ifndef PG_OPTIONS_H
#define PG_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config.h"

enum option_arg { ARG_NONE, ARG_REQUIRED, ARG_OPTIONAL };

struct option {
	char letter;	  /* 0: none */
	const char *name; /* long name, NULL: none */
	enum option_arg arg;
	const char *arg_name; /* as shown, with its unit where it has one */
	int64_t min, max;     /* of whole numbers */
	const char *fallback; /* the default in words, NULL: none worth saying */
	const char *help;
	size_t field; /* in struct config */
	int (*set)(struct config *c, const struct option *o, const char *arg, struct vb_err *err);
};

extern const struct option options[];
extern const size_t options_count;

void options_defaults(struct config *c);

/*
 * Re-entrant. argv[0] is skipped; short options may be joined, values may be glued on or follow;
 * long values come behind = or follow (behind = only, where optional). Returns 0, or -1 with err.
 */
int options_parse(struct config *c, int argc, char **argv, struct vb_err *err);

void options_usage(FILE *f);

/* The OPTIONS section of docs/man/pkt-gen.1, in man(7) macros. */
void options_man(FILE *f);

#endif
