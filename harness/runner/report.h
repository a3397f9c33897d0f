/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the Python part, harness/report, which draws and judges what is stored. */
#ifndef VB_REPORT_H
#define VB_REPORT_H

#include "err.h"

/*
 * words: its verb and options, NULL at the end. It speaks on our stdout and stderr; its exit status
 * is returned.
 */
enum vb_exit report_exec(const char *const *words);

#endif
