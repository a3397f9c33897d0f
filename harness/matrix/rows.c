/* SPDX-License-Identifier: BSD-2-Clause */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "identity.h"
#include "store_sql.h"

#define NOW "strftime('%Y-%m-%dT%H:%M:%SZ','now')"

extern const char rows_sql[]; /* results/matrix.sql */

int rows_prepare(struct store *st, struct vb_err *err)
{
	return sql_run(st, rows_sql, "making the matrix's tables", err);
}

/* The time sorts, four digits keep two runs of one second apart. */
static void make_name(char *buf, size_t bytes)
{
	uint16_t number = 0;
	time_t now = time(NULL);
	struct tm utc;
	char when[32];

	if (getrandom(&number, sizeof(number), 0) < 0)
		number = (uint16_t)getpid();
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
	snprintf(buf, bytes, "%s-matrix-%04x", when, number);
}

static int put_run(struct store *st, struct rows_run *run, const char *selection,
		   const char *source, const struct provenance *where, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "INSERT INTO matrix_runs (name, selection, source, \"commit\", version,"
		    " host_kernel, cpu_model, runner_identity, runner_pid, cpus, dirty, state,"
		    " started_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,'running'," NOW ")");
	char *identity = identity_of(getpid());

	sql_text(q, 1, run->name);
	sql_text(q, 2, selection);
	sql_text(q, 3, source);
	sql_text(q, 4, where->commit[0] ? where->commit : NULL);
	sql_text(q, 5, VALEBENCH_VERSION);
	sql_text(q, 6, where->host_kernel);
	sql_text(q, 7, where->cpu_model);
	sql_text(q, 8, identity);
	sqlite3_bind_int64(q, 9, getpid());
	sqlite3_bind_int(q, 10, where->cpus);
	if (where->dirty >= 0)
		sqlite3_bind_int(q, 11, where->dirty);
	free(identity);
	if (sql_finish(st, q, "storing the matrix", err))
		return -1;
	run->id = sqlite3_last_insert_rowid(st->db);
	return 0;
}

static int put_kernel(struct store *st, int64_t run, size_t idx, const struct grid_kernel *k,
		      struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "INSERT INTO matrix_kernels VALUES (?,?,?,?,?,?,?,?)");

	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, (int64_t)idx);
	sql_text(q, 3, k->name);
	sql_text(q, 4, k->suite);
	sql_text(q, 5, k->flavour);
	sql_text(q, 6, k->release);
	sql_text(q, 7, k->version);
	sql_text(q, 8, k->trouble);
	return sql_finish(st, q, "storing a kernel of the matrix", err);
}

static int put_item(struct store *st, int64_t run, size_t idx, const struct grid_item *item,
		    struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "INSERT INTO matrix_items VALUES (?,?,?,?)");

	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, (int64_t)idx);
	sql_text(q, 3, item->name);
	sql_text(q, 4, item->about);
	return sql_finish(st, q, "storing an item of the matrix", err);
}

static int put_all(struct store *st, struct rows_run *run, const struct grid *grid,
		   const char *selection, const char *source, const struct provenance *where,
		   struct vb_err *err)
{
	size_t i;

	if (put_run(st, run, selection, source, where, err))
		return -1;
	for (i = 0; i < grid->kernels_n; i++)
		if (put_kernel(st, run->id, i, &grid->kernels[i], err))
			return -1;
	for (i = 0; i < grid->items_n; i++)
		if (put_item(st, run->id, i, &grid->items[i], err))
			return -1;
	return sql_run(st, "COMMIT", "storing the matrix", err);
}

int rows_begin(struct store *st, struct rows_run *run, const struct grid *grid,
	       const char *selection, const char *source, const struct provenance *where,
	       struct vb_err *err)
{
	make_name(run->name, sizeof(run->name));
	if (sql_run(st, "BEGIN IMMEDIATE", "storing the matrix", err))
		return -1;
	if (put_all(st, run, grid, selection, source, where, err) == 0)
		return 0;
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

static const char *text(sqlite3_stmt *q, int column)
{
	return (const char *)sqlite3_column_text(q, column);
}

static char *text_or_null(sqlite3_stmt *q, int column)
{
	return text(q, column) ? alloc_string(text(q, column)) : NULL;
}

static void load_kernels(struct store *st, const struct rows_run *run, struct grid *grid)
{
	sqlite3_stmt *q = sql_prepare(st, "SELECT name, suite, flavour, release, version, trouble"
					  " FROM matrix_kernels WHERE run_id = ? ORDER BY idx");

	sqlite3_bind_int64(q, 1, run->id);
	while (q && sqlite3_step(q) == SQLITE_ROW) {
		struct grid_kernel *k = grid_kernel(grid, text(q, 0), text(q, 1), text(q, 2));

		k->release = text_or_null(q, 3);
		k->version = text_or_null(q, 4);
		k->trouble = text_or_null(q, 5);
	}
	sqlite3_finalize(q);
}

int rows_unfinished(struct store *st, struct rows_run *run, struct grid *grid,
		    const char *selection, const char *source, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "SELECT id, name, state, runner_pid, runner_identity FROM matrix_runs WHERE"
		    " selection = ? AND source = ? ORDER BY id DESC LIMIT 1");
	int found = 0;

	if (!q)
		return store_fail(st, "looking for an unfinished matrix", err);
	sql_text(q, 1, selection);
	sql_text(q, 2, source);
	if (sqlite3_step(q) == SQLITE_ROW && strcmp(text(q, 2), "complete") &&
	    !identity_lives(sqlite3_column_int64(q, 3), text(q, 4))) {
		run->id = sqlite3_column_int64(q, 0);
		snprintf(run->name, sizeof(run->name), "%s", text(q, 1));
		found = 1;
	}
	sqlite3_finalize(q);
	if (found)
		load_kernels(st, run, grid);
	return found;
}

static enum cell_state state_of(const char *name)
{
	enum cell_state state;

	for (state = CELL_OK; state <= CELL_NOT_RUN; state++)
		if (strcmp(grid_state_name(state), name) == 0)
			return state;
	return CELL_PENDING;
}

/* Cells of items or kernels that are there no more are left alone. */
static void load_cell(sqlite3_stmt *q, struct grid *grid)
{
	size_t k, i;

	for (k = 0; k < grid->kernels_n; k++)
		for (i = 0; i < grid->items_n; i++)
			if (strcmp(grid->kernels[k].name, text(q, 0)) == 0 &&
			    strcmp(grid->items[i].name, text(q, 1)) == 0)
				grid_settle(grid_cell(grid, k, i), state_of(text(q, 2)), text(q, 3),
					    text(q, 4), sqlite3_column_double(q, 5));
}

void rows_load_cells(struct store *st, const struct rows_run *run, struct grid *grid)
{
	sqlite3_stmt *q = sql_prepare(st, "SELECT kernel, item, state, reason, log, duration_s"
					  " FROM matrix_cells WHERE run_id = ?");

	sqlite3_bind_int64(q, 1, run->id);
	while (q && sqlite3_step(q) == SQLITE_ROW)
		load_cell(q, grid);
	sqlite3_finalize(q);
}

int rows_resume(struct store *st, const struct rows_run *run, struct grid *grid, struct vb_err *err)
{
	char *identity = identity_of(getpid());
	sqlite3_stmt *q =
		sql_prepare(st, "UPDATE matrix_runs SET state = 'running', runner_pid = ?,"
				" runner_identity = ? WHERE id = ?");

	sqlite3_bind_int64(q, 1, getpid());
	sql_text(q, 2, identity);
	sqlite3_bind_int64(q, 3, run->id);
	free(identity);
	if (sql_finish(st, q, "taking up the matrix", err))
		return -1;
	rows_load_cells(st, run, grid);
	return 0;
}

static int put_origin(struct store *st, const struct rows_run *run, const char *kernel,
		      const char *item, unsigned jobs, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "INSERT OR REPLACE INTO matrix_origins VALUES (?,?,?,?,?,NULL,NULL)");
	double load = provenance_load();

	sqlite3_bind_int64(q, 1, run->id);
	sql_text(q, 2, kernel);
	sql_text(q, 3, item);
	if (load >= 0)
		sqlite3_bind_double(q, 4, load);
	sqlite3_bind_int(q, 5, (int)jobs);
	return sql_finish(st, q, "storing what a cell was had under", err);
}

int rows_cell(struct store *st, const struct rows_run *run, const struct grid *grid, size_t kernel,
	      size_t item, unsigned jobs, struct vb_err *err)
{
	const struct grid_cell *cell = grid_cell(grid, kernel, item);
	sqlite3_stmt *q = sql_prepare(
		st, "INSERT OR REPLACE INTO matrix_cells VALUES (?,?,?,?,?,?," NOW ",?)");

	sqlite3_bind_int64(q, 1, run->id);
	sql_text(q, 2, grid->kernels[kernel].name);
	sql_text(q, 3, grid->items[item].name);
	sql_text(q, 4, grid_state_name(cell->state));
	sql_text(q, 5, cell->reason);
	sql_text(q, 6, cell->log);
	sqlite3_bind_double(q, 7, cell->seconds);
	if (sql_finish(st, q, "storing a cell of the matrix", err))
		return -1;
	return put_origin(st, run, grid->kernels[kernel].name, grid->items[item].name, jobs, err);
}

int rows_finish(struct store *st, const struct rows_run *run, const char *state, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "UPDATE matrix_runs SET state = ?, finished_at = " NOW
					  " WHERE id = ?");

	sql_text(q, 1, state);
	sqlite3_bind_int64(q, 2, run->id);
	return sql_finish(st, q, "closing the matrix", err);
}
