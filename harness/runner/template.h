/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command templates: words with {name} in them. {name} is replaced by the variable's value,
 * {name:02x} by its value as two hexadecimal digits, {{ and }} by single braces. Words are parted
 * by blanks before anything is replaced, so a value never becomes two words; '...' and "..." keep
 * blanks together.
 */
#ifndef VB_TEMPLATE_H
#define VB_TEMPLATE_H

#include <jansson.h>

#include "err.h"
#include "params.h"

/* The text with every variable replaced; NULL (VB_USAGE) on an unknown one, an open brace or a bad
 * format. */
char *template_expand(const char *text, const struct params *vars, struct vb_err *err);

/* The words of a command, expanded, as a JSON array of strings (a new reference); NULL (VB_USAGE)
 * as above. */
json_t *template_argv(const char *command, const struct params *vars, struct vb_err *err);

#endif
