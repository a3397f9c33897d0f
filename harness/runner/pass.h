/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that a verb passes on to the runs that it starts. */
#ifndef VB_PASS_H
#define VB_PASS_H

#include <argp.h>
#include <stddef.h>

struct pass {
	char **words; /* as for `valebench run`, NULL at the end once closed */
	size_t n;
	const char *results;		       /* --results; NULL: as usual */
	const char *platform, *kernel, *accel; /* as given; NULL not */
	int trials;			       /* --trials was given */
};

/* A child parser (struct argp_child) whose input is a struct pass. */
extern const struct argp pass_argp;

__attribute__((format(printf, 2, 3))) void pass_add(struct pass *p, const char *fmt, ...);
/* The list with its end. */
char *const *pass_words(struct pass *p);
void pass_free(struct pass *p);

#endif
