/* SPDX-License-Identifier: BSD-2-Clause */
/* Two runs of one scenario over two builds, whose trials take turns: A, B, A, B ... */
#ifndef VB_PAIR_H
#define VB_PAIR_H

#include <signal.h>

#include "err.h"

enum { SIDE_A, SIDE_B, SIDES };

struct pair {
	const char *scenario, *results;
	const char *name;	 /* of the comparison, by which the store knows both runs */
	const char *tree[SIDES]; /* built source trees */
	char *const *words;	 /* options of `valebench run` that both get, NULL at the end */
	const volatile sig_atomic_t *interrupted;
};

/*
 * Runs both to their ends. 0; -1 with what went wrong on which side: when one fails, the other is
 * interrupted as well. Finished trials are in the store in any case.
 */
int pair_run(const struct pair *p, struct vb_err *err);

/* A name for a comparison started now: "20261122T171500Z-smoke-1a2b". The caller frees. */
char *pair_name(const char *scenario);

#endif
