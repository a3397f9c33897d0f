/* SPDX-License-Identifier: BSD-2-Clause */
#include "vale_ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "gen/libnetmap/device.h"

#define DEVICE_PREFIX "netmap:"

int ctl_ask(struct ctl *c, uint16_t type, const char *name, void *body)
{
	struct nmreq_header header = {.nr_version = NETMAP_API, .nr_reqtype = type};

	if (!*name)
		return -EINVAL;
	if (strlen(name) >= sizeof(header.nr_name))
		return -ENAMETOOLONG;
	memcpy(header.nr_name, name, strlen(name));
	header.nr_body = (uintptr_t)body;
	return c->dev->ioctl(c->handle, NIOCCTRL, &header);
}

int ctl_fail(struct ctl *c, const char *action, const char *name, int err)
{
	char text[128];

	fprintf(c->err, "failed to %s %s: %s\n", action, name,
		strerror_r(-err, text, sizeof(text)));
	return 1;
}

int ctl_print_json(struct ctl *c, json_t *object)
{
	int ret = object ? json_dumpf(object, c->out, JSON_COMPACT) : -1;

	json_decref(object);
	if (ret) {
		fprintf(c->err, "failed to print %s as JSON: the name is not UTF-8, or no memory\n",
			c->options.name ? c->options.name : "a port");
		return 1;
	}
	fputc('\n', c->out);
	return 0;
}

int ctl_port_info(struct ctl *c, const char *name, struct nmreq_port_info_get *info)
{
	if (strncmp(name, DEVICE_PREFIX, strlen(DEVICE_PREFIX)) == 0)
		name += strlen(DEVICE_PREFIX);
	return ctl_ask(c, NETMAP_REQ_PORT_INFO_GET, name, info);
}

/* -m: a number, or the name of a port whose region is meant. 0, or 1 after a line on err. */
static int find_region(struct ctl *c)
{
	const char *text = c->options.region;
	const char *rest = text;
	struct nmctx_of context;
	unsigned long number;
	int32_t id;
	char *end;

	if (!text)
		return 0;
	number = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && number <= UINT16_MAX) {
		c->mem_id = (uint16_t)number;
		return 0;
	}
	if (strncmp(text, DEVICE_PREFIX, strlen(DEVICE_PREFIX)) && strncmp(text, "vale", 4)) {
		fprintf(c->err,
			"vale-ctl: -m %s: neither a region (0 to 65535) nor a port name "
			"(netmap:DEV or vale:PORT)\n",
			text);
		return 1;
	}
	nmctx_begin(&context, c->dev, NULL);
	context.ctx.verbose = 0;
	id = nmreq_get_mem_id(&rest, &context.ctx);
	nmctx_end(&context);
	if (id < 0 || *rest)
		return ctl_fail(c, "obtain info for", text, id < 0 ? -errno : -EINVAL);
	c->mem_id = (uint16_t)id;
	return 0;
}

static const struct {
	enum ctl_action action;
	int (*run)(struct ctl *c);
} actions[] = {
	{CTL_LIST_ALL, ctl_list_all}, {CTL_LIST, ctl_list_one}, {CTL_INFO, ctl_info},
	{CTL_STATS, ctl_stats},	      {CTL_ATTACH, ctl_attach}, {CTL_ATTACH_HOST, ctl_attach},
	{CTL_DETACH, ctl_detach},     {CTL_CREATE, ctl_create}, {CTL_REMOVE, ctl_remove},
	{CTL_POLL, ctl_poll},	      {CTL_UNPOLL, ctl_poll},
};

static int run_action(struct ctl *c)
{
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (actions[i].action == c->options.action)
			return find_region(c) || actions[i].run(c);
	return 1;
}

static const char *open_hint(int err)
{
	switch (-err) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return "load the module with: insmod netmap.ko";
	case EACCES:
	case EPERM:
		return "run as root, or give yourself access to the device";
	default:
		return "see the kernel log";
	}
}

static int open_and_run(struct ctl *c)
{
	char text[128];
	int ret = c->dev->open(&c->handle);

	if (ret < 0) {
		fprintf(c->err, "failed to open device %s: %s; %s\n", c->dev->name,
			strerror_r(-ret, text, sizeof(text)), open_hint(ret));
		return 1;
	}
	ret = run_action(c);
	c->dev->close(c->handle);
	return ret;
}

int vale_ctl_main(int argc, char **argv, const struct nmdev_ops *dev, FILE *out, FILE *err)
{
	struct ctl c = {.dev = dev, .out = out, .err = err};
	int ret = 0;

	if (ctl_options_parse(argc, argv, &c.options, err) ||
	    ctl_config_parse(c.options.config, &c.config, err))
		return 1;
	if (c.options.action == CTL_HELP)
		ctl_options_help(out);
	else
		ret = open_and_run(&c);
	if (fflush(out) || ferror(out)) {
		fprintf(err, "failed to write the answer: output closed or disk full\n");
		return 1;
	}
	return ret;
}
