/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The writer's side of exact-match tables (net/vale_lookup.h). One writer at a time: the global
 * lock. */
#ifndef NM_TABLE_H
#define NM_TABLE_H

#include <net/vale_lookup.h>

#include "os.h"

#define NM_TABLE_BITS_MIN 6
#define NM_TABLE_BITS_MAX 22 /* two million entries */

/* An empty table of 1 << bits slots. 0 or -ENOMEM. */
int nm_table_init(struct nm_table *t, unsigned bits);
void nm_table_exit(struct nm_table *t);

/* -ENOSPC: it is full, grow it first. */
int nm_table_set(struct nm_table *t, uint64_t key, uint32_t port);
/* -ENOENT: there is no such key. */
int nm_table_delete(struct nm_table *t, uint64_t key);
/* The first entry at or after *slot. 0, or -ENOENT. */
int nm_table_next(const struct nm_table *t, uint32_t *slot, uint64_t *key, uint32_t *port);

/* *wider becomes a copy of twice the size. 0, -ENOMEM, or -ENOSPC: it is as large as tables get. */
int nm_table_widen(const struct nm_table *t, struct nm_table *wider);

#endif
