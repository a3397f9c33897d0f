/* SPDX-License-Identifier: BSD-2-Clause */
/* A place that is a process of this machine, spoken to over a socket on its descriptor 3. */
#ifndef VB_LOCAL_H
#define VB_LOCAL_H

#include "place.h"

#define LOCAL_PATH_BYTES 512

/* The path of an agent ("vb-agent-native") in the build folder. 0, or -1 with err. */
int local_agent(const struct platform_config *cfg, const char *name, char path[LOCAL_PATH_BYTES],
		struct vb_err *err);

/*
 * Starts argv with the agent's socket on its descriptor 3 and both outputs appended to
 * the place's log, and takes it over, once place is initialised. 0, or -1 with err.
 */
int local_start(struct place *place, const struct platform_config *cfg, char *const *argv,
		struct vb_err *err);

/* The same with an agent of the build folder. 0, or -1 with err. */
int local_launch(struct place *place, const struct platform_config *cfg, const char *name,
		 struct vb_err *err);

/* What is known of a platform whose kernel is this machine's own; why: the reason for no
 * accelerator. */
void local_facts(struct platform_facts *facts, const char *why);

#endif
