/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <stddef.h>
#include <string.h>

#define USAGE                                                                                      \
	"usage: vale-ctl [-v] [--json] [--fix] [-C CONFIG] [-m REGION] "                                   \
	"[-a|-h|-d|-g|-l|-n|-r|-p|-P NAME | -s [PORT] | --help]"

enum { LETTER_NONE = 0, LETTER_JSON = 0x100, LETTER_FIX, LETTER_HELP };

enum argument { ARG_NONE, ARG_REQUIRED, ARG_OPTIONAL };

struct option_row {
	int letter;
	const char *word;
	enum argument argument;
	const char *value; /* what the argument is called */
	const char *help;
};

static const struct option_row rows[] = {
	{'a', "attach", ARG_REQUIRED, "vale:DEV", "attach a network device to a switch"},
	{'h', "attach-host", ARG_REQUIRED, "vale:DEV", "the same, with the device's host stack"},
	{'d', "detach", ARG_REQUIRED, "vale:DEV", "detach a device from its switch"},
	{'n', "create", ARG_REQUIRED, "NAME", "create a persistent port (see -C, -m)"},
	{'r', "remove", ARG_REQUIRED, "NAME", "remove a persistent port"},
	{'g', "info", ARG_REQUIRED, "NAME", "show slots, rings and memory of a port"},
	{'l', "list", ARG_REQUIRED, "vale:PORT", "show the numbers of one switch port"},
	{'p', "poll", ARG_REQUIRED, "vale:DEV", "poll a device from kernel threads (needs -C)"},
	{'P', "unpoll", ARG_REQUIRED, "vale:DEV", "end that polling"},
	{'s', "stats", ARG_OPTIONAL, "vale:PORT", "counters and drops by cause, of one or all"},
	{'C', "config", ARG_REQUIRED, "A[,B[,C[,D]]]",
	 "tx slots, rx slots, tx rings, rx rings; with -p: mode, CPU, count"},
	{'m', "mem-id", ARG_REQUIRED, "REGION", "memory region: a number, or a port that uses it"},
	{LETTER_FIX, "fix", ARG_NONE, NULL, "with -a, -h: correct the device's settings"},
	{LETTER_JSON, "json", ARG_NONE, NULL, "one JSON object a line instead of text"},
	{'v', "verbose", ARG_NONE, NULL, "say what the switch answered"},
	{LETTER_HELP, "help", ARG_NONE, NULL, "show this text"},
};

static const struct option_row *row_of_letter(int letter)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static const struct option_row *row_of_word(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strlen(rows[i].word) == len && strncmp(rows[i].word, word, len) == 0)
			return &rows[i];
	return NULL;
}

static int complain(FILE *err, const char *why, const char *what)
{
	fprintf(err, "vale-ctl: %s '%s'; " USAGE "\n", why, what);
	return -1;
}

static void apply(struct ctl_options *o, const struct option_row *row, const char *value)
{
	switch (row->letter) {
	case 'C':
		o->config = value;
		break;
	case 'm':
		o->region = value;
		break;
	case 'v':
		o->verbose++;
		break;
	case LETTER_JSON:
		o->json = true;
		break;
	case LETTER_FIX:
		o->fix = true;
		break;
	case LETTER_HELP:
		o->action = CTL_HELP;
		break;
	default:
		o->action = (enum ctl_action)row->letter;
		o->name = value;
	}
}

/* Takes the argument from what is attached to the option, else from the next word. */
static int take(struct ctl_options *o, const struct option_row *row, const char *attached,
		char ***next, FILE *err)
{
	const char *value = attached;

	if (!value && row->argument != ARG_NONE && **next &&
	    (row->argument == ARG_REQUIRED || (**next)[0] != '-'))
		value = *(*next)++;
	if (!value && row->argument == ARG_REQUIRED)
		return complain(err, "no argument for option", row->word);
	apply(o, row, value);
	return 0;
}

static int parse_long(struct ctl_options *o, const char *word, char ***next, FILE *err)
{
	size_t len = strcspn(word + 2, "=");
	const char *attached = word[2 + len] == '=' ? word + 3 + len : NULL;
	const struct option_row *row = row_of_word(word + 2, len);

	if (!row)
		return complain(err, "unknown option", word);
	if (attached && row->argument == ARG_NONE)
		return complain(err, "option takes no argument:", word);
	return take(o, row, attached, next, err);
}

static int parse_letters(struct ctl_options *o, const char *word, char ***next, FILE *err)
{
	const char *p;

	for (p = word + 1; *p; p++) {
		const struct option_row *row = row_of_letter((unsigned char)*p);

		if (!row)
			return complain(err, "unknown option", word);
		if (row->argument != ARG_NONE)
			return take(o, row, p[1] ? p + 1 : NULL, next, err);
		apply(o, row, NULL);
	}
	return 0;
}

int ctl_options_parse(int argc, char **argv, struct ctl_options *o, FILE *err)
{
	char **next = argc > 0 ? argv + 1 : argv;
	int ret = 0;

	memset(o, 0, sizeof(*o));
	while (ret == 0 && *next) {
		const char *word = *next++;

		if (word[0] != '-' || !word[1])
			ret = complain(err, "stray argument", word);
		else if (word[1] != '-')
			ret = parse_letters(o, word, &next, err);
		else if (word[2])
			ret = parse_long(o, word, &next, err);
		else if (*next)
			ret = complain(err, "stray argument", *next);
	}
	if (!ret && o->fix && o->action != CTL_ATTACH && o->action != CTL_ATTACH_HOST)
		return complain(err, "nothing to do with option", "--fix");
	if (ret || o->action != CTL_NONE)
		return ret;
	if (o->verbose || o->config || o->region)
		return complain(err, "nothing to do with option",
				o->config   ? "-C"
				: o->region ? "-m"
					    : "-v");
	o->action = CTL_LIST_ALL;
	return 0;
}

void ctl_options_help(FILE *out)
{
	size_t i;

	fprintf(out, USAGE "\nWithout an action: list every port of every switch.\n\n");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char left[64];
		const char *open = rows[i].argument == ARG_OPTIONAL ? "[" : "";
		const char *close = rows[i].argument == ARG_OPTIONAL ? "]" : "";

		snprintf(left, sizeof(left), "--%s %s%s%s", rows[i].word, open,
			 rows[i].value ? rows[i].value : "", close);
		if (rows[i].letter < LETTER_JSON)
			fprintf(out, "  -%c, %-26s %s\n", rows[i].letter, left, rows[i].help);
		else
			fprintf(out, "      %-26s %s\n", left, rows[i].help);
	}
}
