/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generator as a library: one call is one run of pkt-gen. It keeps no global state, installs no
 * signal handlers and never exits, so several may run at the same time as threads of one process.
 */
#ifndef PKTGEN_H
#define PKTGEN_H

#include "app.h"

#define PKTGEN_USAGE_EXIT 255 /* wrong command line, or the port cannot be opened */

/*
 * Runs pkt-gen with this command line (docs/man/pkt-gen.1). Returns its exit status: 0, also when
 * stopped; 1 if a thread ended with an error; PKTGEN_USAGE_EXIT. Returns within about 0.2 s of
 * env->stop becoming non-zero.
 */
int pktgen_main(int argc, char **argv, const struct app_env *env);

#endif
