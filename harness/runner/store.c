/* SPDX-License-Identifier: BSD-2-Clause */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "identity.h"
#include "store_schema.h"
#include "store_sql.h"

/* Another run may be writing its own trial; its transactions last milliseconds. */
#define BUSY_MS 10000

static int run_sql(struct store *st, const char *sql, const char *doing, struct vb_err *err)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return store_fail(st, doing, err);
}

static int schema_version(struct store *st)
{
	sqlite3_stmt *q = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(st->db, "PRAGMA user_version", -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		version = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return version;
}

static int open_with(struct store *st, const char *path, int flags, struct vb_err *err)
{
	int version;

	*st = (struct store){.path = alloc_string(path)};
	if (sqlite3_open_v2(path, &st->db, flags, NULL) != SQLITE_OK) {
		store_fail(st, "opening the trial store", err);
		goto fail;
	}
	sqlite3_busy_timeout(st->db, BUSY_MS);
	version = schema_version(st);
	if (version == STORE_SCHEMA_VERSION || (version == 0 && (flags & SQLITE_OPEN_CREATE)))
		return 0;
	if (version < 0)
		store_fail(st, "reading the trial store", err);
	else
		vb_fail(err, VB_USAGE,
			"the trial store %s has layout %d, this program knows %d; "
			"move the file away",
			path, version, STORE_SCHEMA_VERSION);
fail:
	store_close(st);
	return -1;
}

/*
 * The switch to WAL needs the file for itself, and SQLite does not wait for that: two first runs at
 * once must try again.
 */
static int run_sql_patiently(struct store *st, const char *sql, const char *doing,
			     struct vb_err *err)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	uint64_t end = vb_now_ms() + BUSY_MS;

	while (run_sql(st, sql, doing, err)) {
		if (sqlite3_errcode(st->db) != SQLITE_BUSY || vb_now_ms() >= end)
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int store_open(struct store *st, const char *path, struct vb_err *err)
{
	if (open_with(st, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err))
		return -1;
	if (run_sql_patiently(st,
			      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			      " PRAGMA foreign_keys=ON",
			      "preparing the trial store", err) == 0 &&
	    run_sql_patiently(st, store_schema_sql, "making the tables", err) == 0)
		return 0;
	store_close(st);
	return -1;
}

int store_open_read(struct store *st, const char *path, struct vb_err *err)
{
	if (access(path, R_OK))
		return vb_fail(err, VB_MISSING,
			       "opening the trial store %s: %s; `valebench run "
			       "SCENARIO` makes it",
			       path, strerror(errno));
	return open_with(st, path, SQLITE_OPEN_READWRITE, err);
}

void store_close(struct store *st)
{
	sqlite3_close(st->db);
	free(st->path);
	*st = (struct store){0};
}

int store_run_begin(struct store *st, const struct store_run *run, int64_t *id, struct vb_err *err)
{
	const char *const texts[] = {run->name,	      run->scenario,	run->title,
				     run->hash,	      run->yaml,	run->overrides,
				     run->started_at, run->commit,	run->version,
				     run->platform,   run->accelerator, run->accelerator_reason,
				     run->kernel,     run->qemu,	run->host_kernel,
				     run->cpu_model,  run->graph,	run->runner_identity};
	enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };
	sqlite3_stmt *q = sql_prepare(
		st,
		"INSERT INTO runs (name, scenario, scenario_title, scenario_hash, scenario_yaml,"
		" overrides, started_at, \"commit\", version, platform, accelerator,"
		" accelerator_reason, kernel, qemu, host_kernel, cpu_model, graph,"
		" runner_identity, runner_pid, cpus, memory_bytes, dirty, state) VALUES"
		" (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'running')");
	int i;

	for (i = 0; q && i < TEXTS; i++)
		sql_text(q, i + 1, texts[i]);
	sqlite3_bind_int64(q, TEXTS + 1, run->runner_pid);
	sqlite3_bind_int64(q, TEXTS + 2, run->cpus);
	sqlite3_bind_int64(q, TEXTS + 3, run->memory_bytes);
	if (run->dirty >= 0)
		sqlite3_bind_int(q, TEXTS + 4, run->dirty);
	if (sql_finish(st, q, "storing the run", err))
		return -1;
	*id = sqlite3_last_insert_rowid(st->db);
	return 0;
}

int store_run_place(struct store *st, int64_t run, const struct store_run *place, int64_t boot_ms,
		    struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "UPDATE runs SET accelerator = ?, accelerator_reason = ?,"
					  " kernel = ?, qemu = ?, boot_ms = ? WHERE id = ?");

	sql_text(q, 1, place->accelerator);
	sql_text(q, 2, place->accelerator_reason);
	sql_text(q, 3, place->kernel);
	sql_text(q, 4, place->qemu);
	sqlite3_bind_int64(q, 5, boot_ms);
	sqlite3_bind_int64(q, 6, run);
	return sql_finish(st, q, "storing where the run takes place", err);
}

int store_run_finish(struct store *st, int64_t run, const char *state, const char *reason,
		     struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "UPDATE runs SET state = ?, reason = ?, finished_at ="
					  " strftime('%Y-%m-%dT%H:%M:%SZ','now') WHERE id = ?");

	sql_text(q, 1, state);
	sql_text(q, 2, reason);
	sqlite3_bind_int64(q, 3, run);
	return sql_finish(st, q, "closing the run", err);
}

int store_point(struct store *st, int64_t run, int idx, const char *kind, const char *label,
		json_t *params, int64_t *id, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "INSERT INTO points (run_id, idx, kind, label, params) VALUES (?,?,?,?,?)");
	char *json = json_dumps(params, JSON_COMPACT);

	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int(q, 2, idx);
	sql_text(q, 3, kind);
	sql_text(q, 4, label);
	sql_text(q, 5, json);
	free(json);
	if (sql_finish(st, q, "storing a point", err))
		return -1;
	*id = sqlite3_last_insert_rowid(st->db);
	return 0;
}

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

int store_trial(struct store *st, int64_t point, int idx, const struct record *r,
		struct vb_err *err)
{
	int64_t trial;

	if (run_sql(st, "BEGIN IMMEDIATE", "storing a trial", err))
		return -1;
	if (put_trial_row(st, point, idx, r, err))
		goto undo;
	trial = sqlite3_last_insert_rowid(st->db);
	if (put_metrics(st, trial, r, err) || put_samples(st, trial, r, err) ||
	    put_counters(st, trial, r, err) || put_histograms(st, trial, r, err))
		goto undo;
	if (run_sql(st, "COMMIT", "storing a trial", err) == 0)
		return 0;
undo:
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int store_warning(struct store *st, int64_t run, const char *warning, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "INSERT INTO warnings VALUES (?,?)");

	sqlite3_bind_int64(q, 1, run);
	sql_text(q, 2, warning);
	return sql_finish(st, q, "storing a warning", err);
}

static int mark_one(struct store *st, int64_t run, int64_t pid, int trials, struct vb_err *err)
{
	sqlite3_stmt *q =
		sql_prepare(st, "UPDATE runs SET state = 'partial', reason = ? WHERE id = ?"
				" AND state = 'running'");
	char reason[160];

	snprintf(reason, sizeof(reason),
		 "the runner (pid %lld) ended without closing the run; %d finished trials are kept",
		 (long long)pid, trials);
	sql_text(q, 1, reason);
	sqlite3_bind_int64(q, 2, run);
	return sql_finish(st, q, "marking a partial run", err);
}

int store_mark_partial(struct store *st, void (*tell)(void *ctx, const char *name, int trials),
		       void *ctx, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(
		st, "SELECT r.id, r.name, r.runner_pid, r.runner_identity, (SELECT count(*) FROM"
		    " trials t JOIN points p ON p.id = t.point_id WHERE p.run_id = r.id)"
		    " FROM runs r WHERE r.state = 'running'");
	int rc = 0;

	if (!q)
		return store_fail(st, "looking for partial runs", err);
	while (rc == 0 && sqlite3_step(q) == SQLITE_ROW) {
		if (identity_lives(sqlite3_column_int64(q, 2),
				   (const char *)sqlite3_column_text(q, 3)))
			continue;
		rc = mark_one(st, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 2),
			      sqlite3_column_int(q, 4), err);
		if (rc == 0)
			tell(ctx, (const char *)sqlite3_column_text(q, 1),
			     sqlite3_column_int(q, 4));
	}
	sqlite3_finalize(q);
	return rc;
}
