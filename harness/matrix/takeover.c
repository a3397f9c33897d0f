/* SPDX-License-Identifier: BSD-2-Clause */
#include "takeover.h"

#include "store_sql.h"

/* The newest of each cell among earlier runs; of one that was taken over, the copy is the newest.
 */
#define NEWEST                                                                                     \
	"WITH earlier AS (SELECT c.*, row_number() OVER (PARTITION BY c.kernel, c.item"            \
	" ORDER BY c.finished_at DESC, c.run_id DESC) AS age FROM matrix_cells c"                  \
	" JOIN matrix_kernels was ON was.run_id = c.run_id AND was.name = c.kernel"                \
	" JOIN matrix_kernels now ON now.run_id = ?1 AND now.name = was.name"                      \
	"  AND now.suite = was.suite AND now.release = was.release AND now.version = was.version"  \
	" JOIN matrix_items i ON i.run_id = ?1 AND i.name = c.item"                                \
	" WHERE c.run_id < ?1 AND now.suite <> 'local'),"                                          \
	" green AS (SELECT * FROM earlier WHERE age = 1 AND state = 'ok') "

static const char *const steps[] = {
	NEWEST "INSERT INTO matrix_origins SELECT ?1, green.kernel, green.item, o.load,"
	       " coalesce(o.jobs, 0), coalesce(o.from_run, r.name),"
	       " coalesce(o.from_commit, r.\"commit\") FROM green"
	       " JOIN matrix_runs r ON r.id = green.run_id LEFT JOIN matrix_origins o"
	       " ON o.run_id = green.run_id AND o.kernel = green.kernel AND o.item = green.item",
	NEWEST "INSERT INTO matrix_cells SELECT ?1, kernel, item, state, NULL, log, finished_at,"
	       " duration_s FROM green",
};

static int copy(struct store *st, const struct rows_run *run, struct vb_err *err)
{
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		sqlite3_stmt *q = sql_prepare(st, steps[i]);

		sqlite3_bind_int64(q, 1, run->id);
		if (sql_finish(st, q, "taking over what passed before", err))
			return -1;
	}
	return 0;
}

int take_over(struct store *st, const struct rows_run *run, struct grid *grid, struct vb_err *err)
{
	if (sql_run(st, "BEGIN IMMEDIATE", "taking over what passed before", err))
		return -1;
	if (copy(st, run, err) || sql_run(st, "COMMIT", "taking over what passed before", err)) {
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	rows_load_cells(st, run, grid);
	return 0;
}
