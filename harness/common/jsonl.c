/* SPDX-License-Identifier: BSD-2-Clause */
#include "jsonl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define QUOTED_BYTES 60 /* of a bad line, in its error */

static void set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0)
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void jsonl_reader_init(struct jsonl_reader *r, int fd)
{
	set_nonblocking(fd);
	r->fd = fd;
	r->ended = false;
	lines_init(&r->lines, JSONL_MAX_LINE);
}

void jsonl_reader_free(struct jsonl_reader *r)
{
	lines_free(&r->lines);
}

static enum jsonl_status parse(const char *line, size_t bytes, json_t **message, struct vb_err *err)
{
	json_error_t why;

	*message = json_loadb(line, bytes, JSON_REJECT_DUPLICATES, &why);
	if (json_is_object(*message))
		return JSONL_MESSAGE;
	vb_fail(err, VB_INTERNAL, "a line is not a JSON object (%s): %.*s",
		*message ? "another type" : why.text, QUOTED_BYTES, line);
	json_decref(*message);
	*message = NULL;
	return JSONL_BAD;
}

static enum jsonl_status next_line(struct jsonl_reader *r, json_t **message, struct vb_err *err)
{
	size_t bytes;
	bool cut;
	char *line = lines_next(&r->lines, &bytes, &cut);

	if (!line)
		return JSONL_AGAIN;
	if (!cut)
		return parse(line, bytes, message, err);
	vb_fail(err, VB_INTERNAL, "a line is longer than %u bytes: %.*s", JSONL_MAX_LINE,
		QUOTED_BYTES, line);
	return JSONL_BAD;
}

enum jsonl_status jsonl_read(struct jsonl_reader *r, json_t **message, struct vb_err *err)
{
	enum jsonl_status status;
	ssize_t n;

	*message = NULL;
	for (;;) {
		status = next_line(r, message, err);
		if (status != JSONL_AGAIN)
			return status;
		n = r->ended ? 0 : lines_fill(&r->lines, r->fd);
		if (n == -EINTR)
			continue;
		if (n == -EAGAIN)
			return JSONL_AGAIN;
		if (n <= 0)
			break;
	}
	r->ended = true;
	vb_fail(err, VB_FAILED, "%s", n ? strerror((int)-n) : "closed by the other side");
	return JSONL_END;
}

void jsonl_writer_init(struct jsonl_writer *w, int fd)
{
	set_nonblocking(fd);
	memset(w, 0, sizeof(*w));
	w->fd = fd;
}

void jsonl_writer_free(struct jsonl_writer *w)
{
	free(w->buf);
	memset(w, 0, sizeof(*w));
	w->fd = -1;
}

size_t jsonl_pending(const struct jsonl_writer *w)
{
	return w->end - w->start;
}

static int make_room(struct jsonl_writer *w, size_t bytes)
{
	size_t pending = jsonl_pending(w);
	size_t want = w->cap ? w->cap : 4096;
	char *grown;

	if (w->cap - w->end >= bytes)
		return 0;
	if (pending)
		memmove(w->buf, w->buf + w->start, pending);
	w->start = 0;
	w->end = pending;
	while (want - pending < bytes)
		want *= 2;
	if (want == w->cap)
		return 0;
	grown = realloc(w->buf, want);
	if (!grown)
		return -ENOMEM;
	w->buf = grown;
	w->cap = want;
	return 0;
}

int jsonl_push(struct jsonl_writer *w, json_t *message)
{
	size_t bytes = 0;
	int rc = -EINVAL;

	if (json_is_object(message))
		bytes = json_dumpb(message, NULL, 0, JSON_COMPACT);
	if (bytes)
		rc = bytes > JSONL_MAX_LINE ? -EMSGSIZE : make_room(w, bytes + 1);
	if (!rc) {
		json_dumpb(message, w->buf + w->end, bytes, JSON_COMPACT);
		w->buf[w->end + bytes] = '\n';
		w->end += bytes + 1;
	}
	json_decref(message);
	return rc;
}

/*
 * A socket whose peer is gone must give an error, not a signal; other descriptors know only
 * write(2).
 */
static ssize_t write_some(int fd, const char *buf, size_t bytes)
{
	ssize_t n = send(fd, buf, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);

	return n < 0 && errno == ENOTSOCK ? write(fd, buf, bytes) : n;
}

int jsonl_flush(struct jsonl_writer *w)
{
	while (jsonl_pending(w)) {
		ssize_t n = write_some(w->fd, w->buf + w->start, jsonl_pending(w));

		if (n > 0)
			w->start += (size_t)n;
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n < 0 && errno != EAGAIN)
			return -errno;
		else
			return 1;
	}
	w->start = w->end = 0;
	return 0;
}

int jsonl_drain(struct jsonl_writer *w, unsigned timeout_ms)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;
	struct pollfd fd = {.fd = w->fd, .events = POLLOUT};
	int rc;

	while ((rc = jsonl_flush(w)) == 1) {
		int left = vb_left_ms(deadline);

		if (!left)
			return -ETIMEDOUT;
		poll(&fd, 1, left);
	}
	return rc;
}
