/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LB_OPTIONS_H
#define LB_OPTIONS_H

#include "app.h"

#define LB_MAX_GROUPS 16
#define LB_MAX_PIPES  512
#define LB_NAME_MAX   128

struct lb_group_config {
	char name[LB_NAME_MAX]; /* of the pipes' parent; empty: the input's */
	unsigned pipes;
};

struct lb_config {
	char input[LB_NAME_MAX];
	struct lb_group_config group[LB_MAX_GROUPS];
	unsigned groups;
	uint64_t extra_bufs, batch, wait_s;
	uint64_t stdout_s, syslog_s; /* between two statistics; 0: none */
	bool busy, help;
};

int lb_options_parse(struct lb_config *c, int argc, char **argv, struct vb_err *err);
void lb_options_usage(FILE *f);

#endif
