/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs of dom0 ask a domain's keeper for. */
#ifndef VB_DOMAIN_CLIENT_H
#define VB_DOMAIN_CLIENT_H

#include "err.h"

/*
 * Runs argv in the domain as if it ran here: its output is ours, SIGINT and SIGTERM go to it, and
 * *status becomes its exit status. cpu -1: any. -1 with err when it could not be run, or when the
 * domain is not to be believed.
 */
int client_run(const char *name, const char *const *argv, int cpu, int *status, struct vb_err *err);

/*
 * Says that the domain may end, which its agent, if it has one, then brings about; waits at most
 * limit_ms for that, 0: not at all. -1 with err when it did not end or something was wrong with it
 * before.
 */
int client_leave(const char *name, unsigned limit_ms, struct vb_err *err);

#endif
