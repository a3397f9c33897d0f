/* SPDX-License-Identifier: BSD-2-Clause */
#include "results_outcomes.h"

#include <stdbool.h>

#include "results_words.h"
#include "store_sql.h"

static const char *bound(sqlite3_stmt *q, int column, const char *name, char *buf, size_t bytes)
{
	if (sqlite3_column_type(q, column) == SQLITE_NULL)
		return "-";
	return results_number(name, sqlite3_column_double(q, column), buf, bytes);
}

static void print_row(sqlite3_stmt *q, FILE *out)
{
	const char *name = (const char *)sqlite3_column_text(q, 1);
	char value[32], lower[32], upper[32];

	fprintf(out, "%-24s %-22s %10s %10s %10s %7d\n", (const char *)sqlite3_column_text(q, 0),
		name, bound(q, 2, name, value, sizeof(value)),
		bound(q, 3, name, lower, sizeof(lower)), bound(q, 4, name, upper, sizeof(upper)),
		sqlite3_column_int(q, 5));
}

int results_outcomes(struct store *st, int64_t run, FILE *out, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "SELECT p.label, o.name, o.value, o.lower, o.upper, (SELECT count(*) FROM"
		    " trials t WHERE t.point_id = p.id) FROM points p JOIN outcomes o ON"
		    " o.point_id = p.id WHERE p.run_id = ? AND p.kind = 'measure' ORDER BY"
		    " p.idx, o.name");
	bool printed = false;

	if (!q)
		return store_fail(st, "reading the results", err);
	sqlite3_bind_int64(q, 1, run);
	for (; sqlite3_step(q) == SQLITE_ROW; printed = true) {
		if (!printed)
			fprintf(out, "%-24s %-22s %10s %10s %10s %7s\n", "point", "result", "value",
				"at least", "below", "trials");
		print_row(q, out);
	}
	sqlite3_finalize(q);
	return 0;
}
