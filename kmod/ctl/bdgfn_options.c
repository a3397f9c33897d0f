/* SPDX-License-Identifier: BSD-2-Clause */
#include "bdgfn_options.h"

#include <string.h>

#define USAGE                                                                                      \
	"usage: bdgfnctl MODULE regfn|unregfn|addif|delif|listif|info|port [options], or --help"

static const struct option_row {
	const char *word; /* with its two dashes */
	char letter;	  /* 0: none */
	const char *value;
	const char *help;
} rows[OPT_KINDS] = {
	[OPT_BRIDGE] = {"--bridge", 'b', "X", "the switch valeX; default 0"},
	[OPT_PORT] = {"--port", 'p', "PORT", "regfn: for frames without an entry; default drop"},
	[OPT_DEST] = {"--dest", 'd', "PORT", "addif: where the entry's frames go"},
	[OPT_MAC] = {"--mac", 'm', "MAC", "an Ethernet address; listif, info: any value"},
	[OPT_IP4] = {"--ip4", '4', "ADDR", "an IPv4 address; listif, info: any value"},
	[OPT_IP6] = {"--ip6", '6', "ADDR", "not supported"},
	[OPT_PROTO] = {"--proto", 'P', "PROTO", "tcp, udp, sctp or a number; with --ip4"},
	[OPT_DPORT] = {"--dport", 'D', "NUMBER", "destination port; with --ip4 and --proto"},
	[OPT_COUNT] = {"--count", 'c', "N", "addif, delif: so many successive addresses"},
	[OPT_VPORT] = {"--vport", 'V', "valeX:P", "port: the name whose number is wanted"},
};

static int complain(FILE *err, const char *why, const char *what)
{
	fprintf(err, "bdgfnctl: %s '%s'; " USAGE "\n", why, what);
	return -1;
}

const char *bdgfn_option_word(enum bdgfn_option option)
{
	return rows[option].word;
}

/* The option that a word names, and the value that is attached to it or NULL. OPT_KINDS: none. */
static enum bdgfn_option option_of(const char *word, const char **attached)
{
	size_t bytes = strcspn(word, "=");
	int i;

	*attached = NULL;
	for (i = 0; i < OPT_KINDS; i++) {
		if (strlen(rows[i].word) == bytes && strncmp(rows[i].word, word, bytes) == 0) {
			*attached = word[bytes] ? word + bytes + 1 : NULL;
			break;
		}
		if (word[0] == '-' && word[1] == rows[i].letter) {
			*attached = word[2] ? word + 2 : NULL;
			break;
		}
	}
	return i;
}

static int parse_option(struct bdgfn_options *o, const char *word, char ***next, FILE *err)
{
	const char *value;
	enum bdgfn_option option = option_of(word, &value);

	if (option == OPT_KINDS)
		return complain(err, "unknown option", word);
	if (!value && **next)
		value = *(*next)++;
	if (!value)
		return complain(err, "no value for option", word);
	o->value[option] = value;
	return 0;
}

int bdgfn_options_parse(int argc, char **argv, struct bdgfn_options *o, FILE *err)
{
	char **next = argc > 0 ? argv + 1 : argv;

	memset(o, 0, sizeof(*o));
	while (*next) {
		const char *word = *next++;

		if (strcmp(word, "--help") == 0)
			o->help = true;
		else if (word[0] == '-') {
			if (parse_option(o, word, &next, err))
				return -1;
		} else if (!o->module)
			o->module = word;
		else if (!o->command)
			o->command = word;
		else
			return complain(err, "stray argument", word);
	}
	if (o->help || o->command)
		return 0;
	fprintf(err, "bdgfnctl: no %s given; " USAGE "\n", o->module ? "command" : "module");
	return -1;
}

void bdgfn_options_help(FILE *out)
{
	int i;

	fprintf(out, USAGE "\n\n");
	for (i = 0; i < OPT_KINDS; i++) {
		char left[32];

		snprintf(left, sizeof(left), "%s %s", rows[i].word, rows[i].value);
		fprintf(out, "  -%c, %-16s %s\n", rows[i].letter, left, rows[i].help);
	}
	fprintf(out,
		"\nPorts are numbers of vale-ctl's list, 0 to 253; 255 and above drop, and 254\n"
		"floods where it is given to --port.\n");
}
