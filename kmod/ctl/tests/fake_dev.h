/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that records every request and plays back answers; vale-ctl runs over it. */
#ifndef FAKE_DEV_H
#define FAKE_DEV_H

#include <net/netmap.h>
#include <net/vale_stats.h>

#include "gen/nmdev.h"

enum { FAKE_CALLS = 16, FAKE_BODY_BYTES = 64, FAKE_TEXT_BYTES = 4096 };

struct fake_call {
	unsigned long cmd;
	struct nmreq_header header; /* as it came */
	unsigned char body[FAKE_BODY_BYTES];
	struct vale_port_stats stats; /* as it came, with NIOCVALESTATS */
};

struct fake_answer {
	int ret;
	const char *name; /* written to the header or the counters, unless NULL */
	unsigned char body[FAKE_BODY_BYTES];
	struct vale_port_stats stats;
};

struct fake {
	int open_ret;
	int opened, closed;
	unsigned calls, answers;
	struct fake_call call[FAKE_CALLS];
	struct fake_answer answer[FAKE_CALLS]; /* beyond the prepared ones: -ENOENT */
	/* what the last run printed and returned */
	char out[FAKE_TEXT_BYTES];
	char err[FAKE_TEXT_BYTES];
	int status;
};

extern struct fake fake;
extern const struct nmdev_ops fake_ops;

void fake_reset(void);
/* Prepares the next answer: its body of at most 64 bytes may be NULL. */
void fake_answer(int ret, const char *name, const void *body, size_t bytes);
void fake_answer_stats(int ret, const struct vale_port_stats *stats);
/* Runs vale-ctl with the words of line (split at spaces) over ops; fills out, err and status. */
void fake_run(const struct nmdev_ops *ops, const char *line);

#endif
