/* SPDX-License-Identifier: BSD-2-Clause */
/* The last lines of a log, for the one who has to find out why something died. */
#ifndef VB_EXCERPT_H
#define VB_EXCERPT_H

#include <stddef.h>
#include <sys/types.h>

#define EXCERPT_LINES	   40
#define EXCERPT_LINE_BYTES 200

/* How much a line tells: above 0 for one that must not be lost to the lines that follow it. */
typedef int excerpt_rank(const char *line);

struct excerpt {
	char line[EXCERPT_LINES][EXCERPT_LINE_BYTES];
	size_t count;	    /* lines ever added */
	excerpt_rank *rank; /* NULL: all are equal */
	int told_rank;	    /* of the most telling line, the first of equals */
	size_t told_at;
	char told[EXCERPT_LINE_BYTES];
};

void excerpt_clear(struct excerpt *e, excerpt_rank *rank);

/* Keeps the beginning of the line; the oldest of EXCERPT_LINES is forgotten. */
void excerpt_add(struct excerpt *e, const char *line);

/*
 * The newest lines that fit into buf of `bytes`, oldest first, each ended by a newline; always
 * NUL-terminated. The most telling line leads, followed by "...", when it is not among them.
 */
void excerpt_text(const struct excerpt *e, char *buf, size_t bytes);

/*
 * The same of a file's end, as far as it lies behind byte `from`; bytes that are no UTF-8 become
 * '?'. A file that cannot be read gives the empty text.
 */
void excerpt_of_file(const char *path, off_t from, excerpt_rank *rank, char *buf, size_t bytes);

#endif
