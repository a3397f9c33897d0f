/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting, waiting for and ending other programs, each in a process group of its own. */
#ifndef VB_PROCESS_H
#define VB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "err.h"

#define PROCESS_ANY_CPU (-1)

struct process_spec {
	char *const *argv; /* NULL-terminated, argv[0] is looked up in PATH */
	int stdin_fd;	   /* -1: /dev/null, likewise below */
	int stdout_fd;
	int stderr_fd;
	const int *keep; /* become 3, 4, ... in the child; every other descriptor is closed */
	size_t n_keep;
	int cpu;	      /* PROCESS_ANY_CPU or the one that it may run on */
	bool die_with_parent; /* SIGKILL when the calling thread ends */
	bool oom_victim;      /* sheds its parent's protection from the OOM killer */
};

/*
 * Starts it. Returns the process id, which is also its group's, or -1 with err (no such program, no
 * such CPU, ...).
 */
pid_t process_start(const struct process_spec *spec, struct vb_err *err);

/*
 * Waits at most timeout_ms. Returns 1 and the wait status when it has ended, 0 at the limit,
 * -errno.
 */
int process_wait(pid_t pid, unsigned timeout_ms, int *status);

/* Signals every process of the group that process_start made. */
void process_signal_group(pid_t pid, int signal);

/* SIGTERM, and SIGKILL after grace_ms; reaps it. */
void process_end(pid_t pid, unsigned grace_ms);

/* A descriptor that polls readable once pid has ended, or -1. */
int process_pidfd(pid_t pid);

/* "exit status 3" or "signal 9 (Killed)" for a wait status. */
void process_describe(int status, char *buf, size_t bytes);

/*
 * Runs a program to its end and keeps the beginning of what it writes to stdout in out
 * (NUL-terminated); its stderr is ours. Returns 0, or -1 with err when it cannot be started, fails,
 * takes longer than timeout_ms, or a signal handler ran meanwhile (it is killed then).
 */
int process_capture(char *const *argv, unsigned timeout_ms, char *out, size_t bytes,
		    struct vb_err *err);

/* The same, but how the program ended is for the caller to judge: 0 with its wait status. */
int process_capture_status(char *const *argv, unsigned timeout_ms, char *out, size_t bytes,
			   int *status, struct vb_err *err);

#endif
