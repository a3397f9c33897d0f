/* SPDX-License-Identifier: BSD-2-Clause */
/* A command that runs to its end beside whatever else runs in the session. */
#ifndef VB_COMMAND_H
#define VB_COMMAND_H

#include "params.h"
#include "session.h"

/*
 * Runs the template and waits at most limit_ms. line (may be NULL) gets each line of its standard
 * output. -1 when it cannot be run, exits with another status than 0, or the session fails; err
 * names the command.
 */
int command_run(struct session *s, const char *command, const struct params *vars,
		unsigned limit_ms, void (*line)(void *ctx, const char *line), void *ctx,
		struct vb_err *err);

#endif
