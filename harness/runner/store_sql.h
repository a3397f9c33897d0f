/* SPDX-License-Identifier: BSD-2-Clause */
/* Single statements of the trial store, and what their failures mean to a user. */
#ifndef VB_STORE_SQL_H
#define VB_STORE_SQL_H

#include "store.h"

/* NULL when it cannot be compiled; the calls below take that. */
sqlite3_stmt *sql_prepare(struct store *st, const char *sql);
void sql_text(sqlite3_stmt *q, int at, const char *value);
/* Runs a statement whose values are bound, and ends it. -1 with err as store_fail() words it. */
int sql_finish(struct store *st, sqlite3_stmt *q, const char *doing, struct vb_err *err);
/* Runs statements that have neither values nor rows. */
int sql_run(struct store *st, const char *sql, const char *doing, struct vb_err *err);
/* The layout that the file says it has; 0 for a new file, -1 when it cannot be read. */
int sql_version(struct store *st);

#endif
