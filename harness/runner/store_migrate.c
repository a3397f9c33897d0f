/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_migrate.h"

#include <stdlib.h>

#include "machine_class.h"
#include "store_schema.h"
#include "store_sql.h"

static void sql_machine_class(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const char *model = (const char *)sqlite3_value_text(args[0]);

	sqlite3_result_text(ctx, machine_class(model ? model : "", sqlite3_value_int(args[1])), -1,
			    free);
}

static int step_up(struct store *st, int version, struct vb_err *err)
{
	for (; version > 0 && version < STORE_SCHEMA_VERSION; version++)
		if (sql_run(st, store_migrations[version], "bringing the tables up to date", err))
			return -1;
	return 0;
}

/* Version 0 is a file without tables; only store_open() makes such a one. */
int store_migrate_check(struct store *st, struct vb_err *err)
{
	int version = sql_version(st);

	if (version < 0)
		return store_fail(st, "reading the trial store", err);
	if (version > STORE_SCHEMA_VERSION)
		return vb_fail(err, VB_USAGE,
			       "the trial store %s has layout %d, this program knows %d; "
			       "move the file away",
			       st->path, version, STORE_SCHEMA_VERSION);
	return 0;
}

/* Asked again within the transaction: another program may have been quicker. */
static int migrate(struct store *st, struct vb_err *err)
{
	int version = sql_version(st);

	if (version == STORE_SCHEMA_VERSION)
		return 0;
	if (store_migrate_check(st, err) || step_up(st, version, err))
		return -1;
	return sql_run(st, store_schema_sql, "making the tables", err);
}

int store_migrate(struct store *st, struct vb_err *err)
{
	static const char doing[] = "bringing the tables up to date";

	if (sql_version(st) == STORE_SCHEMA_VERSION)
		return 0;
	sqlite3_create_function(st->db, "machine_class", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
				NULL, sql_machine_class, NULL, NULL);
	if (sql_run(st, "BEGIN IMMEDIATE", doing, err))
		return -1;
	if (migrate(st, err) == 0 && sql_run(st, "COMMIT", doing, err) == 0)
		return 0;
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
