/* SPDX-License-Identifier: BSD-2-Clause */
/* Cuts the bytes that arrive on a descriptor into lines, with a bound on what is kept. */
#ifndef VB_LINES_H
#define VB_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct lines {
	char *buf;
	size_t max;	/* longest line kept, bytes without the newline */
	size_t cap;	/* bytes allocated */
	size_t start;	/* first byte not yet handed out */
	size_t end;	/* one past the last byte read */
	size_t scanned; /* no newline lies in [start, scanned) */
	bool skipping;	/* the rest of a line that was too long is being dropped */
};

/* Prepares for lines of up to max_line bytes; memory grows with need only. */
void lines_init(struct lines *l, size_t max_line);
void lines_free(struct lines *l);

/* One read(2). Returns the bytes read, 0 at the end, or -errno (-EAGAIN: nothing there now). */
ssize_t lines_fill(struct lines *l, int fd);

/*
 * The next whole line, NUL-terminated and without its newline (and carriage return), valid until
 * the next call on l; NULL if there is none yet. *bytes is its length. *cut says that it was longer
 * than the bound: the beginning is given.
 */
char *lines_next(struct lines *l, size_t *bytes, bool *cut);

/* At the end of input: what came after the last newline, or NULL. */
char *lines_rest(struct lines *l, size_t *bytes);

#endif
