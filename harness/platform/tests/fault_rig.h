/* SPDX-License-Identifier: BSD-2-Clause */
/* One started platform under test, and what is expected of it within limits. */
#ifndef VB_FAULT_RIG_H
#define VB_FAULT_RIG_H

#include <stdbool.h>
#include <sys/types.h>

#include "platform.h"

#define RIG_LIMIT_MS   20000 /* for whatever is waited for */
#define RIG_SILENCE_MS 4000

struct rig {
	const struct platform_ops *ops;
	struct platform *p;
	char dir[64];		     /* logs */
	struct platform_event event; /* the last */
};

/* A configuration of two processors and 256 MiB under TCG, logs in a new folder. */
struct platform_config rig_config(struct rig *r, const struct platform_ops *ops);

/* Starts it; a failure ends the test. rig_close stops it, within a limit, and removes its logs. */
void rig_open(struct rig *r, const struct platform_ops *ops);
void rig_close(struct rig *r);

/* Runs `sh -c script` as program id. */
void rig_shell(struct rig *r, int id, unsigned timeout_ms, const char *script);
void rig_send(struct rig *r, json_t *message);

/* Waits for an event of this name, or for any; it stays in r->event.json. */
void rig_expect(struct rig *r, const char *name);
void rig_expect_any(struct rig *r);

/* Waits for the exit of a program. */
void rig_expect_exit(struct rig *r, int id, int status, bool timed_out);

/*
 * Waits for the platform's death, whose text must hold the words; returns how long that took, in
 * ms.
 */
unsigned rig_expect_death(struct rig *r, const char *words);

/* The text of a key of the last event, "" if it has none. */
const char *rig_text(const struct rig *r, const char *key);

/*
 * The first child of a process whose command line holds the words, waiting for it; 0 at the limit.
 */
pid_t rig_child_of(pid_t parent, const char *words);

/* Has the process gone, at the latest after a limit? */
bool rig_gone(pid_t pid);

#endif
