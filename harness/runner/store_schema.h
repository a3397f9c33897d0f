/* SPDX-License-Identifier: BSD-2-Clause */
/* results/schema.sql and what leads older stores to it, as they were when the program was built. */
#ifndef VB_STORE_SCHEMA_H
#define VB_STORE_SCHEMA_H

#define STORE_SCHEMA_VERSION 3

extern const char store_schema_sql[];
extern const char store_migration_1_sql[];
extern const char store_migration_2_sql[];

/* [N] leads a store of version N to N + 1, but for tables that are new. */
extern const char *const store_migrations[STORE_SCHEMA_VERSION];

#endif
