/* SPDX-License-Identifier: BSD-2-Clause */
/* vale-ctl as a function: it runs as a program, and as a thread over the in-process switch. */
#ifndef VALE_CTL_H
#define VALE_CTL_H

#include <stdio.h>

#include "gen/nmdev.h"

/*
 * Carries out one command line over dev. Results go to out, one line a failure to err. Re-entrant:
 * no global state, no exit(). Returns the exit status: 0, or 1 for bad usage and for any failure.
 */
int vale_ctl_main(int argc, char **argv, const struct nmdev_ops *dev, FILE *out, FILE *err);

#endif
