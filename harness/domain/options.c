/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "patience.h"

#define BOOT_MS	   90000
#define SILENCE_MS 30000

#define KERNEL_VARIABLE	 "VB_DOMAIN_KERNEL"
#define RAMDISK_VARIABLE "VB_DOMAIN_RAMDISK"
#define USUAL_KERNEL	 "/guests/vmlinux"
#define USUAL_RAMDISK	 "/guests/initramfs.cpio"

/* Kernel and agent share the console: from the start script on the kernel is silent there, but for
 * its last words, and the agent reads its log. */
#define LINUX_COMMAND_LINE                                                                         \
	"console=hvc0 loglevel=5 random.trust_cpu=on vb.port=hvc0 "                                \
	"vb.start=/etc/valebench/start-domain"

enum {
	OPT_TYPE = 't',
	OPT_MEMORY = 'm',
	OPT_VCPUS = 'v',
	OPT_CPUS = 'c',
	OPT_WEIGHT = 'w',
	OPT_CAP = 1,
	OPT_TSC,
	OPT_VIF = 'i',
	OPT_KERNEL = 'k',
	OPT_RAMDISK = 'r',
	OPT_EXTRA = 'x',
	OPT_BARE = 'b',
	OPT_AWAIT = 'a',
	OPT_LIMIT = 'l',
	OPT_SILENCE = 's',
};

static const struct argp_option option_table[] = {
	{"type", OPT_TYPE, "TYPE", 0, "pv (default) or pvh", 0},
	{"memory", OPT_MEMORY, "MIB", 0, "its memory (default 160)", 0},
	{"vcpus", OPT_VCPUS, "N", 0, "its processors (default 1)", 0},
	{"cpus", OPT_CPUS, "LIST", 0, "physical processors that it may run on, as xl takes them",
	 0},
	{"weight", OPT_WEIGHT, "N", 0, "weight for the scheduler, 1..65535", 0},
	{"cap", OPT_CAP, "PERCENT", 0, "of one processor that it may use at most", 0},
	{"tsc", OPT_TSC, "MODE", 0, "how it reads the clock, as xl's tsc_mode", 0},
	{"vif", OPT_VIF, "SPEC", 0, "a network interface as xl takes it; may be repeated", 0},
	{"kernel", OPT_KERNEL, "PATH", 0, "another kernel", 0},
	{"ramdisk", OPT_RAMDISK, "PATH", 0, "another initramfs", 0},
	{"extra", OPT_EXTRA, "TEXT", 0, "more words for the kernel's command line", 0},
	{"bare", OPT_BARE, NULL, 0, "it is no Linux with our agent: only its console is kept", 0},
	{"await", OPT_AWAIT, "TEXT", 0, "a bare one is ready when its console says this", 0},
	{"limit", OPT_LIMIT, "SECONDS", 0, "until it must be ready (default 90)", 0},
	{"silence", OPT_SILENCE, "SECONDS", 0,
	 "that its agent may say nothing (default 30); 0: for ever, as one that is saved says "
	 "nothing",
	 0},
	{0},
};

unsigned domain_options_number(struct argp_state *state, const char *what, const char *arg,
			       unsigned long low, unsigned long high)
{
	char *end;
	unsigned long value = strtoul(arg, &end, 10);

	if (end == arg || *end || value < low || value > high)
		argp_error(state, "--%s must be a number in %lu..%lu, not '%s'", what, low, high,
			   arg);
	return (unsigned)value;
}

static void set_type(struct domain_config *c, const char *arg, struct argp_state *state)
{
	struct vb_err err;

	if (domain_type_parse(arg, &c->type, &err))
		argp_error(state, "%s", err.text);
}

static void add_vif(struct domain_config *c, const char *arg, struct argp_state *state)
{
	if (c->n_vifs == DOMAIN_VIFS_MAX)
		argp_error(state, "a domain has at most %d interfaces", DOMAIN_VIFS_MAX);
	else
		c->vifs[c->n_vifs++] = arg;
}

/* True when key was one of the numbers. */
static bool set_number(struct domain_options *o, int key, const char *arg, struct argp_state *state)
{
	const struct {
		int key;
		const char *name;
		unsigned *value;
		unsigned low, high;
	} numbers[] = {
		{OPT_MEMORY, "memory", &o->config.memory_mib, 4, 1u << 20},
		{OPT_VCPUS, "vcpus", &o->config.vcpus, 1, 64},
		{OPT_WEIGHT, "weight", &o->config.weight, 1, 65535},
		{OPT_CAP, "cap", &o->config.cap, 0, 6400},
		{OPT_LIMIT, "limit", &o->life.boot_ms, 1, 3600},
		{OPT_SILENCE, "silence", &o->life.silence_ms, 0, 3600},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].key != key)
			continue;
		*numbers[i].value = domain_options_number(state, numbers[i].name, arg,
							  numbers[i].low, numbers[i].high);
		if (key == OPT_LIMIT || key == OPT_SILENCE)
			*numbers[i].value *= 1000;
		return true;
	}
	return false;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct domain_options *o = state->input;
	const struct {
		int key;
		const char **value;
	} texts[] = {{OPT_CPUS, &o->config.cpus}, {OPT_TSC, &o->config.tsc},
		     {OPT_KERNEL, &o->kernel},	  {OPT_RAMDISK, &o->ramdisk},
		     {OPT_EXTRA, &o->more},	  {OPT_AWAIT, &o->life.awaited}};

	if (set_number(o, key, arg, state))
		return 0;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].key == key) {
			*texts[i].value = arg;
			return 0;
		}
	switch (key) {
	case OPT_TYPE:
		set_type(&o->config, arg, state);
		return 0;
	case OPT_VIF:
		add_vif(&o->config, arg, state);
		return 0;
	case OPT_BARE:
		o->config.bare = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp domain_options_argp = {.options = option_table, .parser = parse_option};

void domain_options_init(struct domain_options *o)
{
	*o = (struct domain_options){
		.config = {.memory_mib = 160, .vcpus = 1},
		.life = {.boot_ms = patient(BOOT_MS), .silence_ms = patient(SILENCE_MS)},
	};
}

static const char *choose(const char *given, const char *variable, const char *usual)
{
	const char *set = getenv(variable);

	if (given)
		return given;
	return set && set[0] ? set : usual;
}

static int check_file(const char *path, struct vb_err *err)
{
	if (!path || access(path, R_OK) == 0)
		return 0;
	return vb_fail(err, VB_MISSING, "the domain's %s cannot be read: %s", path,
		       strerror(errno));
}

int domain_options_finish(struct domain_options *o, struct vb_err *err)
{
	struct domain_config *c = &o->config;
	int n;

	if (c->bare && !o->kernel)
		return vb_fail(err, VB_USAGE,
			       "a bare domain needs a kernel; name it with --kernel");
	c->kernel = choose(o->kernel, KERNEL_VARIABLE, USUAL_KERNEL);
	c->ramdisk = o->ramdisk;
	if (!c->bare)
		c->ramdisk = choose(o->ramdisk, RAMDISK_VARIABLE, USUAL_RAMDISK);
	n = snprintf(c->extra, sizeof(c->extra), "%s%s%s", c->bare ? "" : LINUX_COMMAND_LINE,
		     !c->bare && o->more ? " " : "", o->more ? o->more : "");
	if (n >= (int)sizeof(c->extra))
		return vb_fail(err, VB_USAGE, "the kernel's command line is longer than %zu",
			       sizeof(c->extra) - 1);
	if (check_file(c->kernel, err))
		return -1;
	return check_file(c->ramdisk, err);
}
