/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of vale-ctl share: one invocation, and the ways to ask and to fail. */
#ifndef VALE_CTL_CTL_H
#define VALE_CTL_CTL_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <net/netmap.h>

#include "config.h"
#include "gen/nmdev.h"
#include "options.h"

struct ctl {
	const struct nmdev_ops *dev;
	void *handle; /* of dev */
	FILE *out;
	FILE *err;
	struct ctl_options options;
	struct ctl_config config; /* -C */
	uint16_t mem_id;	  /* -m, 0 without */
};

/* One control request on name ("" where it has none); returns >= 0 or -errno. */
int ctl_ask(struct ctl *c, uint16_t type, const char *name, void *body);
/* Prints "failed to ACTION NAME: reason" for -errno; returns the exit status 1. */
int ctl_fail(struct ctl *c, const char *action, const char *name, int err);
/* Prints and frees one JSON object (NULL: it could not be made); returns the exit status. */
int ctl_print_json(struct ctl *c, json_t *object);

/* PORT_INFO_GET without the "netmap:" that programs write before a device's name. */
int ctl_port_info(struct ctl *c, const char *name, struct nmreq_port_info_get *info);

/* The actions that only look; each returns the exit status. */
int ctl_list_all(struct ctl *c);
int ctl_list_one(struct ctl *c);
int ctl_info(struct ctl *c);
int ctl_stats(struct ctl *c);

/* The actions that change something. */
int ctl_attach(struct ctl *c);
int ctl_detach(struct ctl *c);
int ctl_create(struct ctl *c);
int ctl_remove(struct ctl *c);
int ctl_poll(struct ctl *c);

#endif
