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
	bool no_wait;	     /* it runs when life_begin returns, but need not be ready */
};

/* Creates and starts it, and waits until it is ready. On failure nothing of it stays. */
int life_begin(const struct domain_config *c, const struct domain_life *life, struct vb_err *err);

/*
 * Ends it, politely first if that is wanted. Nothing of it stays; -1 with err when that took force
 * or anything was wrong with it before.
 */
int life_end(const char *name, bool politely, struct vb_err *err);

#endif
