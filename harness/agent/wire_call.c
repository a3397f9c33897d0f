/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire_call.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "jsonl.h"
#include "protocol.h"

#define SIGNALLED 128

struct conversation {
	const struct wire_call *call;
	struct jsonl_reader in;
	struct jsonl_writer out;
	json_int_t id;
	bool answers; /* what comes from now on is said to us, and not to who called before */
	bool over;
	int status;
};

static json_int_t number(const json_t *message, const char *key)
{
	return json_integer_value(json_object_get(message, key));
}

static const char *word(const json_t *message, const char *key)
{
	const char *text = json_string_value(json_object_get(message, key));

	return text ? text : "";
}

static void pass_on(const struct wire_call *call, const json_t *message)
{
	FILE *to = strcmp(word(message, "stream"), "stderr") == 0 ? call->err : call->out;

	fprintf(to, "%s\n", word(message, "line"));
	fflush(to);
}

/* 0, or -1 with why. */
static int hear(struct conversation *c, const json_t *message, struct vb_err *why)
{
	if (protocol_is(message, "pong") && number(message, "seq") == c->id) {
		c->answers = true;
		return jsonl_push(&c->out, protocol_run(c->id, c->call->argv, c->call->limit_ms,
							PROTOCOL_ANY_CPU));
	}
	if (!c->answers || number(message, "id") != c->id)
		return 0;
	if (protocol_is(message, "error"))
		return vb_fail(why, VB_FAILED, "the agent outside says: %.300s",
			       word(message, "text"));
	if (protocol_is(message, "out"))
		pass_on(c->call, message);
	if (protocol_is(message, "exit")) {
		c->over = true;
		c->status = number(message, "signal") ? SIGNALLED + number(message, "signal")
						      : number(message, "status");
	}
	return 0;
}

static int hear_all(struct conversation *c, struct vb_err *why)
{
	json_t *message;
	int rc = 0;

	while (rc == 0 && !c->over) {
		switch (jsonl_read(&c->in, &message, why)) {
		case JSONL_MESSAGE:
			rc = hear(c, message, why);
			json_decref(message);
			break;
		case JSONL_BAD: /* the end of a line that was begun for who called before */
			break;
		case JSONL_AGAIN:
			return 0;
		case JSONL_END:
			return vb_fail(why, VB_FAILED, "the agent outside has gone");
		}
	}
	return rc;
}

static void pass_signal(struct conversation *c)
{
	struct signalfd_siginfo info;

	if (read(c->call->signals, &info, sizeof(info)) == sizeof(info))
		jsonl_push(&c->out, protocol_signal(c->id, info.ssi_signo));
}

static int wait_for_more(struct conversation *c, uint64_t deadline)
{
	struct pollfd fds[] = {{.fd = c->call->fd, .events = POLLIN},
			       {.fd = c->answers ? c->call->signals : -1, .events = POLLIN}};

	if (jsonl_pending(&c->out))
		fds[0].events |= POLLOUT;
	if (poll(fds, 2, (int)vb_left_ms(deadline)) > 0 && fds[1].revents & POLLIN)
		pass_signal(c);
	return jsonl_flush(&c->out);
}

static int talk(struct conversation *c, struct vb_err *why)
{
	uint64_t began = vb_now_ms(), deadline;

	jsonl_push(&c->out, protocol_ping(c->id));
	while (!c->over) {
		deadline = began + c->call->answer_ms + (c->answers ? c->call->limit_ms : 0);
		if (!vb_left_ms(deadline))
			return vb_fail(why, VB_TIMEOUT, "the agent outside does not %s",
				       c->answers ? "tell of the program's end" : "answer");
		if (wait_for_more(c, deadline) < 0)
			return vb_fail(why, VB_FAILED, "nothing can be sent to the agent outside");
		if (hear_all(c, why))
			return -1;
	}
	return c->status;
}

int wire_call(const struct wire_call *call, struct vb_err *why)
{
	struct conversation c = {.call = call, .id = (json_int_t)vb_now_ms()};
	int status;

	jsonl_reader_init(&c.in, call->fd);
	jsonl_writer_init(&c.out, call->fd);
	status = talk(&c, why);
	jsonl_reader_free(&c.in);
	jsonl_writer_free(&c.out);
	return status;
}
