/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_sql.h"

#include <errno.h>
#include <stdbool.h>

static bool disk_is_full(const struct store *st, int code)
{
	int system = sqlite3_system_errno(st->db);

	return code == SQLITE_FULL ||
	       (code == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT));
}

int store_fail(const struct store *st, const char *doing, struct vb_err *err)
{
	int code = st->db ? sqlite3_errcode(st->db) & 0xff : SQLITE_NOMEM;
	enum vb_exit exit_code = VB_INTERNAL;
	const char *advice = "";

	if (code == SQLITE_NOMEM)
		return vb_fail(err, VB_NO_SPACE, "%s in %s: no memory", doing, st->path);
	if (disk_is_full(st, code)) {
		exit_code = VB_NO_SPACE;
		advice = "; the disk is full: free some space (finished trials are safe)";
	} else if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
		exit_code = VB_CANNOT_TELL;
		advice = "; move the file away";
	} else if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_PERM) {
		exit_code = VB_MISSING;
		advice = "; check who may write there";
	} else if (code == SQLITE_BUSY) {
		exit_code = VB_TIMEOUT;
		advice = "; another program holds it";
	}
	return vb_fail(err, exit_code, "%s in %s: %s%s", doing, st->path, sqlite3_errmsg(st->db),
		       advice);
}

sqlite3_stmt *sql_prepare(struct store *st, const char *sql)
{
	sqlite3_stmt *q = NULL;

	sqlite3_prepare_v2(st->db, sql, -1, &q, NULL);
	return q;
}

int sql_finish(struct store *st, sqlite3_stmt *q, const char *doing, struct vb_err *err)
{
	int rc = q ? sqlite3_step(q) : SQLITE_ERROR;

	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		store_fail(st, doing, err);
	sqlite3_finalize(q);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

void sql_text(sqlite3_stmt *q, int at, const char *value)
{
	sqlite3_bind_text(q, at, value, -1, SQLITE_TRANSIENT);
}

int sql_run(struct store *st, const char *sql, const char *doing, struct vb_err *err)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return store_fail(st, doing, err);
}

int sql_version(struct store *st)
{
	sqlite3_stmt *q = sql_prepare(st, "PRAGMA user_version");
	int version = -1;

	if (q && sqlite3_step(q) == SQLITE_ROW)
		version = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return version;
}
