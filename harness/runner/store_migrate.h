/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the tables of a new store, and brings one of an earlier version up to date. */
#ifndef VB_STORE_MIGRATE_H
#define VB_STORE_MIGRATE_H

#include "store.h"

/* Can this program read the file, once migrated? VB_USAGE when it is of a later version. */
int store_migrate_check(struct store *st, struct vb_err *err);

/*
 * All in one transaction: whoever is killed meanwhile leaves the store as it was, and of two that
 * start at once the second finds it done. -1 as store_fail() words it.
 */
int store_migrate(struct store *st, struct vb_err *err);

#endif
