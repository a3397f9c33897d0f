/* SPDX-License-Identifier: BSD-2-Clause */
/* store_trial(): a record becomes rows, all of them or none. */
#include <stdlib.h>

#include "store_sql.h"

static int put_trial_row(struct store *st, int64_t point, int idx, const struct record *r,
			 struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "INSERT INTO trials (point_id, idx, state, reason, log_excerpt, started_at,"
		    " duration_s, load_before, load_after) VALUES (?,?,?,?,?,?,?,?,?)");

	sqlite3_bind_int64(q, 1, point);
	sqlite3_bind_int(q, 2, idx);
	sql_text(q, 3, r->ok ? "ok" : "failed");
	sql_text(q, 4, r->ok ? NULL : r->reason);
	sql_text(q, 5, r->excerpt);
	sql_text(q, 6, r->started_at);
	sqlite3_bind_double(q, 7, r->duration_s);
	sqlite3_bind_double(q, 8, r->load_before);
	sqlite3_bind_double(q, 9, r->load_after);
	return sql_finish(st, q, "storing a trial", err);
}

static int put_metrics(struct store *st, int64_t trial, const struct record *r, struct vb_err *err)
{
	sqlite3_stmt *q;
	size_t i;

	for (i = 0; i < r->metrics_n; i++) {
		q = sql_prepare(st, "INSERT INTO metrics VALUES (?,?,?,?)");
		sqlite3_bind_int64(q, 1, trial);
		sql_text(q, 2, r->metrics[i].name);
		sql_text(q, 3, r->metrics[i].unit);
		sqlite3_bind_double(q, 4, r->metrics[i].value);
		if (sql_finish(st, q, "storing a metric", err))
			return -1;
	}
	return 0;
}

static int put_samples(struct store *st, int64_t trial, const struct record *r, struct vb_err *err)
{
	sqlite3_stmt *q;
	size_t i;

	for (i = 0; i < r->samples_n; i++) {
		q = sql_prepare(st, "INSERT INTO samples VALUES (?,?,?,?,?,?)");
		sqlite3_bind_int64(q, 1, trial);
		sql_text(q, 2, r->samples[i].program);
		sqlite3_bind_int64(q, 3, r->samples[i].seq);
		sql_text(q, 4, r->samples[i].name);
		sql_text(q, 5, r->samples[i].unit);
		sqlite3_bind_double(q, 6, r->samples[i].value);
		if (sql_finish(st, q, "storing a sample", err))
			return -1;
	}
	return 0;
}

static int put_counters(struct store *st, int64_t trial, const struct record *r, struct vb_err *err)
{
	sqlite3_stmt *q;
	size_t i;

	for (i = 0; i < r->counters_n; i++) {
		q = sql_prepare(st, "INSERT INTO counters VALUES (?,?,?,?)");
		sqlite3_bind_int64(q, 1, trial);
		sql_text(q, 2, r->counters[i].port);
		sql_text(q, 3, r->counters[i].name);
		sqlite3_bind_int64(q, 4, r->counters[i].value);
		if (sql_finish(st, q, "storing a counter", err))
			return -1;
	}
	return 0;
}

static int put_histograms(struct store *st, int64_t trial, const struct record *r,
			  struct vb_err *err)
{
	sqlite3_stmt *q;
	const char *name;
	json_t *buckets;
	char *json;

	json_object_foreach(r->histograms, name, buckets)
	{
		q = sql_prepare(st, "INSERT INTO histograms VALUES (?,?,'ns',?)");
		json = json_dumps(buckets, JSON_COMPACT);
		sqlite3_bind_int64(q, 1, trial);
		sql_text(q, 2, name);
		sql_text(q, 3, json);
		free(json);
		if (sql_finish(st, q, "storing a histogram", err))
			return -1;
	}
	return 0;
}

static int put_steps(struct store *st, int64_t trial, const struct record *r, struct vb_err *err)
{
	const struct record_step *step;
	sqlite3_stmt *q;

	for (step = r->steps; step < r->steps + r->steps_n; step++) {
		q = sql_prepare(st, "INSERT INTO search_steps VALUES (?,?,?,nullif(?,0.0),"
				    "nullif(?,0.0))");
		sqlite3_bind_int64(q, 1, trial);
		sqlite3_bind_int64(q, 2, r->step_seq);
		sql_text(q, 3, step->goal);
		sqlite3_bind_double(q, 4, step->lower_pps);
		sqlite3_bind_double(q, 5, step->upper_pps);
		if (sql_finish(st, q, "storing the bounds of a search", err))
			return -1;
	}
	return 0;
}

int store_trial(struct store *st, int64_t point, int idx, const struct record *r,
		struct vb_err *err)
{
	int64_t trial;

	if (sql_run(st, "BEGIN IMMEDIATE", "storing a trial", err))
		return -1;
	if (put_trial_row(st, point, idx, r, err))
		goto undo;
	trial = sqlite3_last_insert_rowid(st->db);
	if (put_metrics(st, trial, r, err) || put_samples(st, trial, r, err) ||
	    put_counters(st, trial, r, err) || put_histograms(st, trial, r, err) ||
	    put_steps(st, trial, r, err))
		goto undo;
	if (sql_run(st, "COMMIT", "storing a trial", err) == 0)
		return 0;
undo:
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
