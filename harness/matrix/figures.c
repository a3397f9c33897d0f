/* SPDX-License-Identifier: BSD-2-Clause */
#include "figures.h"

#include <string.h>

#include "process.h"
#include "store_sql.h"

#define LIMIT_MS     30000
#define OUTPUT_BYTES 4096

/* A line is "NAME\tVALUE\tMEANING"; it is cut up. */
static int put(struct store *st, const struct rows_run *run, char *line, struct vb_err *err)
{
	const char *name = strsep(&line, "\t"), *value = strsep(&line, "\t"), *about = line;
	sqlite3_stmt *q;

	if (!about)
		return vb_fail(err, VB_FAILED, "%s said '%s', which is no figure", FIGURES_PROGRAM,
			       name);
	q = sql_prepare(st, "INSERT INTO matrix_figures VALUES (?,?,?,?)");
	sqlite3_bind_int64(q, 1, run->id);
	sql_text(q, 2, name);
	sql_text(q, 3, value);
	sql_text(q, 4, about);
	return sql_finish(st, q, "storing a figure of the matrix", err);
}

int figures_store(struct store *st, const struct rows_run *run, struct vb_err *err)
{
	char *argv[] = {FIGURES_PROGRAM, NULL}, output[OUTPUT_BYTES], *at = output, *line;

	if (process_capture(argv, LIMIT_MS, output, sizeof(output), err))
		return -1;
	while ((line = strsep(&at, "\n")))
		if (line[0] && put(st, run, line, err))
			return -1;
	return 0;
}
