/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of vale-ctl: one table of options, and a parser without shared state. */
#ifndef VALE_CTL_OPTIONS_H
#define VALE_CTL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

/* What to do, by the letter of the option that asks for it. */
enum ctl_action {
	CTL_NONE = 0,
	CTL_HELP = 1,
	CTL_LIST_ALL = 2,
	CTL_ATTACH = 'a',
	CTL_ATTACH_HOST = 'h',
	CTL_DETACH = 'd',
	CTL_INFO = 'g',
	CTL_LIST = 'l',
	CTL_CREATE = 'n',
	CTL_REMOVE = 'r',
	CTL_POLL = 'p',
	CTL_UNPOLL = 'P',
	CTL_STATS = 's',
};

struct ctl_options {
	enum ctl_action action;
	const char *name;   /* the action's argument; NULL where it has none */
	const char *config; /* -C, or NULL */
	const char *region; /* -m, or NULL */
	int verbose;
	bool json;
	bool fix; /* correct the device's settings instead of warning */
};

/* 0, or -1 after one line on err. */
int ctl_options_parse(int argc, char **argv, struct ctl_options *o, FILE *err);
void ctl_options_help(FILE *out);

#endif
