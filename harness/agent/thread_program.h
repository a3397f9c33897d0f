/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that run as threads of the agent's own process, so that they share one in-process
 * switch.
 */
#ifndef VB_THREAD_PROGRAM_H
#define VB_THREAD_PROGRAM_H

#include <signal.h>
#include <stdio.h>

#include "program.h"
#include "session.h"

/* What a program is given instead of the standard streams and signals. */
struct thread_env {
	FILE *out;
	FILE *err;
	const volatile sig_atomic_t *stop; /* non-zero: end soon, as after SIGINT */
};

struct thread_entry {
	const char *name; /* argv[0], without folders */
	int (*main)(int argc, char **argv,
		    const struct thread_env *env); /* returns the exit status */
};

/*
 * The programs of this process; the list ends with an entry without a name. Makes the descriptor
 * that session polls.
 */
int thread_programs_init(const struct thread_entry *table, struct session *s, struct vb_err *err);

/* session.ops_for: threads for the names of the table, processes for all others. */
const struct program_ops *thread_or_process(const char *name);

extern const struct program_ops program_thread;

#endif
