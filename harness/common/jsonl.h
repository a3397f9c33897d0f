/* SPDX-License-Identifier: BSD-2-Clause */
/* One JSON object a line over a descriptor that never blocks. */
#ifndef VB_JSONL_H
#define VB_JSONL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "lines.h"

/* The longest line that either side sends or takes, in bytes. */
#define JSONL_MAX_LINE (2u << 20)

struct jsonl_reader {
	int fd;
	bool ended;
	struct lines lines;
};

enum jsonl_status {
	JSONL_MESSAGE, /* *message is one object, owned by the caller */
	JSONL_AGAIN,   /* nothing whole is there: poll the descriptor */
	JSONL_BAD, /* one line was no JSON object or too long: err says which; reading goes on */
	JSONL_END, /* the other side closed, or the descriptor failed: err says how */
};

/* Makes fd non-blocking and reads from it; the descriptor stays the caller's. */
void jsonl_reader_init(struct jsonl_reader *r, int fd);
void jsonl_reader_free(struct jsonl_reader *r);

/* The next message without waiting. */
enum jsonl_status jsonl_read(struct jsonl_reader *r, json_t **message, struct vb_err *err);

struct jsonl_writer {
	int fd;
	char *buf;
	size_t cap;
	size_t start; /* first byte not yet written */
	size_t end;
};

/* Makes fd non-blocking and writes to it; the descriptor stays the caller's. */
void jsonl_writer_init(struct jsonl_writer *w, int fd);
void jsonl_writer_free(struct jsonl_writer *w);

/*
 * Queues one message and lets go of it, also on failure. Returns 0, -EINVAL (NULL or no object),
 * -EMSGSIZE or -ENOMEM.
 */
int jsonl_push(struct jsonl_writer *w, json_t *message);

/* Bytes queued and not yet written. */
size_t jsonl_pending(const struct jsonl_writer *w);

/*
 * Writes what the descriptor takes now. Returns 0 when nothing is left, 1 when something is, or
 * -errno.
 */
int jsonl_flush(struct jsonl_writer *w);

/* Writes everything, waiting at most timeout_ms. Returns 0, -ETIMEDOUT or -errno. */
int jsonl_drain(struct jsonl_writer *w, unsigned timeout_ms);

#endif
