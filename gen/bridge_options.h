/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GEN_BRIDGE_OPTIONS_H
#define GEN_BRIDGE_OPTIONS_H

#include "app.h"

#define BRIDGE_NAME_MAX 512

struct bridge_config {
	const char *port[2];
	unsigned ports; /* given with -i, the ignored ones too */
	unsigned words; /* given without an option letter */
	uint64_t burst; /* packets a ring pair and round */
	uint64_t wait_s;
	bool copy, loop, help, json;
	unsigned verbose;
	char host[BRIDGE_NAME_MAX]; /* holds port[0] where that is the host's side */
};

/* Log lines about values that are out of range go to app. 0, or -1 with err. */
int bridge_options_parse(struct bridge_config *c, int argc, char **argv, const struct app *app,
			 struct vb_err *err);
void bridge_options_usage(FILE *f);

#endif
