/* SPDX-License-Identifier: BSD-2-Clause */
/* results/schema.sql, as it was when the program was built. */
#ifndef VB_STORE_SCHEMA_H
#define VB_STORE_SCHEMA_H

#define STORE_SCHEMA_VERSION 1

extern const char store_schema_sql[];

#endif
