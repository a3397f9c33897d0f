/* SPDX-License-Identifier: BSD-2-Clause */
/* Beginning and end of a guest with its keeper. */
#ifndef VB_DOMAIN_LIFE_H
#define VB_DOMAIN_LIFE_H

#include "config.h"
#include "err.h"

struct domain_life {
	unsigned boot_ms;
	unsigned silence_ms;
	const char *awaited; /* of a bare guest, see keeper.h */
};

/*
 * Creates it and lets it run; *ready is for life_await. On failure nothing of it stays.
 */
int life_begin(const struct domain_config *c, const struct domain_life *life, int *ready,
	       struct vb_err *err);

/* Waits until it is ready, at most a little longer than boot_ms, and closes *ready. -1 with err
 * when it will not be. */
int life_await(int *ready, unsigned boot_ms, struct vb_err *err);

/* Ends at once what life_begin made and life_await gave up. */
void life_abort(const char *name, int *ready);

/*
 * Ends it, politely first if that is wanted. Nothing of it stays; -1 with err when that took force
 * or anything was wrong with it before.
 */
int life_end(const char *name, bool politely, struct vb_err *err);

#endif
