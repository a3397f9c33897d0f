/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines that cannot be understood: one line, then the end with VB_USAGE. */
#ifndef VB_USAGE_H
#define VB_USAGE_H

#include <argp.h>

/* argp_parse() of all words, none of which may be left over. */
void usage_parse(const struct argp *argp, int argc, char **argv, void *input);

/* How its parsers say what is wrong; the program's name goes before it, where help is after it. */
__attribute__((format(printf, 1, 2), noreturn)) void usage_fail(const char *fmt, ...);

#endif
