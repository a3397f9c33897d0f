/* SPDX-License-Identifier: BSD-2-Clause */
#include "busy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

#define LIMIT_MS 15000

/* Each processor has a line of /proc/stat. */
void busy_line(struct busy *b, const char *line)
{
	if (strncmp(line, "cpu", 3) == 0 && isdigit((unsigned char)line[3]))
		b->cpus++;
	else if (!b->up_s)
		(void)!sscanf(line, "%lf %lf", &b->up_s, &b->idle_s);
}

static void on_line(void *ctx, const char *line)
{
	busy_line(ctx, line);
}

int busy_read(struct session *s, struct busy *b, struct vb_err *err)
{
	const struct params none = {0};

	*b = (struct busy){0};
	if (command_run(s, "cat /proc/uptime /proc/stat", &none, LIMIT_MS, on_line, b, err))
		return -1;
	if (!b->cpus || b->up_s <= 0)
		return vb_fail(err, VB_FAILED, "the platform does not say how long it was idle");
	return 0;
}

double busy_between(const struct busy *first, const struct busy *last)
{
	double up_s = last->up_s - first->up_s, busy;

	if (up_s <= 0)
		return 0;
	busy = last->cpus - (last->idle_s - first->idle_s) / up_s;
	return busy > 0 ? busy : 0;
}
