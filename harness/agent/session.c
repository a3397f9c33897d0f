/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "utf8.h"

#define MESSAGES_PER_TURN 64
#define LINES_PER_TURN	  512 /* of one stream, so that a flood keeps no other waiting */
#define FIXED_FDS	  4   /* channel, children, wake, kernel log */
#define SETTLE_POLL_MS	  50

static const char *const stream_names[PROGRAM_STREAMS] = {"stdout", "stderr"};

static void say(struct session *s, json_t *message)
{
	int rc = jsonl_push(&s->out, message);

	if (rc == -ENOMEM)
		s->over = true;
	if (rc == -EMSGSIZE)
		jsonl_push(&s->out,
			   protocol_error(PROTOCOL_NO_ID, "a message was too long to be sent"));
}

static void say_error(struct session *s, json_int_t id, const char *text)
{
	char clean[sizeof(((struct vb_err *)0)->text)];

	snprintf(clean, sizeof(clean), "%s", text);
	vb_utf8_clean(clean, strlen(clean));
	say(s, protocol_error(id, clean));
}

static void say_hello(struct session *s)
{
	struct utsname name;
	struct sysinfo info;
	uint64_t kib = 0;

	if (sysinfo(&info) == 0)
		kib = (uint64_t)info.totalram * info.mem_unit / 1024;
	if (uname(&name))
		name.release[0] = '\0';
	say(s, protocol_hello(s->kind, name.release, (unsigned)sysconf(_SC_NPROCESSORS_ONLN), kib));
}

int session_open(struct session *s, int fd, struct vb_err *err)
{
	sigset_t children;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	s->children_fd = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->children_fd < 0)
		return vb_fail(err, VB_FAILED, "cannot watch for the end of programs: %s",
			       strerror(errno));
	jsonl_reader_init(&s->in, fd);
	jsonl_writer_init(&s->out, fd);
	s->programs = NULL;
	s->n_programs = 0;
	s->over = false;
	s->started_ms = vb_now_ms();
	s->next_heartbeat_ms = s->started_ms + SESSION_HEARTBEAT_MS;
	say_hello(s);
	return 0;
}

void session_close(struct session *s)
{
	jsonl_reader_free(&s->in);
	jsonl_writer_free(&s->out);
	close(s->children_fd);
}

static struct program *find_id(struct session *s, json_int_t id)
{
	struct program *p = s->programs;

	while (p && p->id != id)
		p = p->next;
	return p;
}

static struct program *find_pid(struct session *s, pid_t pid)
{
	struct program *p = s->programs;

	while (p && (p->pid != pid || p->ended))
		p = p->next;
	return p;
}

static void run(struct session *s, const struct protocol_request *r)
{
	struct vb_err err = {0};
	struct program *p;

	if (find_id(s, r->id) || s->n_programs >= SESSION_MAX_PROGRAMS) {
		say_error(s, r->id,
			  find_id(s, r->id) ? "a program with this id is still running"
					    : "too many programs are running");
		return;
	}
	p = program_start(s->ops_for(r->argv[0]), r, &err);
	if (!p) {
		say_error(s, r->id, err.text);
		return;
	}
	p->next = s->programs;
	s->programs = p;
	s->n_programs++;
	say(s, protocol_started(p->id, p->pid));
}

static void signal_one(struct session *s, const struct protocol_request *r)
{
	struct program *p = find_id(s, r->id);
	struct vb_err err = {0};

	if (!p)
		say_error(s, r->id, "no program with this id is running");
	else if (!p->ended && p->ops->signal(p, r->signal, &err))
		say_error(s, r->id, err.text);
}

static void obey(struct session *s, const json_t *message)
{
	struct protocol_request r;
	struct vb_err err = {0};

	if (protocol_parse(message, &r, &err)) {
		say_error(s, r.id, err.text);
		return;
	}
	switch (r.op) {
	case PROTOCOL_RUN:
		run(s, &r);
		break;
	case PROTOCOL_SIGNAL:
		signal_one(s, &r);
		break;
	case PROTOCOL_PING:
		say(s, protocol_pong(r.seq));
		break;
	case PROTOCOL_POWEROFF:
		s->over = true;
		break;
	}
	protocol_request_free(&r);
}

static void listen(struct session *s)
{
	for (int i = 0; i < MESSAGES_PER_TURN && !s->over; i++) {
		struct vb_err err = {0};
		json_t *message;

		switch (jsonl_read(&s->in, &message, &err)) {
		case JSONL_MESSAGE:
			obey(s, message);
			json_decref(message);
			break;
		case JSONL_BAD:
			say_error(s, PROTOCOL_NO_ID, err.text);
			break;
		case JSONL_AGAIN:
			return;
		case JSONL_END:
			s->over = true;
			break;
		}
	}
}

/* Orphans of our programs are reaped here too: in a guest we are everyone's last parent. */
static void reap(struct session *s)
{
	struct signalfd_siginfo drained;
	siginfo_t info;

	while (read(s->children_fd, &drained, sizeof(drained)) > 0)
		;
	for (;;) {
		struct program *p;

		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
			return;
		p = find_pid(s, info.si_pid);
		if (p)
			program_ended(p, info.si_status,
				      info.si_code == CLD_EXITED ? 0 : info.si_status);
		waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
	}
}

static void collect(struct session *s)
{
	reap(s);
	if (s->collect_threads)
		s->collect_threads(s);
}

static bool room(const struct session *s)
{
	return jsonl_pending(&s->out) < SESSION_HIGH_WATER;
}

static void say_line(struct session *s, json_int_t id, int stream, char *line, size_t bytes)
{
	vb_utf8_clean(line, bytes);
	say(s, protocol_out(id, stream_names[stream], line, bytes));
}

/*
 * Passes on what a program has written, as far as there is room. True when some of it may have to
 * wait.
 */
static bool pump(struct session *s, struct program *p, int i)
{
	struct stream *stream = &p->stream[i];
	size_t bytes;
	ssize_t n = 1;
	char *line;
	bool cut;

	for (int said = 0; room(s) && said < LINES_PER_TURN;) {
		line = lines_next(&stream->lines, &bytes, &cut);
		if (line) {
			say_line(s, p->id, i, line, bytes);
			said++;
			continue;
		}
		if (stream->fd < 0 || n <= 0)
			return false;
		n = lines_fill(&stream->lines, stream->fd);
		if (n > 0 || n == -EAGAIN || n == -EINTR)
			continue;
		line = lines_rest(&stream->lines, &bytes);
		if (line)
			say_line(s, p->id, i, line, bytes);
		close(stream->fd);
		stream->fd = -1;
		return false;
	}
	return true;
}

static void forget(struct session *s, struct program **link)
{
	struct program *p = *link;

	say(s, protocol_exit(p->id, p->status, p->signal, p->timed_out));
	*link = p->next;
	s->n_programs--;
	program_free(p);
}

static void serve_programs(struct session *s)
{
	struct program **link = &s->programs;
	uint64_t now = vb_now_ms();

	s->behind = false;
	while (*link) {
		struct program *p = *link;
		bool waiting = false;

		for (int i = 0; i < PROGRAM_STREAMS; i++)
			waiting |= pump(s, p, i);
		if (waiting && p->ended)
			p->deadline_ms = now + PROGRAM_DRAIN_MS;
		s->behind |= waiting;
		if (program_tick(p, now))
			say_error(s, p->id,
				  "the program was killed at its time limit and does not end");
		if (program_done(p))
			forget(s, link);
		else
			link = &p->next;
	}
}

static void say_report(void *context, const struct klog_report *report)
{
	say(context, protocol_kernel(klog_kind_name(report->kind), report->text));
}

static void beat(struct session *s, uint64_t now)
{
	if (now < s->next_heartbeat_ms)
		return;
	say(s, protocol_heartbeat(now - s->started_ms));
	s->next_heartbeat_ms = now + SESSION_HEARTBEAT_MS;
}

static int next_wake_ms(const struct session *s)
{
	uint64_t at = s->next_heartbeat_ms;

	for (const struct program *p = s->programs; p; p = p->next)
		if (p->deadline_ms && p->deadline_ms < at)
			at = p->deadline_ms;
	if (s->kmsg && klog_busy(&s->kmsg->klog) && at > vb_now_ms() + SETTLE_POLL_MS)
		return SETTLE_POLL_MS;
	return vb_left_ms(at);
}

static void wait_for_anything(struct session *s)
{
	struct pollfd fds[FIXED_FDS + SESSION_MAX_PROGRAMS * PROGRAM_STREAMS] = {
		{.fd = s->in.fd, .events = jsonl_pending(&s->out) ? POLLIN | POLLOUT : POLLIN},
		{.fd = s->children_fd, .events = POLLIN},
		{.fd = s->wake_fd, .events = POLLIN},
		{.fd = s->kmsg ? s->kmsg->fd : -1, .events = POLLIN},
	};
	nfds_t n = FIXED_FDS;

	for (const struct program *p = s->programs; room(s) && p; p = p->next)
		for (int i = 0; i < PROGRAM_STREAMS; i++)
			fds[n++] = (struct pollfd){.fd = p->stream[i].fd, .events = POLLIN};
	poll(fds, n, s->behind && room(s) ? 0 : next_wake_ms(s));
}

static void turn(struct session *s)
{
	uint64_t now = vb_now_ms();
	int rc;

	listen(s);
	collect(s);
	serve_programs(s);
	if (s->kmsg)
		kmsg_watch(s->kmsg, now, false, say_report, s);
	beat(s, now);
	rc = jsonl_flush(&s->out);
	if (rc < 0)
		s->over = true;
}

static void farewell(struct session *s)
{
	uint64_t deadline = vb_now_ms() + SESSION_FAREWELL_MS;

	for (struct program *p = s->programs; p; p = p->next)
		if (!p->ended)
			p->ops->signal(p, SIGKILL, NULL);
	while (s->programs && vb_left_ms(deadline)) {
		collect(s);
		serve_programs(s);
		if (jsonl_flush(&s->out) < 0)
			break;
		if (s->programs)
			wait_for_anything(s);
	}
	if (s->kmsg)
		kmsg_watch(s->kmsg, vb_now_ms(), true, say_report, s);
	jsonl_drain(&s->out, (unsigned)vb_left_ms(deadline));
}

void session_run(struct session *s)
{
	while (!s->over) {
		turn(s);
		if (!s->over)
			wait_for_anything(s);
	}
	farewell(s);
}
