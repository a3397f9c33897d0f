/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all platforms have in common: one process of ours, an agent that it carries, and how either
 * is found dead.
 */
#ifndef VB_PLACE_H
#define VB_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "klog.h"
#include "link.h"
#include "platform.h"

struct place {
	pid_t pid;
	int pidfd;
	bool exited;
	int exit_status; /* of wait(2), once exited */
	struct link link;
	char log_path[256]; /* console or standard error: where the excerpt comes from */
	off_t log_start;    /* the file may hold the lines of earlier ones */
	bool interrupted;   /* the last wait was ended by a signal */
	bool dead;
	enum vb_exit dead_code;
	char dead_text[4096];
	/* One sentence on why it ended, or why it may be silent. */
	void (*why)(struct place *place, bool silent, char *buf, size_t bytes);
};

/*
 * Prepares place for the excerpt file log_dir/log_name; makes log_dir. Returns 0, or -1 with err.
 */
int place_init(struct place *place, const struct platform_config *cfg, const char *log_name,
	       struct vb_err *err);

/* Takes over the process and its agent's socket. */
int place_attach(struct place *place, pid_t pid, int fd, const struct platform_config *cfg,
		 struct vb_err *err);

/*
 * Waits for the agent's hello, or until a signal handler has run (VB_INTERRUPTED); the clock of
 * silence starts with it. *hello is owned by the caller.
 */
int place_wait_hello(struct place *place, const struct platform_config *cfg, json_t **hello,
		     struct vb_err *err);

/*
 * platform_ops as they are, for every platform: each struct platform begins with its struct place.
 */
int place_op_exec(struct platform *p, json_t *message, struct vb_err *err);
int place_op_collect(struct platform *p, struct platform_event *event, unsigned timeout_ms,
		     struct vb_err *err);
void place_op_excerpt(struct platform *p, char *buf, size_t bytes);

/* The next event, waiting at most timeout_ms; as platform_ops.collect. */
int place_collect(struct place *place, struct platform_event *event, unsigned timeout_ms,
		  struct vb_err *err);

/* The gravest and the last lines of its log. */
void place_excerpt(struct place *place, char *buf, size_t bytes);

/* The gravest line of that log, copied to line; KLOG_NONE when nothing in it is grave. */
enum klog_kind place_verdict(struct place *place, char *line, size_t bytes);

/* Asks the agent to power off and waits at most grace_ms. True when the process has ended. */
bool place_leave(struct place *place, unsigned grace_ms);

/* Kills what is left of it, and frees everything but place itself. */
void place_free(struct place *place);

#endif
