/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "options.h"

void options_defaults(struct config *c)
{
	memset(c, 0, sizeof(*c));
	c->frame_bytes = 60;
	c->burst = BURST_UNSET;
	c->family = 4;
	c->dst_mac_arg = "ff:ff:ff:ff:ff:ff";
	c->affinity = -1;
	c->cpus = 1;
	c->threads = 1;
	c->report_ms = 1000;
	c->wait_s = WAIT_UNSET;
	c->frags = 1;
	c->latency_every = LATENCY_EVERY;
	c->dst_macs = 1;
	c->src_macs = 1;
	c->replay_speed = 1.0;
	c->loops = 1;
}

static const struct option *by_letter(char letter)
{
	size_t i;

	for (i = 0; i < options_count; i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

static const struct option *by_name(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < options_count; i++)
		if (options[i].name && strlen(options[i].name) == n &&
		    strncmp(options[i].name, name, n) == 0)
			return &options[i];
	return NULL;
}

struct cursor {
	int argc;
	char **argv;
	int at;
};

static int take_long(struct config *c, struct cursor *cur, struct vb_err *err)
{
	const char *name = cur->argv[cur->at] + 2, *eq = strchr(name, '=');
	size_t n = eq ? (size_t)(eq - name) : strlen(name);
	const struct option *o = by_name(name, n);
	const char *arg = eq ? eq + 1 : NULL;

	if (!o)
		return vb_fail(err, VB_USAGE,
			       "unknown option --%.*s (pkt-gen -h lists all options)", (int)n,
			       name);
	if (arg && o->arg == ARG_NONE)
		return vb_fail(err, VB_USAGE, "--%s: takes no value, but \"%s\" was given", o->name,
			       arg);
	if (!arg && o->arg == ARG_REQUIRED) {
		if (cur->at + 1 >= cur->argc)
			return vb_fail(err, VB_USAGE, "--%s: a value is missing: %s", o->name,
				       o->arg_name);
		arg = cur->argv[++cur->at];
	}
	return o->set(c, o, arg, err);
}

static int take_letters(struct config *c, struct cursor *cur, struct vb_err *err)
{
	const char *p = cur->argv[cur->at] + 1, *arg;

	for (; *p; p++) {
		const struct option *o = by_letter(*p);

		if (!o)
			return vb_fail(err, VB_USAGE,
				       "unknown option -%c (pkt-gen -h lists all options)", *p);
		if (o->arg == ARG_NONE) {
			if (o->set(c, o, NULL, err))
				return -1;
			continue;
		}
		arg = p + 1;
		if (!*arg) {
			if (cur->at + 1 >= cur->argc)
				return vb_fail(err, VB_USAGE, "-%c: a value is missing: %s",
					       o->letter, o->arg_name);
			arg = cur->argv[++cur->at];
		}
		return o->set(c, o, arg, err);
	}
	return 0;
}

int options_parse(struct config *c, int argc, char **argv, struct vb_err *err)
{
	struct cursor cur = {.argc = argc, .argv = argv, .at = 1};
	int ret = 0;

	for (; cur.at < argc && ret == 0; cur.at++) {
		const char *word = argv[cur.at];

		if (word[0] != '-' || !word[1])
			return vb_fail(err, VB_USAGE,
				       "cannot use \"%s\": every word is an option or its value "
				       "(pkt-gen -h lists all options)",
				       word);
		ret = word[1] == '-' ? take_long(c, &cur, err) : take_letters(c, &cur, err);
	}
	return ret;
}

static int show_range(const struct option *o)
{
	return o->arg == ARG_REQUIRED && o->max != 0 && o->max != INT64_MAX;
}

void options_usage(FILE *f)
{
	size_t i;

	fprintf(f, "usage: pkt-gen -i port [-f function] [options]\n");
	for (i = 0; i < options_count; i++) {
		const struct option *o = &options[i];
		char head[64];

		snprintf(head, sizeof(head), "%c%c%s%s%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->name ? " --" : "", o->name ? o->name : "",
			 o->arg == ARG_OPTIONAL ? "[=" : "", o->arg == ARG_REQUIRED ? " " : "",
			 o->arg_name ? o->arg_name : "");
		fprintf(f, "  %s%s\n      %s", head, o->arg == ARG_OPTIONAL ? "]" : "", o->help);
		if (show_range(o))
			fprintf(f, " Range %lld..%lld.", (long long)o->min, (long long)o->max);
		if (o->fallback)
			fprintf(f, " Default: %s.", o->fallback);
		fputc('\n', f);
	}
}

/* A dash is a minus in roff unless escaped. */
static void roff(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '-')
			fputc('\\', f);
		fputc(*text, f);
	}
}

void options_man(FILE *f)
{
	size_t i;

	for (i = 0; i < options_count; i++) {
		const struct option *o = &options[i];

		fputs(".TP\n.B ", f);
		if (o->letter)
			fprintf(f, "\\-%c", o->letter);
		if (o->name) {
			fputs(o->letter ? ", \\-\\-" : "\\-\\-", f);
			roff(f, o->name);
		}
		if (o->arg_name) {
			fputs(o->arg == ARG_OPTIONAL ? "[=" : " ", f);
			fputs("\\fI", f);
			roff(f, o->arg_name);
			fputs(o->arg == ARG_OPTIONAL ? "\\fR]" : "\\fR", f);
		}
		fputc('\n', f);
		roff(f, o->help);
		fputc('\n', f);
		if (show_range(o)) {
			fprintf(f, "Range: ");
			fprintf(f, o->min < 0 ? "\\-%lld" : "%lld",
				(long long)(o->min < 0 ? -o->min : o->min));
			fprintf(f, " to %lld.\n", (long long)o->max);
		}
		if (o->fallback) {
			fputs("Default: ", f);
			roff(f, o->fallback);
			fputs(".\n", f);
		}
	}
}
