/* SPDX-License-Identifier: BSD-2-Clause */
/* How busy the platform's processors are, from its /proc/uptime. */
#ifndef VB_BUSY_H
#define VB_BUSY_H

#include "session.h"

struct busy {
	double up_s;   /* since its start */
	double idle_s; /* of all its processors together */
	unsigned cpus;
};

/* Takes in a line of /proc/uptime, which comes first, or of /proc/stat. */
void busy_line(struct busy *b, const char *line);
int busy_read(struct session *s, struct busy *b, struct vb_err *err);

/* Processors that were busy between two readings, on average: 0 to all of them. */
double busy_between(const struct busy *first, const struct busy *last);

#endif
