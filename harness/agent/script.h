/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VB_SCRIPT_H
#define VB_SCRIPT_H

/*
 * Runs one program instead of waiting for orders: its output goes to our stdout, and so does a line
 * for each report of the kernel log. Ends with the line "vb-agent: PATH ended with exit status N, K
 * kernel reports".
 */
void script_run(const char *path);

#endif
