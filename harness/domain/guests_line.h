/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's console, read live and told apart into messages, complaints and log. */
#ifndef VB_GUESTS_LINE_H
#define VB_GUESTS_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "excerpt.h"
#include "jsonl.h"
#include "klog.h"
#include "lines.h"

struct guests_line_ops {
	void (*message)(void *context, json_t *message);    /* borrowed */
	void (*complaint)(void *context, const char *text); /* why it is not to be believed */
	void (*log)(void *context, const char *text);
};

struct guests_line {
	int fd;
	struct lines lines;
	struct jsonl_writer out;
	struct klog klog;
	struct excerpt recent;
	const struct guests_line_ops *ops;
	void *context;
	uint64_t heard_ms; /* when the last message came */
	bool spoken;	   /* one has come */
};

/* Makes the terminal raw; the descriptor stays the caller's. */
void guests_line_init(struct guests_line *l, int fd, const struct guests_line_ops *ops,
		      void *context);
void guests_line_free(struct guests_line *l);

/* Queues a message for the guest's agent; it stays the caller's. */
void guests_line_send(struct guests_line *l, json_t *message);
bool guests_line_pending(const struct guests_line *l);

/* Is a complaint being collected, so that serve must be called soon? */
bool guests_line_busy(const struct guests_line *l);

/* Reads and writes what can be now. False when the other side has closed it. */
bool guests_line_serve(struct guests_line *l, uint64_t now_ms);

/* "it ended: the gravest or last line of its console". */
void guests_line_last_words(struct guests_line *l, char *buf, size_t bytes);

#endif
