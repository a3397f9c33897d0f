/* SPDX-License-Identifier: BSD-2-Clause */
#include "link.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define SEND_LIMIT_MS 5000

static enum vb_exit code_of(int error)
{
	return error == ENOSPC || error == EDQUOT ? VB_NO_SPACE : VB_FAILED;
}

int link_open(struct link *l, int fd, const char *log_path, struct vb_err *err)
{
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	jsonl_reader_init(&l->in, fd);
	jsonl_writer_init(&l->out, fd);
	l->heard_ms = vb_now_ms();
	snprintf(l->log_path, sizeof(l->log_path), "%s", log_path);
	l->log = fopen(log_path, "ae");
	if (!l->log)
		return vb_fail(err, code_of(errno), "cannot write %s: %s", log_path,
			       strerror(errno));
	return 0;
}

void link_close(struct link *l)
{
	jsonl_reader_free(&l->in);
	jsonl_writer_free(&l->out);
	if (l->log)
		fclose(l->log);
	l->log = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

void link_mind_silence(struct link *l, unsigned silence_ms)
{
	l->silence_ms = silence_ms;
	l->heard_ms = vb_now_ms();
}

static enum link_status keep_copy(struct link *l, json_t **event, struct vb_err *err)
{
	if (json_dumpf(*event, l->log, JSON_COMPACT) == 0 && fputc('\n', l->log) != EOF &&
	    fflush(l->log) == 0)
		return LINK_EVENT;
	vb_fail(err, code_of(errno), "cannot write %s: %s; make room and run again", l->log_path,
		strerror(errno));
	json_decref(*event);
	*event = NULL;
	return LINK_BROKEN;
}

enum link_status link_next(struct link *l, json_t **event, struct vb_err *err)
{
	uint64_t now = vb_now_ms();

	switch (jsonl_read(&l->in, event, err)) {
	case JSONL_MESSAGE:
		l->heard_ms = now;
		return keep_copy(l, event, err);
	case JSONL_AGAIN:
		return l->silence_ms && now - l->heard_ms >= l->silence_ms ? LINK_SILENT
									   : LINK_NOTHING;
	case JSONL_END:
		return LINK_CLOSED;
	case JSONL_BAD:
		break;
	}
	return LINK_BROKEN;
}

int link_send(struct link *l, json_t *message, struct vb_err *err)
{
	int rc = jsonl_push(&l->out, json_incref(message));

	if (!rc)
		rc = jsonl_drain(&l->out, SEND_LIMIT_MS);
	if (rc)
		return vb_fail(err, rc == -ETIMEDOUT ? VB_TIMEOUT : VB_FAILED,
			       "cannot send a message to the agent: %s", strerror(-rc));
	return 0;
}
