/* SPDX-License-Identifier: BSD-2-Clause */
/* The matrix of one run: kernels as rows, items as columns, a cell each. */
#ifndef VB_MATRIX_GRID_H
#define VB_MATRIX_GRID_H

#include <stddef.h>

#include "config.h"

/* The names of the settled ones are in the store. */
enum cell_state { CELL_PENDING, CELL_OK, CELL_FAILED, CELL_NOT_RUN, CELL_RUNNING };

struct grid_cell {
	enum cell_state state;
	char *reason; /* of a cell that failed or was not run */
	char *log;    /* path from the folder of results, NULL without one */
	double seconds;
};

struct grid_kernel {
	char *name, *suite, *flavour;
	char *release; /* NULL: it could not be resolved, and trouble says why */
	char *version; /* of the package; empty for one that is none */
	char *trouble;
};

struct grid_item {
	char *name, *about, *run; /* {driver} is filled in, the kernel's words are not */
	unsigned limit_s;
	size_t *needs; /* earlier items */
	size_t needs_n;
};

struct grid {
	struct grid_kernel *kernels;
	size_t kernels_n;
	struct grid_item *items;
	size_t items_n;
	struct grid_cell *cells; /* kernels_n rows of items_n */
};

/*
 * The columns: each item of the configuration, and one of every driver for those that are for
 * drivers. Of the items those stay that match one of the shell patterns (none: all), and all that
 * they need. -1 with VB_USAGE when nothing stays.
 */
int grid_items(struct grid *grid, const struct config_items *items, char *const *drivers,
	       size_t drivers_n, char *const *patterns, size_t patterns_n, struct vb_err *err);

/* Adds a row; the texts are copied. */
struct grid_kernel *grid_kernel(struct grid *grid, const char *name, const char *suite,
				const char *flavour);

/* Once rows and columns are complete: every cell pending. */
void grid_cells(struct grid *grid);
struct grid_cell *grid_cell(const struct grid *grid, size_t kernel, size_t item);

/* Ends a cell; the texts are copied, NULL allowed. */
void grid_settle(struct grid_cell *cell, enum cell_state state, const char *reason, const char *log,
		 double seconds);

/* The item that keeps this cell from running, or -1: none. */
long grid_blocked(const struct grid *grid, size_t kernel, size_t item);

/* The item's command with {release}, {suite}, {flavour} filled in; the caller frees. */
char *grid_command(const struct grid_item *item, const struct grid_kernel *kernel);

size_t grid_count(const struct grid *grid, enum cell_state state);
/* Those that are not settled. */
size_t grid_open(const struct grid *grid);
const char *grid_state_name(enum cell_state state);
void grid_free(struct grid *grid);

#endif
