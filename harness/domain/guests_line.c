/* SPDX-License-Identifier: BSD-2-Clause */
#include "guests_line.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "console.h"
#include "utf8.h"

#define READS_PER_TURN 16

/* A long trace must not push the line out that says what it is a trace of. */
static int gravity(const char *line)
{
	return klog_classify(line);
}

void guests_line_init(struct guests_line *l, int fd, const struct guests_line_ops *ops,
		      void *context)
{
	struct termios t;

	memset(l, 0, sizeof(*l));
	l->fd = fd;
	l->ops = ops;
	l->context = context;
	lines_init(&l->lines, JSONL_MAX_LINE);
	jsonl_writer_init(&l->out, fd);
	klog_init(&l->klog);
	excerpt_clear(&l->recent, gravity);
	if (tcgetattr(fd, &t))
		return;
	cfmakeraw(&t);
	tcsetattr(fd, TCSANOW, &t);
}

void guests_line_free(struct guests_line *l)
{
	lines_free(&l->lines);
	jsonl_writer_free(&l->out);
}

void guests_line_send(struct guests_line *l, json_t *message)
{
	jsonl_push(&l->out, json_incref(message));
}

bool guests_line_pending(const struct guests_line *l)
{
	return jsonl_pending(&l->out);
}

bool guests_line_busy(const struct guests_line *l)
{
	return klog_busy(&l->klog);
}

static void complain(struct guests_line *l, const struct klog_report *report)
{
	char text[400];

	console_complaint(report->kind, report->text, text, sizeof(text));
	l->ops->complaint(l->context, text);
}

static void keep(struct guests_line *l, const char *text, uint64_t now_ms)
{
	static struct klog_report report;

	excerpt_add(&l->recent, text);
	if (klog_line(&l->klog, text, now_ms, &report))
		complain(l, &report);
	l->ops->log(l->context, text);
}

static void take(struct guests_line *l, char *line, size_t bytes, uint64_t now_ms)
{
	const char *text;
	json_t *message;
	enum console_kind kind;

	vb_utf8_clean(line, bytes);
	kind = console_part(line, &text, &message);
	if (text[0])
		keep(l, text, now_ms);
	if (kind == CONSOLE_GARBLED && l->spoken)
		l->ops->complaint(l->context, "somebody wrote into a line of its agent");
	if (kind != CONSOLE_MESSAGE)
		return;
	l->spoken = true;
	l->heard_ms = now_ms;
	l->ops->message(l->context, message);
	json_decref(message);
}

bool guests_line_serve(struct guests_line *l, uint64_t now_ms)
{
	static struct klog_report report;
	bool open = true, cut;
	size_t bytes;
	char *line;

	for (int i = 0; i < READS_PER_TURN; i++) {
		ssize_t n = lines_fill(&l->lines, l->fd);

		while ((line = lines_next(&l->lines, &bytes, &cut)))
			take(l, line, bytes, now_ms);
		if (n == -EAGAIN || n == -EINTR)
			break;
		open = n > 0;
		if (!open)
			break;
	}
	if (klog_settle(&l->klog, now_ms, !open, &report))
		complain(l, &report);
	jsonl_flush(&l->out);
	return open;
}

void guests_line_last_words(struct guests_line *l, char *buf, size_t bytes)
{
	char text[EXCERPT_LINE_BYTES * 2];
	const char *line = l->recent.told_rank > 0 ? l->recent.told : NULL;
	size_t length;

	if (!line) {
		excerpt_text(&l->recent, text, sizeof(text));
		length = strlen(text);
		if (length)
			text[length - 1] = '\0';
		line = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
	}
	snprintf(buf, bytes, "it ended by itself%s%s", line[0] ? "; the last it said: " : "", line);
}
