/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One running program of the agent: a process or, on the native platform, a thread; its output, its
 * limit, its end.
 */
#ifndef VB_PROGRAM_H
#define VB_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "lines.h"
#include "protocol.h"

#define PROGRAM_LINE_BYTES (256u << 10) /* longer output lines are cut */
#define PROGRAM_STREAMS	   2
#define PROGRAM_DRAIN_MS   500	/* after its end, for output that a grandchild keeps open */
#define PROGRAM_STOP_MS	   2000 /* after its limit, until it is killed again and called stuck */

struct stream {
	int fd; /* -1 once at its end */
	struct lines lines;
};

struct program;

/* How programs of one kind are started and signalled. */
struct program_ops {
	/*
	 * Starts it and fills pid and, if it has one, impl. out and err are the write ends of its
	 * output.
	 */
	int (*start)(struct program *p, const struct protocol_request *r, int out, int err_fd,
		     struct vb_err *err);
	int (*signal)(struct program *p, int signal, struct vb_err *err);
	/* Called once, when it has ended. */
	void (*release)(struct program *p);
};

struct program {
	json_int_t id;
	const struct program_ops *ops;
	pid_t pid; /* process: its id and group; thread: its kernel thread id */
	void *impl;
	struct stream stream[PROGRAM_STREAMS];
	uint64_t deadline_ms; /* 0: none. Its limit; after the end, until when output is waited for
			       */
	bool timed_out;
	bool stuck; /* KILL did not end it */
	bool ended;
	int status;
	int signal;
	struct program *next;
};

extern const struct program_ops program_process;

/* Starts what r asks for. Returns the program, or NULL with err. */
struct program *program_start(const struct program_ops *ops, const struct protocol_request *r,
			      struct vb_err *err);

/*
 * It has ended: with an exit status, or killed by a signal that is not 0. Call it before its
 * process is reaped.
 */
void program_ended(struct program *p, int status, int signal);

/*
 * Checks its limits at now_ms: KILL at the time limit, output that stays open after its end is
 * closed. Returns true, once, when it goes on running although it was killed.
 */
bool program_tick(struct program *p, uint64_t now_ms);

/* Has it ended and has all its output been read? */
bool program_done(const struct program *p);

void program_free(struct program *p);

#endif
