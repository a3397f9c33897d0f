/* SPDX-License-Identifier: BSD-2-Clause */
#include "pair_values.h"

#include <stdlib.h>

#include "alloc.h"
#include "store.h"
#include "store_sql.h"

/* The trials of one side, in the order in which they were taken. */
static int read_side(struct store *st, const char *comparison, int side, const char *metric,
		     double **values, size_t *n, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "SELECT m.value FROM runs r JOIN points p ON p.run_id = r.id"
		    " JOIN trials t ON t.point_id = p.id JOIN metrics m ON m.trial_id = t.id"
		    " WHERE r.comparison = ? AND r.side = ? AND p.kind = 'measure'"
		    " AND t.state = 'ok' AND m.name = ? ORDER BY p.idx, t.idx");
	const char name[] = {(char)('A' + side), '\0'};

	*values = NULL;
	*n = 0;
	if (!q)
		return store_fail(st, "reading the comparison", err);
	sql_text(q, 1, comparison);
	sql_text(q, 2, name);
	sql_text(q, 3, metric);
	while (sqlite3_step(q) == SQLITE_ROW) {
		*values = alloc_grow(*values, *n + 1, sizeof(**values));
		(*values)[(*n)++] = sqlite3_column_double(q, 0);
	}
	sqlite3_finalize(q);
	return 0;
}

static int append(struct pair_values *v, double *const values[SIDES], size_t n)
{
	int side;
	size_t i;

	for (side = 0; side < SIDES; side++) {
		v->side[side] = alloc_grow(v->side[side], v->n + n, sizeof(double));
		for (i = 0; i < n; i++)
			v->side[side][v->n + i] = values[side][i];
	}
	v->n += n;
	return 0;
}

int pair_values_add(struct pair_values *v, const char *results, const char *comparison,
		    const char *metric, struct vb_err *err)
{
	char *path = alloc_printf("%s/store.sqlite", results);
	double *values[SIDES] = {NULL, NULL};
	size_t n[SIDES] = {0, 0};
	struct store st;
	int rc = store_open_read(&st, path, err), side;

	free(path);
	if (rc)
		return -1;
	for (side = 0; rc == 0 && side < SIDES; side++)
		rc = read_side(&st, comparison, side, metric, &values[side], &n[side], err);
	store_close(&st);
	if (rc == 0 && (!n[SIDE_A] || n[SIDE_A] != n[SIDE_B]))
		rc = vb_fail(err, VB_FAILED, "comparison %s holds %zu and %zu figures of %s",
			     comparison, n[SIDE_A], n[SIDE_B], metric);
	if (rc == 0)
		rc = append(v, values, n[SIDE_A]);
	free(values[SIDE_A]);
	free(values[SIDE_B]);
	return rc;
}

void pair_values_free(struct pair_values *v)
{
	free(v->side[SIDE_A]);
	free(v->side[SIDE_B]);
	*v = (struct pair_values){0};
}
