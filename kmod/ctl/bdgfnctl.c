/* SPDX-License-Identifier: BSD-2-Clause */
#include "bdgfnctl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bdgfn_key.h"

#define PORT_MAX    65535
#define COUNT_MAX   2000000
#define NAME_FORMAT "vale%s"

struct job {
	const struct bdgfn_options *options;
	struct bdgfn bdgfn;
	char name[VALE_MODCTL_NAME_BYTES]; /* of the switch */
	FILE *out;
	FILE *err;
};

/* What an errno means to someone who asked a module about a switch. */
static void print_reason(const struct job *j, int error)
{
	const char *module = j->options->module, *name = j->name;
	char text[128];

	switch (-error) {
	case EINVAL:
		fprintf(j->err, "module %s is not loaded; load it with: insmod %s.ko\n", module,
			module);
		break;
	case ENODEV:
		fprintf(j->err, "there is no switch %s; open a port of it first\n", name);
		break;
	case ENXIO:
		fprintf(j->err, "%s is not run by %s; say first: bdgfnctl %s regfn --bridge=%s\n",
			name, module, module, name + strlen("vale"));
		break;
	case EOPNOTSUPP:
		fprintf(j->err, "module %s has no table of such addresses\n", module);
		break;
	case EACCES:
		fprintf(j->err, "switch %s belongs to a kernel module alone\n", name);
		break;
	case ENOENT:
		fprintf(j->err, "there is no such entry\n");
		break;
	default:
		fprintf(j->err, "%s\n", strerror_r(-error, text, sizeof(text)));
	}
}

static int fail(const struct job *j, int error)
{
	fprintf(j->err, "bdgfnctl: [error] %s %s: ", j->options->module, j->options->command);
	print_reason(j, error);
	return 1;
}

/* A number that an option must give, or may: then fallback is not NULL. 0, or 1 after a line. */
static int number(const struct job *j, enum bdgfn_option option, uint32_t max,
		  const uint32_t *fallback, uint32_t *out)
{
	const char *text = j->options->value[option];

	if (text)
		return bdgfn_number(text, option, max, out, j->err) ? 1 : 0;
	if (!fallback) {
		fprintf(j->err, "bdgfnctl: [error] %s needs %s\n", j->options->command,
			bdgfn_option_word(option));
		return 1;
	}
	*out = *fallback;
	return 0;
}

static int run_regfn(struct job *j)
{
	static const uint32_t drop = VALE_MODCTL_PORT_DROP;
	uint32_t port;
	int error;

	if (number(j, OPT_PORT, PORT_MAX, &drop, &port))
		return 1;
	error = bdgfnreg(&j->bdgfn, j->name, port);
	if (error)
		return fail(j, error);
	fprintf(j->out, "%s: register %s bdg_port %u\n", j->options->module, j->name, port);
	return 0;
}

static int run_unregfn(struct job *j)
{
	int error = bdgfnunreg(&j->bdgfn, j->name);

	if (error)
		return fail(j, error);
	fprintf(j->out, "%s: unregister %s\n", j->options->module, j->name);
	return 0;
}

static void print_entry(const struct job *j, const char *head, const struct bdgfn_key *key)
{
	char text[BDGFN_KEY_TEXT];

	bdgfn_key_text(key, text);
	if (key->kind == VALE_KEY_IP4)
		fprintf(j->out, "[%s] %s %8s", head, text, "->");
	else
		fprintf(j->out, "[%s] %s ->", head, text);
}

static int run_addif(struct job *j)
{
	static const uint32_t one = 1;
	struct bdgfn_key key, first;
	uint32_t port, count, i;

	if (bdgfn_key_parse(j->options, &key, j->err) ||
	    number(j, OPT_DEST, PORT_MAX, NULL, &port) ||
	    number(j, OPT_COUNT, COUNT_MAX, &one, &count))
		return 1;
	if (port == VALE_MODCTL_PORT_FLOOD) {
		fprintf(j->err, "bdgfnctl: [error] --dest: 254 floods, which no entry can do\n");
		return 1;
	}
	first = key;
	for (i = 0; i < count; i++, bdgfn_key_next(&key)) {
		int error = bdgaddif(&j->bdgfn, j->name, &key, port);

		if (error)
			return fail(j, error);
	}
	print_entry(j, "+", &first);
	fprintf(j->out, count == 1 ? " %u\n" : " %u (%u addresses from there on)\n", port, count);
	return 0;
}

static int run_delif(struct job *j)
{
	static const uint32_t one = 1;
	struct bdgfn_key key, first;
	uint32_t count, i;
	char text[BDGFN_KEY_TEXT];

	if (bdgfn_key_parse(j->options, &key, j->err) ||
	    number(j, OPT_COUNT, COUNT_MAX, &one, &count))
		return 1;
	first = key;
	for (i = 0; i < count; i++, bdgfn_key_next(&key)) {
		int error = bdgdelif(&j->bdgfn, j->name, &key);

		if (error)
			return fail(j, error);
	}
	bdgfn_key_text(&first, text);
	fprintf(j->out, count == 1 ? "[-] %s\n" : "[-] %s (%u addresses from there on)\n", text,
		count);
	return 0;
}

static int run_listif(struct job *j)
{
	struct bdgfn_key key = {0};
	uint32_t slot, port;
	char head[16];
	int error;

	if (bdgfn_key_kind(j->options, &key.kind, j->err))
		return 1;
	for (slot = 0;; slot++) {
		error = bdglistif(&j->bdgfn, j->name, &slot, &key, &port);
		if (error)
			break;
		snprintf(head, sizeof(head), "%04u", slot);
		print_entry(j, head, &key);
		fprintf(j->out, " %04u\n", port);
	}
	return error == -ENOENT ? 0 : fail(j, error);
}

static int run_info(struct job *j)
{
	enum vale_modctl_kind kind = VALE_KEY_MAC;
	bool tables = strcmp(j->options->module, "mymodule") && strcmp(j->options->module, "learn");
	struct bdgfn_info info;
	int error;

	if (tables && bdgfn_key_kind(j->options, &kind, j->err))
		return 1;
	error = bdgfninfo(&j->bdgfn, j->name, kind, &info);
	if (error)
		return fail(j, error);
	fprintf(j->out, "%s: %s, default port %u, entries %u\n", j->name, info.module,
		info.default_port, info.entries);
	return 0;
}

static int run_port(struct job *j)
{
	const char *vport = j->options->value[OPT_VPORT];
	uint32_t port;

	if (!vport) {
		fprintf(j->err, "bdgfnctl: [error] port needs --vport\n");
		return 1;
	}
	if (bdgport(&j->bdgfn, vport, &port)) {
		fprintf(j->err, "bdgfnctl: [error] there is no port '%s'\n", vport);
		return 1;
	}
	fprintf(j->out, "port = %u\n", port);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct job *j);
} commands[] = {
	{"regfn", run_regfn}, {"unregfn", run_unregfn}, {"addif", run_addif},
	{"delif", run_delif}, {"listif", run_listif},	{"info", run_info},
	{"port", run_port},
};

static int name_switch(struct job *j)
{
	const char *bridge = j->options->value[OPT_BRIDGE] ? j->options->value[OPT_BRIDGE] : "0";
	size_t good = strspn(bridge, "0123456789_abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (!bridge[good] &&
	    snprintf(j->name, sizeof(j->name), NAME_FORMAT, bridge) < (int)sizeof(j->name))
		return 0;
	fprintf(j->err,
		"bdgfnctl: [error] --bridge: '%s' is not what follows \"vale\" in the name "
		"of a switch\n",
		bridge);
	return 1;
}

static const char *open_hint(int error)
{
	if (error == -EACCES || error == -EPERM)
		return "run as root, or give yourself access to the device";
	return "load the module with: insmod netmap.ko";
}

static int open_and_run(struct job *j, const struct nmdev_ops *dev, int (*run)(struct job *j))
{
	int error = bdgfninit(&j->bdgfn, dev, j->options->module), status;
	char text[128];

	if (error == -ENAMETOOLONG) {
		fprintf(j->err, "bdgfnctl: [error] '%s' is too long for a module's name\n",
			j->options->module);
		return 1;
	}
	if (error) {
		fprintf(j->err, "bdgfnctl: [error] cannot open device %s: %s; %s\n", dev->name,
			strerror_r(-error, text, sizeof(text)), open_hint(error));
		return 1;
	}
	status = run(j);
	bdgfnfini(&j->bdgfn);
	return status;
}

static int run_command(struct job *j, const struct nmdev_ops *dev)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, j->options->command) == 0)
			return name_switch(j) || open_and_run(j, dev, commands[i].run);
	fprintf(j->err,
		"bdgfnctl: [error] unknown command '%s'; there are regfn, unregfn, addif, delif, "
		"listif, info, port\n",
		j->options->command);
	return 1;
}

static void print_ok(FILE *err)
{
	bool color = isatty(fileno(err));

	fprintf(err, "%s[ok]%s\n", color ? "\033[32m" : "", color ? "\033[0m" : "");
}

int bdgfnctl_main(int argc, char **argv, const struct nmdev_ops *dev, FILE *out, FILE *err)
{
	struct bdgfn_options options;
	struct job j = {.options = &options, .out = out, .err = err};
	int status;

	if (bdgfn_options_parse(argc, argv, &options, err))
		return 1;
	if (options.help) {
		bdgfn_options_help(out);
		return 0;
	}
	status = run_command(&j, dev);
	if (fflush(out) || ferror(out)) {
		fprintf(err,
			"bdgfnctl: [error] cannot write the answer: output closed or disk full\n");
		return 1;
	}
	if (!status)
		print_ok(err);
	return status;
}
