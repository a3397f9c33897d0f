/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of vb-matrix. */
#ifndef VB_MATRIX_OPTIONS_H
#define VB_MATRIX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	char **word;
	size_t n;
};

struct options {
	struct words kernels, drivers, items;
	const char *results;
	const char *source; /* of a kernel of the user; NULL: import-kernel looks for it */
	unsigned jobs;
	bool fresh, again, list, show_kernels;
};

/* Ends the program with VB_USAGE and one line when it cannot be understood. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

/* {"kernels":[...],"drivers":[...],"items":[...]}; the caller frees. */
char *options_selection(const struct options *o);

#endif
