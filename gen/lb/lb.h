/* SPDX-License-Identifier: BSD-2-Clause */
/* lb: spreads the packets of one port over groups of pipes, flow by flow. */
#ifndef LB_H
#define LB_H

#include "../app.h"

/*
 * Runs one command line of docs/man/lb.8 and returns its exit status: 0 after env->stop or -h, 1
 * for a wrong command line and for ports that cannot be opened. Re-entrant, but for syslog (-s).
 */
int lb_main(int argc, char **argv, const struct app_env *env);

#endif
