/* SPDX-License-Identifier: BSD-2-Clause */
#include "qmp.h"

#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

/* Remembers what matters of an event. False for what is no event. */
static bool take_event(struct qmp *q, const json_t *message)
{
	const char *name = json_string_value(json_object_get(message, "event"));
	const char *reason;

	if (!name)
		return false;
	reason = json_string_value(json_object_get(json_object_get(message, "data"), "reason"));
	if (strcmp(name, "SHUTDOWN") == 0)
		snprintf(q->shutdown_reason, sizeof(q->shutdown_reason), "%s",
			 reason ? reason : "unknown");
	return true;
}

/* The next message that is no event. NULL with err at the limit, the end, or for nonsense. */
static json_t *next_answer(struct qmp *q, uint64_t deadline, const char *what, struct vb_err *err)
{
	struct pollfd p = {.fd = q->fd, .events = POLLIN};
	struct vb_err why = {0};
	json_t *message;

	for (;;) {
		int left = vb_left_ms(deadline);

		switch (jsonl_read(&q->in, &message, &why)) {
		case JSONL_MESSAGE:
			if (!take_event(q, message))
				return message;
			json_decref(message);
			break;
		case JSONL_AGAIN:
			if (!left) {
				vb_fail(err, VB_TIMEOUT, "QEMU did not answer %s in time", what);
				return NULL;
			}
			poll(&p, 1, left);
			break;
		case JSONL_BAD:
		case JSONL_END:
			vb_fail(err, VB_FAILED, "QEMU did not answer %s: %s", what, why.text);
			return NULL;
		}
	}
}

static int greet(struct qmp *q, uint64_t deadline, struct vb_err *err)
{
	json_t *hello = next_answer(q, deadline, "with its greeting", err);
	int major = 0, minor = 0, micro = 0, rc;

	if (!hello)
		return -1;
	rc = json_unpack(hello, "{s:{s:{s:{s:i,s:i,s:i}}}}", "QMP", "version", "qemu", "major",
			 &major, "minor", &minor, "micro", &micro);
	json_decref(hello);
	if (rc)
		return vb_fail(err, VB_FAILED,
			       "what QEMU's control socket says first is no QMP greeting");
	snprintf(q->version, sizeof(q->version), "%d.%d.%d", major, minor, micro);
	return 0;
}

int qmp_open(struct qmp *q, int fd, unsigned timeout_ms, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;

	memset(q, 0, sizeof(*q));
	q->fd = fd;
	jsonl_reader_init(&q->in, fd);
	jsonl_writer_init(&q->out, fd);
	if (greet(q, deadline, err))
		return -1;
	return qmp_execute(q, "qmp_capabilities", NULL, NULL, (unsigned)vb_left_ms(deadline), err);
}

void qmp_close(struct qmp *q)
{
	if (q->fd < 0)
		return;
	jsonl_reader_free(&q->in);
	jsonl_writer_free(&q->out);
	close(q->fd);
	q->fd = -1;
}

/* Answers to commands that were given up carry an older id and are passed over. */
static json_t *answer_to(struct qmp *q, json_int_t id, uint64_t deadline, const char *what,
			 struct vb_err *err)
{
	json_t *answer;

	while ((answer = next_answer(q, deadline, what, err))) {
		if (json_integer_value(json_object_get(answer, "id")) == id)
			return answer;
		json_decref(answer);
	}
	return NULL;
}

static int judge(const char *command, json_t *answer, json_t **result, struct vb_err *err)
{
	json_t *value = json_object_get(answer, "return");
	const char *why =
		json_string_value(json_object_get(json_object_get(answer, "error"), "desc"));

	if (!value)
		return vb_fail(err, VB_FAILED, "QEMU refused %s: %s", command,
			       why ? why : "no reason given");
	if (result)
		*result = json_incref(value);
	return 0;
}

int qmp_execute(struct qmp *q, const char *command, json_t *arguments, json_t **result,
		unsigned timeout_ms, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;
	json_int_t id = ++q->last_id;
	json_t *message =
		json_pack("{s:s,s:I,s:o*}", "execute", command, "id", id, "arguments", arguments);
	json_t *answer;
	int rc = jsonl_push(&q->out, message);

	if (!rc)
		rc = jsonl_drain(&q->out, timeout_ms);
	if (rc)
		return vb_fail(err, VB_FAILED, "cannot send %s to QEMU: %s", command,
			       strerror(-rc));
	answer = answer_to(q, id, deadline, command, err);
	if (!answer)
		return -1;
	rc = judge(command, answer, result, err);
	json_decref(answer);
	return rc;
}

void qmp_drain(struct qmp *q)
{
	enum jsonl_status status;
	json_t *message;

	if (q->fd < 0)
		return;
	do {
		status = jsonl_read(&q->in, &message, NULL);
		if (status == JSONL_MESSAGE) {
			take_event(q, message);
			json_decref(message);
		}
	} while (status == JSONL_MESSAGE || status == JSONL_BAD);
}
