/* SPDX-License-Identifier: BSD-2-Clause */
/* bdgfnctl as a function: it runs as a program, and as a thread over the in-process switch. */
#ifndef BDGFNCTL_H
#define BDGFNCTL_H

#include <stdio.h>

#include "gen/nmdev.h"

/*
 * Carries out one command line over dev. Results go to out; one last line, "[ok]" or what went
 * wrong, to err. Re-entrant. Returns the exit status: 0, or 1 for bad usage and for any failure.
 */
int bdgfnctl_main(int argc, char **argv, const struct nmdev_ops *dev, FILE *out, FILE *err);

#endif
