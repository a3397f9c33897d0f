/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of bdgfnctl: MODULE COMMAND and a table of options, each with a value. */
#ifndef BDGFN_OPTIONS_H
#define BDGFN_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum bdgfn_option {
	OPT_BRIDGE,
	OPT_PORT,
	OPT_DEST,
	OPT_MAC,
	OPT_IP4,
	OPT_IP6,
	OPT_PROTO,
	OPT_DPORT,
	OPT_COUNT,
	OPT_VPORT,
	OPT_KINDS,
};

struct bdgfn_options {
	bool help;
	const char *module;
	const char *command;
	const char *value[OPT_KINDS]; /* NULL: not given */
};

/* 0, or -1 after one line on err. */
int bdgfn_options_parse(int argc, char **argv, struct bdgfn_options *o, FILE *err);
void bdgfn_options_help(FILE *out);

/* "--bridge", as messages name it. */
const char *bdgfn_option_word(enum bdgfn_option option);

#endif
