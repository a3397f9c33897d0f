/* SPDX-License-Identifier: BSD-2-Clause */
/* ci/kernels.yaml and ci/matrix.yaml: the rows and columns of the matrix, as they are written. */
#ifndef VB_MATRIX_CONFIG_H
#define VB_MATRIX_CONFIG_H

#include "err.h"

struct config_kernel {
	char *name;
	char *package; /* linux-image-FLAVOUR */
	char *series;  /* major.minor; NULL: what the package means */
	char **suites; /* in the order of preference */
	unsigned suites_count;
};

enum config_each { EACH_KERNEL, EACH_DRIVER };

struct config_item {
	char *name, *about, *run;
	int limit_s;
	enum config_each each;
	char **needs;
	unsigned needs_count;
};

struct config {
	struct config_kernels {
		struct config_kernel *kernels;
		unsigned kernels_count;
	} *rows;
	struct config_items {
		struct config_item *items;
		unsigned items_count;
	} *columns;
};

/* Reads both files: 0, or -1 with "FILE:LINE: why" (VB_USAGE), or VB_MISSING. */
int config_load(struct config *config, const char *kernels, const char *items, struct vb_err *err);
void config_free(struct config *config);

#endif
