/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the tree is: the program works from its top folder, but takes paths as the user meant them.
 */
#ifndef VB_PATHS_H
#define VB_PATHS_H

#include "err.h"

/* Goes to the top of the tree: the current folder if it is that, else two levels above this
 * program. VB_MISSING. */
int paths_enter_tree(struct vb_err *err);

/* A path given by the user before paths_enter_tree(), as it reads from here; the caller frees. */
char *paths_of_user(const char *path);

/* scenarios/NAME.yaml for a name, or the user's path if it has a slash or ends in .yaml; the caller
 * frees. */
char *paths_of_scenario(const char *scenario);

#endif
