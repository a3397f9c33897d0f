/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "jsonl.h"
#include "keeper.h"
#include "protocol.h"

#define OWN_ID	1
#define SEND_MS 5000

struct client {
	const char *name;
	int fd;
	int signals; /* -1: none are passed on */
	struct jsonl_reader in;
	struct jsonl_writer out;
	bool ended; /* what was run there */
	bool leaving;
	bool closed;
	int status;
};

static int open_client(struct client *c, const char *name, struct vb_err *err)
{
	*c = (struct client){.name = name, .signals = -1};
	c->fd = keeper_connect(name, err);
	if (c->fd < 0)
		return -1;
	jsonl_reader_init(&c->in, c->fd);
	jsonl_writer_init(&c->out, c->fd);
	return 0;
}

static void close_client(struct client *c)
{
	jsonl_reader_free(&c->in);
	jsonl_writer_free(&c->out);
	close(c->fd);
	if (c->signals >= 0)
		close(c->signals);
}

static int send_message(struct client *c, json_t *message, struct vb_err *err)
{
	int rc = jsonl_push(&c->out, message);

	if (!rc)
		rc = jsonl_drain(&c->out, SEND_MS);
	return rc ? vb_fail(err, VB_FAILED, "cannot ask for anything in domain %s: %s", c->name,
			    strerror(-rc))
		  : 0;
}

static void show(const json_t *message)
{
	bool is_stderr =
		strcmp(json_string_value(json_object_get(message, "stream")), "stderr") == 0;
	const json_t *line = json_object_get(message, "line");

	fwrite(json_string_value(line), 1, json_string_length(line), is_stderr ? stderr : stdout);
	fputc('\n', is_stderr ? stderr : stdout);
	fflush(is_stderr ? stderr : stdout);
}

/* -1 when the guest's own word for it is that something is wrong. */
static int take(struct client *c, const json_t *message, struct vb_err *err)
{
	const char *text = json_string_value(json_object_get(message, "text"));

	if (protocol_is(message, KEEPER_FAULT))
		return vb_fail(err, VB_FAILED, "%s", text);
	if (protocol_is(message, "error"))
		return vb_fail(err, VB_FAILED, "domain %s: %s", c->name, text);
	if (protocol_is(message, "out") && json_is_string(json_object_get(message, "line")) &&
	    json_is_string(json_object_get(message, "stream")))
		show(message);
	if (protocol_is(message, KEEPER_LEAVING))
		c->leaving = true;
	if (protocol_is(message, "exit")) {
		c->ended = true;
		c->status = json_integer_value(json_object_get(message, "status"));
	}
	return 0;
}

static int read_all(struct client *c, struct vb_err *err)
{
	struct vb_err why = {0};
	json_t *message;
	int rc = 0;

	while (!rc && !c->ended && !c->closed)
		switch (jsonl_read(&c->in, &message, &why)) {
		case JSONL_MESSAGE:
			rc = take(c, message, err);
			json_decref(message);
			break;
		case JSONL_AGAIN:
			return 0;
		case JSONL_BAD:
			return vb_fail(err, why.code, "domain %s: %.300s", c->name, why.text);
		case JSONL_END:
			c->closed = true;
		}
	return rc;
}

static int pass_signal(struct client *c, struct vb_err *err)
{
	struct signalfd_siginfo info;

	if (read(c->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return send_message(c, protocol_signal(OWN_ID, (int)info.ssi_signo), err);
}

static int catch_signals(struct client *c, struct vb_err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	c->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return c->signals < 0 ? vb_fail(err, VB_FAILED, "cannot pass signals on") : 0;
}

/* Its time limit is that of whoever started us: when we are killed the keeper ends it there. */
static int follow(struct client *c, struct vb_err *err)
{
	struct pollfd fds[] = {{.fd = c->fd, .events = POLLIN},
			       {.fd = c->signals, .events = POLLIN}};

	while (!c->ended) {
		poll(fds, 2, -1);
		if ((fds[1].revents & POLLIN) && pass_signal(c, err))
			return -1;
		if (read_all(c, err))
			return -1;
		if (c->closed && !c->ended)
			return vb_fail(err, VB_FAILED, "domain %s: its keeper has gone", c->name);
	}
	return 0;
}

int client_run(const char *name, const char *const *argv, int cpu, int *status, struct vb_err *err)
{
	struct client c;
	int rc;

	if (open_client(&c, name, err))
		return -1;
	rc = catch_signals(&c, err);
	if (!rc)
		rc = send_message(&c, protocol_run(OWN_ID, argv, 0, cpu), err);
	if (!rc)
		rc = follow(&c, err);
	*status = c.status;
	close_client(&c);
	return rc;
}

static int await_end(struct client *c, bool *done, unsigned limit_ms, const char *what,
		     struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + limit_ms;
	struct pollfd fd = {.fd = c->fd, .events = POLLIN};

	while (!*done && !c->closed) {
		if (!vb_left_ms(deadline))
			return vb_fail(err, VB_TIMEOUT, "domain %s %s within %u s", c->name, what,
				       limit_ms / 1000);
		poll(&fd, 1, vb_left_ms(deadline));
		if (read_all(c, err))
			return -1;
	}
	return 0;
}

int client_leave(const char *name, unsigned limit_ms, struct vb_err *err)
{
	struct client c;
	int rc;

	if (open_client(&c, name, err))
		return -1;
	rc = send_message(&c, protocol_poweroff(), err);
	if (!rc)
		rc = await_end(&c, &c.leaving, SEND_MS, "was not let go by its keeper", err);
	if (!rc && limit_ms)
		rc = await_end(&c, &c.closed, limit_ms, "did not power off", err);
	close_client(&c);
	return rc;
}
