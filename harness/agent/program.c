/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"

#define SHELL_SIGNAL_BASE 128 /* status of a program that a signal killed, as shells say it */

static int start_process(struct program *p, const struct protocol_request *r, int out, int err_fd,
			 struct vb_err *err)
{
	struct process_spec spec = {
		.argv = r->argv,
		.stdin_fd = -1,
		.stdout_fd = out,
		.stderr_fd = err_fd,
		.cpu = r->cpu,
		.die_with_parent = true,
		.oom_victim = true,
	};

	p->pid = process_start(&spec, err);
	return p->pid < 0 ? -1 : 0;
}

static int signal_process(struct program *p, int signal, struct vb_err *err)
{
	process_signal_group(p->pid, signal);
	return 0;
}

/* What it left running in its group must not outlive it. */
static void release_process(struct program *p)
{
	process_signal_group(p->pid, SIGKILL);
}

const struct program_ops program_process = {
	.start = start_process,
	.signal = signal_process,
	.release = release_process,
};

static void close_stream(struct stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* Reads ends are non-blocking and ours alone; the write ends go to the program. */
static int open_streams(struct program *p, int writers[PROGRAM_STREAMS], struct vb_err *err)
{
	int fds[2];

	for (int i = 0; i < PROGRAM_STREAMS; i++) {
		if (pipe2(fds, O_CLOEXEC)) {
			vb_fail(err, VB_FAILED,
				"cannot make a pipe for the output of program %lld: %s",
				(long long)p->id, strerror(errno));
			if (i)
				close(writers[0]);
			return -1;
		}
		fcntl(fds[0], F_SETFL, O_NONBLOCK);
		p->stream[i].fd = fds[0];
		writers[i] = fds[1];
	}
	return 0;
}

struct program *program_start(const struct program_ops *ops, const struct protocol_request *r,
			      struct vb_err *err)
{
	struct program *p = calloc(1, sizeof(*p));
	int writers[PROGRAM_STREAMS], rc;

	if (!p) {
		vb_fail(err, VB_NO_SPACE, "no memory to run %s", r->argv[0]);
		return NULL;
	}
	p->id = r->id;
	p->ops = ops;
	for (int i = 0; i < PROGRAM_STREAMS; i++) {
		p->stream[i].fd = -1;
		lines_init(&p->stream[i].lines, PROGRAM_LINE_BYTES);
	}
	rc = open_streams(p, writers, err);
	if (!rc) {
		rc = ops->start(p, r, writers[0], writers[1], err);
		close(writers[0]);
		close(writers[1]);
	}
	if (rc) {
		program_free(p);
		return NULL;
	}
	p->deadline_ms = r->timeout_ms ? vb_now_ms() + r->timeout_ms : 0;
	return p;
}

void program_ended(struct program *p, int status, int signal)
{
	p->ended = true;
	p->signal = signal;
	p->status = signal ? SHELL_SIGNAL_BASE + signal : status;
	p->deadline_ms = vb_now_ms() + PROGRAM_DRAIN_MS;
	p->ops->release(p);
}

bool program_tick(struct program *p, uint64_t now_ms)
{
	bool again = p->timed_out;

	if (!p->deadline_ms || now_ms < p->deadline_ms)
		return false;
	if (p->ended) {
		for (int i = 0; i < PROGRAM_STREAMS; i++)
			close_stream(&p->stream[i]);
		return false;
	}
	p->timed_out = true;
	p->deadline_ms = now_ms + PROGRAM_STOP_MS;
	p->ops->signal(p, SIGKILL, NULL);
	if (!again || p->stuck)
		return false;
	p->stuck = true;
	return true;
}

bool program_done(const struct program *p)
{
	return p->ended && p->stream[0].fd < 0 && p->stream[1].fd < 0;
}

void program_free(struct program *p)
{
	for (int i = 0; i < PROGRAM_STREAMS; i++) {
		close_stream(&p->stream[i]);
		lines_free(&p->stream[i].lines);
	}
	free(p);
}
