/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's control protocol (QMP) over a connected socket: one command at a time, events remembered.
 */
#ifndef VB_QMP_H
#define VB_QMP_H

#include <jansson.h>

#include "err.h"
#include "jsonl.h"

struct qmp {
	int fd;
	struct jsonl_reader in;
	struct jsonl_writer out;
	json_int_t last_id;
	char version[32];	  /* of QEMU, "7.2.22" */
	char shutdown_reason[32]; /* of the last SHUTDOWN event: "guest-shutdown", "guest-reset",
				     "host-qmp-quit", ...; or "" */
};

/*
 * Takes fd over, reads the greeting and enters command mode. Returns 0, or -1 with err; close it in
 * either case.
 */
int qmp_open(struct qmp *q, int fd, unsigned timeout_ms, struct vb_err *err);
void qmp_close(struct qmp *q);

/*
 * Runs one command; arguments may be NULL and are let go of. *result (if asked for) is what it
 * returned, owned by the caller. Returns 0, or -1 with err: QEMU's refusal, no answer within
 * timeout_ms, or QEMU is gone.
 */
int qmp_execute(struct qmp *q, const char *command, json_t *arguments, json_t **result,
		unsigned timeout_ms, struct vb_err *err);

/* Takes the events that have come meanwhile, without waiting. */
void qmp_drain(struct qmp *q);

#endif
