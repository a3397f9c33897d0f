/* SPDX-License-Identifier: BSD-2-Clause */
/* Which commit to try next, on the way from a good one to a bad one. */
#ifndef VB_HUNT_H
#define VB_HUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct hunt {
	char **commits; /* oldest first, without the good one; the last is the bad one */
	bool *skipped;
	size_t n;
	size_t low, high; /* commits[high] is bad; all before commits[low] are good */
};

/*
 * The first-parent commits after good up to bad. -1: VB_USAGE when good is no ancestor of bad on
 * that line, or both are the same.
 */
int hunt_list(struct hunt *h, const char *good, const char *bad, struct vb_err *err);
/* The same from a text of lines, newest first, as `git rev-list` prints them. */
void hunt_read(struct hunt *h, const char *lines);
void hunt_free(struct hunt *h);

/* The commit nearest to the middle of those that may be the first bad one. False: none is left. */
bool hunt_next(const struct hunt *h, size_t *index);
void hunt_good(struct hunt *h, size_t index);
void hunt_bad(struct hunt *h, size_t index);
void hunt_skip(struct hunt *h, size_t index);

/* Verdicts that are needed at most from here on, if every commit builds. */
unsigned hunt_steps(const struct hunt *h);

#endif
