/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINES_CHUNK 4096u

void lines_init(struct lines *l, size_t max_line)
{
	memset(l, 0, sizeof(*l));
	l->max = max_line;
}

void lines_free(struct lines *l)
{
	free(l->buf);
	l->buf = NULL;
	l->cap = l->start = l->end = l->scanned = 0;
}

static void compact(struct lines *l)
{
	if (!l->start)
		return;
	memmove(l->buf, l->buf + l->start, l->end - l->start);
	l->end -= l->start;
	l->scanned -= l->start;
	l->start = 0;
}

/* Room for at least one byte more, and one for the NUL. */
static int make_room(struct lines *l)
{
	size_t want = l->cap ? l->cap * 2 : LINES_CHUNK;
	char *grown;

	compact(l);
	if (l->end + 1 < l->cap)
		return 0;
	grown = realloc(l->buf, want);
	if (!grown)
		return -ENOMEM;
	l->buf = grown;
	l->cap = want;
	return 0;
}

ssize_t lines_fill(struct lines *l, int fd)
{
	ssize_t n;
	int rc = make_room(l);

	if (rc)
		return rc;
	n = read(fd, l->buf + l->end, l->cap - l->end - 1);
	if (n < 0)
		return -errno;
	l->end += (size_t)n;
	return n;
}

static char *hand_out(struct lines *l, size_t length, size_t consumed, size_t *bytes)
{
	char *line = l->buf + l->start;

	if (length && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	l->start += consumed;
	l->scanned = l->start;
	*bytes = length;
	return line;
}

/* Drops the tail of a line that was cut. True once its newline has been passed. */
static bool skip_tail(struct lines *l)
{
	char *newline =
		l->end > l->start ? memchr(l->buf + l->start, '\n', l->end - l->start) : NULL;

	l->start = newline ? (size_t)(newline - l->buf) + 1 : l->end;
	l->scanned = l->start;
	l->skipping = !newline;
	return newline;
}

char *lines_next(struct lines *l, size_t *bytes, bool *cut)
{
	char *newline;
	size_t length;

	*cut = false;
	if (l->skipping && !skip_tail(l))
		return NULL;
	newline =
		l->end > l->scanned ? memchr(l->buf + l->scanned, '\n', l->end - l->scanned) : NULL;
	length = (newline ? (size_t)(newline - l->buf) : l->end) - l->start;
	if (length > l->max) {
		*cut = true;
		l->skipping = true;
		return hand_out(l, l->max, l->max + 1, bytes);
	}
	if (newline)
		return hand_out(l, length, length + 1, bytes);
	l->scanned = l->end;
	return NULL;
}

char *lines_rest(struct lines *l, size_t *bytes)
{
	if (l->skipping || l->end == l->start)
		return NULL;
	return hand_out(l, l->end - l->start, l->end - l->start, bytes);
}
