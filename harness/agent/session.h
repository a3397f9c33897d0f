/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent's conversation with the runner: one loop over its channel, its programs and the kernel
 * log.
 */
#ifndef VB_SESSION_H
#define VB_SESSION_H

#include <stdbool.h>

#include "err.h"
#include "jsonl.h"
#include "kmsg.h"
#include "program.h"

#define SESSION_HEARTBEAT_MS 1000
#define SESSION_MAX_PROGRAMS 256
#define SESSION_HIGH_WATER                                                                         \
	(256u << 10)		 /* bytes queued for the runner: no more output is read above it */
#define SESSION_FAREWELL_MS 2000 /* the longest time that the end of a session takes */

struct session {
	const char *kind; /* "guest" or "native" */
	const struct program_ops *(*ops_for)(
		const char *name); /* the kind of program that argv[0] is */
	struct kmsg *kmsg;	   /* NULL: no kernel log of our own */
	struct jsonl_reader in;
	struct jsonl_writer out;
	struct program *programs;
	unsigned n_programs;
	int children_fd; /* signalfd of SIGCHLD */
	int wake_fd;	 /* polls readable when a thread has ended, or -1 */
	void (*collect_threads)(
		struct session *s); /* tells of threads that have ended; NULL: there are none */
	bool behind; /* whole lines wait in a buffer, so poll would not tell of them */
	uint64_t started_ms;
	uint64_t next_heartbeat_ms;
	bool over;
};

/*
 * Blocks SIGCHLD, ignores SIGPIPE, says hello on fd. The caller has set kind, ops_for, kmsg,
 * wake_fd, collect_threads.
 */
int session_open(struct session *s, int fd, struct vb_err *err);

/*
 * Serves until poweroff is asked for or the runner goes away; ends every program and says so where
 * anyone listens.
 */
void session_run(struct session *s);

/* Frees what session_open made; fd stays open. */
void session_close(struct session *s);

#endif
