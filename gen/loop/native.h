/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop over a switch of its own in a process of its own. Counting means to run that process
 * twice under callgrind, once over the ports and once for the loop's own share.
 */
#ifndef LOOP_NATIVE_H
#define LOOP_NATIVE_H

#include <stdio.h>

/* Runs a command line of vb-loop without -P and returns its exit status. */
int loop_native_main(int argc, char **argv, FILE *out, FILE *err);

#endif
