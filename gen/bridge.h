/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge: forwards packets between two ports, or between a device and its host stack. */
#ifndef GEN_BRIDGE_H
#define GEN_BRIDGE_H

#include "app.h"

/*
 * Runs one command line of docs/man/bridge.8 and returns its exit status: 0 after env->stop, 1 for
 * a wrong command line and for ports that cannot be opened. Re-entrant.
 */
int bridge_main(int argc, char **argv, const struct app_env *env);

#endif
