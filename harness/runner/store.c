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
#include "store_migrate.h"
#include "store_sql.h"

/* Another run may be writing its own trial; its transactions last milliseconds. */
#define BUSY_MS 10000

static int open_with(struct store *st, const char *path, int flags, struct vb_err *err)
{
	*st = (struct store){.path = alloc_string(path)};
	if (sqlite3_open_v2(path, &st->db, flags, NULL) != SQLITE_OK) {
		store_fail(st, "opening the trial store", err);
		store_close(st);
		return -1;
	}
	sqlite3_busy_timeout(st->db, BUSY_MS);
	return 0;
}

/*
 * The switch to WAL needs the file for itself, and SQLite does not wait for that: two first runs at
 * once must try again.
 */
static int patiently(struct store *st, int (*step)(struct store *st, struct vb_err *err),
		     struct vb_err *err)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	uint64_t end = vb_now_ms() + BUSY_MS;

	while (step(st, err)) {
		if (err->code != VB_TIMEOUT || vb_now_ms() >= end)
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int set_up(struct store *st, struct vb_err *err)
{
	return sql_run(st,
		       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
		       "preparing the trial store", err);
}

int store_open(struct store *st, const char *path, struct vb_err *err)
{
	if (open_with(st, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err))
		return -1;
	if (store_migrate_check(st, err) == 0 && patiently(st, set_up, err) == 0 &&
	    patiently(st, store_migrate, err) == 0)
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
	if (open_with(st, path, SQLITE_OPEN_READWRITE, err))
		return -1;
	if (sql_version(st) == 0)
		vb_fail(err, VB_CANNOT_TELL,
			"reading the trial store %s: it holds no tables of valebench", path);
	else if (store_migrate_check(st, err) == 0 && patiently(st, store_migrate, err) == 0)
		return 0;
	store_close(st);
	return -1;
}

void store_close(struct store *st)
{
	sqlite3_close(st->db);
	free(st->path);
	*st = (struct store){0};
}

int store_run_begin(struct store *st, const struct store_run *run, int64_t *id, struct vb_err *err)
{
	const char *const texts[] = {run->name,	      run->scenario,	  run->title,
				     run->hash,	      run->yaml,	  run->overrides,
				     run->started_at, run->commit,	  run->version,
				     run->platform,   run->accelerator,	  run->accelerator_reason,
				     run->kernel,     run->qemu,	  run->host_kernel,
				     run->cpu_model,  run->graph,	  run->runner_identity,
				     run->measure,    run->machine_class, run->comparison,
				     run->side,	      run->compiler};
	enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };
	sqlite3_stmt *q = sql_prepare(
		st,
		"INSERT INTO runs (name, scenario, scenario_title, scenario_hash, scenario_yaml,"
		" overrides, started_at, \"commit\", version, platform, accelerator,"
		" accelerator_reason, kernel, qemu, host_kernel, cpu_model, graph,"
		" runner_identity, measure, machine_class, comparison, side, compiler, runner_pid, "
		"cpus,"
		" memory_bytes, dirty,"
		" state) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'running')");
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

int store_outcome(struct store *st, int64_t point, const struct store_outcome *o,
		  struct vb_err *err)
{
	sqlite3_stmt *q =
		sql_prepare(st, "INSERT INTO outcomes (point_id, name, unit, value, lower,"
				" upper) VALUES (?,?,?,?,?,?)");

	sqlite3_bind_int64(q, 1, point);
	sql_text(q, 2, o->name);
	sql_text(q, 3, o->unit);
	sqlite3_bind_double(q, 4, o->value);
	/* SQLite stores what is not a number as NULL. */
	sqlite3_bind_double(q, 5, o->lower);
	sqlite3_bind_double(q, 6, o->upper);
	return sql_finish(st, q, "storing a result", err);
}

int store_fitness(struct store *st, int64_t run, const struct fitness_check *c, struct vb_err *err)
{
	sqlite3_stmt *q =
		sql_prepare(st, "INSERT INTO fitness (run_id, name, unit, value, bound, ok,"
				" text) VALUES (?,?,?,?,?,?,?)");

	sqlite3_bind_int64(q, 1, run);
	sql_text(q, 2, c->name);
	sql_text(q, 3, c->unit);
	sqlite3_bind_double(q, 4, c->value);
	sqlite3_bind_double(q, 5, c->bound);
	if (c->ok != FITNESS_UNKNOWN)
		sqlite3_bind_int(q, 6, c->ok == FITNESS_GOOD);
	sql_text(q, 7, c->text);
	return sql_finish(st, q, "storing whether the machine is fit", err);
}

int store_run_fit(struct store *st, int64_t run, const char *fit, struct vb_err *err)
{
	sqlite3_stmt *q = sql_prepare(st, "UPDATE runs SET fit = ? WHERE id = ?");

	sql_text(q, 1, fit);
	sqlite3_bind_int64(q, 2, run);
	return sql_finish(st, q, "storing whether the machine is fit", err);
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

static int mark_all(struct store *st, void (*tell)(void *ctx, const char *name, int trials),
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

/* Whoever writes while it reads must own the store from the first look on: SQLite refuses one that
 * read what another program has changed since, however long it would wait. */
int store_mark_partial(struct store *st, void (*tell)(void *ctx, const char *name, int trials),
		       void *ctx, struct vb_err *err)
{
	static const char doing[] = "marking partial runs";

	if (sql_run(st, "BEGIN IMMEDIATE", doing, err))
		return -1;
	if (mark_all(st, tell, ctx, err) == 0 && sql_run(st, "COMMIT", doing, err) == 0)
		return 0;
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
