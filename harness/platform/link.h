/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runner's end of the line to an agent: messages both ways, a copy of each event on disk, and
 * the clock of silence.
 */
#ifndef VB_LINK_H
#define VB_LINK_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "jsonl.h"

struct link {
	int fd;
	struct jsonl_reader in;
	struct jsonl_writer out;
	FILE *log;
	char log_path[256];
	uint64_t heard_ms;   /* when the last line came */
	unsigned silence_ms; /* 0: any silence is allowed */
};

enum link_status {
	LINK_EVENT,   /* *event is one message, owned by the caller */
	LINK_NOTHING, /* none is there now */
	LINK_SILENT,  /* none is there, and none came for silence_ms */
	LINK_CLOSED,  /* the other side is gone; every line that it sent has been handed out */
	LINK_BROKEN, /* it sent what is no message, or the copy cannot be written: err says which */
};

/* Takes fd over and appends events to the file log_path. Returns 0, or -1 with err. */
int link_open(struct link *l, int fd, const char *log_path, struct vb_err *err);
void link_close(struct link *l);

/* From now on, silence of more than silence_ms is reported. */
void link_mind_silence(struct link *l, unsigned silence_ms);

/* The next event, without waiting. */
enum link_status link_next(struct link *l, json_t **event, struct vb_err *err);

/*
 * Sends one message, waiting a few seconds at most for an agent that does not read. message stays
 * the caller's.
 */
int link_send(struct link *l, json_t *message, struct vb_err *err);

#endif
