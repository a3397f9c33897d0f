/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys as people write them. */
#ifndef BDGFN_KEY_H
#define BDGFN_KEY_H

#include <stdio.h>

#include <libbdgfn.h>
#include "bdgfn_options.h"

enum { BDGFN_KEY_TEXT = 40 };

/*
 * The kind of key that a command is about: by its options, else the one that the module is known
 * for. 0, or -1 after one line on err.
 */
int bdgfn_key_kind(const struct bdgfn_options *o, enum vale_modctl_kind *kind, FILE *err);
/* The key of addif and delif. 0, or -1 after one line on err. */
int bdgfn_key_parse(const struct bdgfn_options *o, struct bdgfn_key *key, FILE *err);
/* As bdgfnctl prints it. */
void bdgfn_key_text(const struct bdgfn_key *key, char text[BDGFN_KEY_TEXT]);
/* The next address; after the last comes the first. */
void bdgfn_key_next(struct bdgfn_key *key);

/* A decimal number of at most max. 0, or -1 after one line on err. */
int bdgfn_number(const char *text, enum bdgfn_option option, uint32_t max, uint32_t *out,
		 FILE *err);

#endif
