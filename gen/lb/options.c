/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <string.h>

#define BATCH_DEFAULT 2048
#define WAIT_DEFAULT  2
#define PIPES_DEFAULT 2
#define WAIT_MAX      3600
#define EXTRA_MAX     524288 /* what a port can be given */

static int set_input(void *config, const char *value, struct vb_err *err)
{
	struct lb_config *c = config;
	bool plain = strncmp(value, "netmap:", 7) != 0 && strncmp(value, "vale", 4) != 0;

	if (snprintf(c->input, sizeof(c->input), "%s%s", plain ? "netmap:" : "", value) >=
	    (int)sizeof(c->input))
		return vb_fail(err, VB_USAGE, "-i: the port name is longer than %d characters",
			       LB_NAME_MAX - 1);
	return 0;
}

/* "[name:]n"; the name may hold a colon itself. */
static int set_group(void *config, const char *value, struct vb_err *err)
{
	struct lb_config *c = config;
	const char *colon = strrchr(value, ':');
	struct lb_group_config *g = &c->group[c->groups];
	size_t n = colon ? (size_t)(colon - value) : 0;
	uint64_t pipes;

	if (c->groups == LB_MAX_GROUPS)
		return vb_fail(err, VB_USAGE, "-p: more than %d groups", LB_MAX_GROUPS);
	if (app_number("-p", colon ? colon + 1 : value, LB_MAX_PIPES, &pipes, err))
		return -1;
	if (pipes == 0 || n >= sizeof(g->name))
		return vb_fail(err, VB_USAGE, "-p: \"%s\" is no [name:]n with n from 1 to %d",
			       value, LB_MAX_PIPES);
	memcpy(g->name, value, n);
	g->name[n] = '\0';
	g->pipes = (unsigned)pipes;
	c->groups++;
	return 0;
}

static int set_extra(void *config, const char *value, struct vb_err *err)
{
	return app_number("-B", value, EXTRA_MAX, &((struct lb_config *)config)->extra_bufs, err);
}

static int set_batch(void *config, const char *value, struct vb_err *err)
{
	uint64_t *batch = &((struct lb_config *)config)->batch;

	if (app_number("-b", value, UINT32_MAX, batch, err))
		return -1;
	return *batch ? 0 : vb_fail(err, VB_USAGE, "-b: a batch has at least 1 packet");
}

static int set_wait(void *config, const char *value, struct vb_err *err)
{
	return app_number("-w", value, WAIT_MAX, &((struct lb_config *)config)->wait_s, err);
}

static int set_stdout(void *config, const char *value, struct vb_err *err)
{
	return app_number("-o", value, WAIT_MAX, &((struct lb_config *)config)->stdout_s, err);
}

static int set_syslog(void *config, const char *value, struct vb_err *err)
{
	return app_number("-s", value, WAIT_MAX, &((struct lb_config *)config)->syslog_s, err);
}

static int set_busy(void *config, const char *value, struct vb_err *err)
{
	((struct lb_config *)config)->busy = true;
	return 0;
}

static int set_help(void *config, const char *value, struct vb_err *err)
{
	((struct lb_config *)config)->help = true;
	return 0;
}

static const struct app_option table[] = {
	{'i', NULL, "port", "the input", set_input},
	{'p', NULL, "[name:]n",
	 "a group of n pipes; again: one more, in sequence (default: one of 2)", set_group},
	{'B', NULL, "buffers", "for overflow queues (default 0: full pipes drop)", set_extra},
	{'b', NULL, "packets", "between two syncs of the input (default 2048)", set_batch},
	{'w', NULL, "seconds", "wait before forwarding (default 2)", set_wait},
	{'W', NULL, NULL, "busy wait: look at every pipe all the time", set_busy},
	{'o', NULL, "seconds", "between statistics on stdout (default 0: none)", set_stdout},
	{'s', NULL, "seconds", "between statistics to syslog (default 0: none)", set_syslog},
	{'h', NULL, NULL, "show this text", set_help},
};

static const struct app_options options = {
	.usage = "lb -i port [-p [name:]n]... [-B buffers] [-b packets] [-w seconds] [-W] "
		 "[-o seconds] [-s seconds] [-h]",
	.option = table,
	.count = sizeof(table) / sizeof(table[0]),
};

void lb_options_usage(FILE *f)
{
	app_options_usage(&options, f);
}

int lb_options_parse(struct lb_config *c, int argc, char **argv, struct vb_err *err)
{
	unsigned total = 0, i;

	memset(c, 0, sizeof(*c));
	c->batch = BATCH_DEFAULT;
	c->wait_s = WAIT_DEFAULT;
	if (app_options_parse(&options, c, argc, argv, err))
		return -1;
	if (c->help)
		return 0;
	if (!c->input[0])
		return vb_fail(err, VB_USAGE, "no input given; usage: %s", options.usage);
	if (!c->groups)
		c->group[c->groups++].pipes = PIPES_DEFAULT;
	for (i = 0; i < c->groups; i++)
		total += c->group[i].pipes;
	if (total > LB_MAX_PIPES)
		return vb_fail(err, VB_USAGE, "-p: %u pipes in all, but %d is the limit", total,
			       LB_MAX_PIPES);
	return 0;
}
