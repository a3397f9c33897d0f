/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verbs that make guests can be told about them on the command line. */
#ifndef VB_DOMAIN_OPTIONS_H
#define VB_DOMAIN_OPTIONS_H

#include <argp.h>

#include "config.h"
#include "life.h"

/* A child parser; its input is a struct domain_options that domain_options_init has filled. */
extern const struct argp domain_options_argp;

struct domain_options {
	struct domain_config config;
	struct domain_life life;
	const char *more; /* words for the kernel's command line */
	const char *kernel, *ramdisk;
};

void domain_options_init(struct domain_options *o);

/* Once all is parsed: the kernel, its initramfs and command line. 0, or -1 with err. */
int domain_options_finish(struct domain_options *o, struct vb_err *err);

/* A number in its range, or argp's error. */
unsigned domain_options_number(struct argp_state *state, const char *what, const char *arg,
			       unsigned long low, unsigned long high);

#endif
