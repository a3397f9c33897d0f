/* SPDX-License-Identifier: BSD-2-Clause */
/* Getting a run ready: ports, frames, files. */
#ifndef PG_SETUP_H
#define PG_SETUP_H

#include "engine.h"

/* Log lines about what the command line asked for. */
void setup_say_choices(const struct engine *eng);

/* Opens the port once for each thread and prepares what the threads send. Returns 0, or -1 with
 * err. */
int setup_workers(struct engine *eng, struct vb_err *err);

/* Sends one frame from the source address to itself; of several ports, each from the next address.
 * Returns 0, or -1 with err. */
int setup_announce(struct engine *eng, struct vb_err *err);

/* Pins the calling thread as -a asks. */
void setup_pin(const struct worker *w);

/* Releases all that setup_workers made, also after it failed. */
void setup_undo(struct engine *eng);

#endif
