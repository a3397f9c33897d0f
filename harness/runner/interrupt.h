/* SPDX-License-Identifier: BSD-2-Clause */
/* Ctrl-C, and the end of whoever started us, as a flag. */
#ifndef VB_INTERRUPT_H
#define VB_INTERRUPT_H

#include <signal.h>

/*
 * From now on SIGINT, SIGTERM and SIGHUP (but under nohup) set *flag, which must live as long as
 * the program, and cut waits short; writing to a pipe that nobody reads is an error instead of the
 * end.
 */
void interrupt_catch(volatile sig_atomic_t *flag);

#endif
