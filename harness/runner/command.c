/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include <stdio.h>

#include "template.h"

/* The agent's own limit comes first, so that a stuck command is killed where it runs. */
#define AGENT_MARGIN_MS 5000

struct listener {
	void (*line)(void *ctx, const char *line);
	void *ctx;
};

static void on_line(struct job *job, bool is_stderr, const char *line)
{
	const struct listener *l = job->ctx;

	if (!is_stderr && l->line)
		l->line(l->ctx, line);
}

static bool has_exited(void *ctx)
{
	return ((const struct job *)ctx)->exited;
}

int command_run(struct session *s, const char *command, const struct params *vars,
		unsigned limit_ms, void (*line)(void *ctx, const char *line), void *ctx,
		struct vb_err *err)
{
	struct listener l = {line, ctx};
	struct job job = {.name = command, .line = on_line, .ctx = &l};
	json_t *argv = template_argv(command, vars, err);
	char what[160];
	int rc;

	if (!argv)
		return -1;
	snprintf(what, sizeof(what), "'%.120s' to end", command);
	rc = session_run(s, &job, argv, -1, limit_ms, err);
	json_decref(argv);
	if (rc == 0)
		rc = session_until(s, has_exited, &job, limit_ms + AGENT_MARGIN_MS, what, err);
	session_forget(s, &job);
	return rc ? rc : job_verdict(&job, err);
}
