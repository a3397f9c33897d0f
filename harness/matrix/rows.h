/* SPDX-License-Identifier: BSD-2-Clause */
/* The matrix in the trial store: results/matrix.sql. */
#ifndef VB_MATRIX_ROWS_H
#define VB_MATRIX_ROWS_H

#include "grid.h"
#include "provenance.h"
#include "store.h"

struct rows_run {
	int64_t id;
	char name[64];
};

/* Makes the tables if need be. */
int rows_prepare(struct store *st, struct vb_err *err);

/* A new run with its kernels and items. */
int rows_begin(struct store *st, struct rows_run *run, const struct grid *grid,
	       const char *selection, const char *source, const struct provenance *where,
	       struct vb_err *err);

/*
 * The newest run of the same selection and source that did not come to its end and whose program is
 * gone: 1 with *run and the kernels as they were resolved then in grid, 0 when there is none, -1.
 */
int rows_unfinished(struct store *st, struct rows_run *run, struct grid *grid,
		    const char *selection, const char *source, struct vb_err *err);

/* Takes up an unfinished run: it is ours now, and its cells are settled in grid. */
int rows_resume(struct store *st, const struct rows_run *run, struct grid *grid,
		struct vb_err *err);

/* Settles in grid the cells that the store has of this run. */
void rows_load_cells(struct store *st, const struct rows_run *run, struct grid *grid);

/* Stores a settled cell, and what it was had under: the host's load and how many ran side by side.
 */
int rows_cell(struct store *st, const struct rows_run *run, const struct grid *grid, size_t kernel,
	      size_t item, unsigned jobs, struct vb_err *err);

/* state: complete or interrupted */
int rows_finish(struct store *st, const struct rows_run *run, const char *state,
		struct vb_err *err);

#endif
