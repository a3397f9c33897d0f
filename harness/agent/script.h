/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VB_SCRIPT_H
#define VB_SCRIPT_H

#include <sys/types.h>

/* Starts a program of the guest with our outputs. Its process id, or -1 after saying why on stderr.
 */
pid_t script_start(const char *path);

/*
 * Runs one program instead of waiting for orders: its output goes to our stdout, and so does a line
 * for each report of the kernel log. Ends with the line "vb-agent: PATH ended with exit status N, K
 * kernel reports".
 */
void script_run(const char *path);

#endif
