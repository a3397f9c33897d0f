/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_schema.h"

/* The files themselves are the source, so that program and documentation cannot differ. */
#define EMBED(symbol, path)                                                                        \
	__asm__(".section .rodata\n"                                                               \
		".global " #symbol "\n"                                                            \
		".type " #symbol ", @object\n" #symbol ":\n"                                       \
		".incbin \"" path "\"\n"                                                           \
		".byte 0\n"                                                                        \
		".size " #symbol ", . - " #symbol "\n"                                             \
		".previous\n")

EMBED(store_schema_sql, "results/schema.sql");
EMBED(store_migration_1_sql, "results/migrations/1.sql");
EMBED(store_migration_2_sql, "results/migrations/2.sql");

const char *const store_migrations[STORE_SCHEMA_VERSION] = {[1] = store_migration_1_sql,
								[2] = store_migration_2_sql};
