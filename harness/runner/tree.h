/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A commit in a work tree of its own under build/trees, built and taken away again. The user's tree
 * is never touched; kernels and other downloads are shared through the cache.
 */
#ifndef VB_TREE_H
#define VB_TREE_H

#include <stdbool.h>

#include "err.h"

#define TREE_HERE "." /* the user's own tree, as it is now */

struct tree {
	char *path;	 /* NULL: not there yet */
	char commit[65]; /* empty for TREE_HERE outside git */
	bool here;
};

/* Which commit does the word name? 0; -1 (VB_USAGE) when it names none. */
int tree_resolve(struct tree *t, const char *word, struct vb_err *err);

/* Checks it out. 0, or -1. TREE_HERE is its own place. */
int tree_open(struct tree *t, struct vb_err *err);

/*
 * Builds all programs. 0; -1: VB_FAILED when the commit does not build (its output is in the file
 * that err names), VB_INTERRUPTED, VB_TIMEOUT.
 */
int tree_build(const struct tree *t, struct vb_err *err);

/* Takes the work tree away. Works on one that was never opened. */
void tree_close(struct tree *t);

/* Takes away what killed processes have left under build/trees. */
void tree_sweep(void);

#endif
