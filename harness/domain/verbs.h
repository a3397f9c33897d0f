/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs of vb-domain: each takes its own arguments, argv[0] being its name, and returns an exit
 * status. */
#ifndef VB_DOMAIN_VERBS_H
#define VB_DOMAIN_VERBS_H

#include "err.h"

int verb_start(int argc, char **argv);
int verb_run(int argc, char **argv);
int verb_stop(int argc, char **argv);
int verb_boot(int argc, char **argv);

/* Prints the one line of a failure; its exit status. */
int verb_failed(const struct vb_err *err);

#endif
