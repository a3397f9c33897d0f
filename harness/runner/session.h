/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A started platform and the programs (jobs) that run on it. One event at a time is taken from the
 * platform and given to the job that it belongs to; every wait has a limit, and stops at once when
 * the place died, its kernel complained, or the user pressed Ctrl-C.
 */
#ifndef VB_SESSION_H
#define VB_SESSION_H

#include <signal.h>
#include <stdbool.h>

#include "platform.h"

enum session_fault {
	SESSION_SOUND,
	SESSION_KERNEL, /* the kernel reported something: what it measures is not to be trusted */
	SESSION_DEAD,	/* gone, silent or stuck */
};

struct job {
	const char *name; /* for complaints; stays valid while the job is in a session */
	/* Called for each line that the program wrote; NULL: ignored. */
	void (*line)(struct job *job, bool is_stderr, const char *line);
	void *ctx;
	/* Filled by the session. */
	long id;
	bool started, exited, timed_out;
	int status, signal;
	char error[256];      /* of the agent: it could not be started, ... */
	char last_words[256]; /* its last line on stderr */
	struct job *next;
};

struct session {
	const struct platform_ops *ops;
	struct platform *place; /* NULL when not started */
	struct platform_facts facts;
	const volatile sig_atomic_t *interrupted;
	struct job *jobs;
	long last_id;
	enum session_fault fault;
	char fault_text[512];	  /* one line */
	char fault_excerpt[4096]; /* of the logs, if the platform or the kernel gave one */
};

int session_start(struct session *s, const struct platform_config *cfg, struct vb_err *err);
void session_stop(struct session *s);

/*
 * Starts a program. argv is borrowed. cpu -1 anywhere; timeout_ms 0 none. After it the job is in
 * the session until session_forget(). -1 when the message could not be sent.
 */
int session_run(struct session *s, struct job *job, json_t *argv, int cpu, unsigned timeout_ms,
		struct vb_err *err);
/* signal is "INT", "TERM" or "KILL"; nothing happens to a job that has ended. */
int session_signal(struct session *s, struct job *job, const char *signal, struct vb_err *err);
void session_forget(struct session *s, struct job *job);

/*
 * Takes events until done(ctx) is true. -1: VB_TIMEOUT after limit_ms ("waited N s for WHAT"),
 * VB_FAILED on a fault (s->fault says which), VB_INTERRUPTED.
 */
int session_until(struct session *s, bool (*done)(void *ctx), void *ctx, unsigned limit_ms,
		  const char *what, struct vb_err *err);

/* Takes events for a time, whatever comes. -1 as session_until, but for the limit. */
int session_linger(struct session *s, unsigned ms, struct vb_err *err);

/* How a job ended, if badly: 0 when it exited with status 0, else -1 with one line; VB_MISSING when
 * it said so by its status. */
int job_verdict(const struct job *job, struct vb_err *err);

#endif
