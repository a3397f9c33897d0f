/* SPDX-License-Identifier: BSD-2-Clause */
#include "bridge_options.h"

#include <string.h>

#define BURST_DEFAULT 1024
#define BURST_MAX     8192
#define WAIT_DEFAULT  4
#define WAIT_MAX      100

static int set_port(void *config, const char *value, struct vb_err *err)
{
	struct bridge_config *c = config;

	(void)err;
	if (c->ports < 2)
		c->port[c->ports] = value;
	c->ports++;
	return 0;
}

static int set_burst(void *config, const char *value, struct vb_err *err)
{
	return app_number("-b", value, UINT32_MAX, &((struct bridge_config *)config)->burst, err);
}

static int set_wait(void *config, const char *value, struct vb_err *err)
{
	return app_number("-w", value, UINT32_MAX, &((struct bridge_config *)config)->wait_s, err);
}

static int set_copy(void *config, const char *value, struct vb_err *err)
{
	((struct bridge_config *)config)->copy = true;
	return 0;
}

static int set_loop(void *config, const char *value, struct vb_err *err)
{
	((struct bridge_config *)config)->loop = true;
	return 0;
}

static int set_verbose(void *config, const char *value, struct vb_err *err)
{
	((struct bridge_config *)config)->verbose++;
	return 0;
}

static int set_json(void *config, const char *value, struct vb_err *err)
{
	((struct bridge_config *)config)->json = true;
	return 0;
}

static int set_help(void *config, const char *value, struct vb_err *err)
{
	((struct bridge_config *)config)->help = true;
	return 0;
}

/* ifa, ifb, burst; they win over the options, wherever they stand. */
static int set_word(void *config, const char *word, struct vb_err *err)
{
	struct bridge_config *c = config;

	switch (c->words++) {
	case 0:
	case 1:
		c->port[c->words - 1] = word;
		if (c->ports < c->words)
			c->ports = c->words;
		return 0;
	case 2:
		return app_number("burst", word, UINT32_MAX, &c->burst, err);
	default:
		return vb_fail(err, VB_USAGE, "stray argument \"%s\" behind ports and burst", word);
	}
}

static const struct app_option table[] = {
	{'i', NULL, "port", "a port to bridge, at most two; one alone: with its own host stack",
	 set_port},
	{'b', NULL, "burst", "packets a ring pair and round, 1 to 8192 (default 1024)", set_burst},
	{'w', NULL, "seconds", "wait before forwarding, up to 100 (default 4)", set_wait},
	{'c', NULL, NULL, "copy packets even where the ports share memory", set_copy},
	{'L', NULL, NULL, "with one port: send back what it receives, instead of to the host",
	 set_loop},
	{'v', NULL, NULL, "say more; twice: about each packet", set_verbose},
	{'h', NULL, NULL, "show this text", set_help},
	{0, "json", NULL, "say on stdout, as JSON lines, when it is ready and what it did",
	 set_json},
};

static const struct app_options options = {
	.usage = "bridge [-h] [-v] [-c] [-L] [--json] [-b burst] [-w seconds] [-i ifa [-i ifb]] "
		 "[ifa [ifb [burst]]]",
	.option = table,
	.count = sizeof(table) / sizeof(table[0]),
	.positional = set_word,
};

void bridge_options_usage(FILE *f)
{
	app_options_usage(&options, f);
}

static void correct(struct bridge_config *c, const struct app *app)
{
	if (c->ports > 2)
		app_log(app, "%u ports given, all but the first two are ignored", c->ports);
	if (c->burst < 1 || c->burst > BURST_MAX) {
		app_log(app, "invalid burst %llu, using %d", (unsigned long long)c->burst,
			BURST_DEFAULT);
		c->burst = BURST_DEFAULT;
	}
	if (c->wait_s > WAIT_MAX) {
		app_log(app, "invalid wait of %llu s, using %d", (unsigned long long)c->wait_s,
			WAIT_DEFAULT);
		c->wait_s = WAIT_DEFAULT;
	}
}

/* One port alone, or twice the same, means a device and its host stack. */
static int choose_sides(struct bridge_config *c, struct vb_err *err)
{
	if (c->port[1] && strcmp(c->port[0], c->port[1]) != 0)
		return 0;
	c->port[1] = c->port[0];
	if (c->loop)
		return 0;
	if (snprintf(c->host, sizeof(c->host), "%s^", c->port[0]) >= (int)sizeof(c->host))
		return vb_fail(err, VB_USAGE, "the port name is longer than %d characters",
			       BRIDGE_NAME_MAX - 2);
	c->port[0] = c->host;
	return 0;
}

int bridge_options_parse(struct bridge_config *c, int argc, char **argv, const struct app *app,
			 struct vb_err *err)
{
	memset(c, 0, sizeof(*c));
	c->burst = BURST_DEFAULT;
	c->wait_s = WAIT_DEFAULT;
	if (app_options_parse(&options, c, argc, argv, err))
		return -1;
	if (c->help)
		return 0;
	if (!c->port[0])
		return vb_fail(err, VB_USAGE, "no port given; usage: %s", options.usage);
	correct(c, app);
	return choose_sides(c, err);
}
