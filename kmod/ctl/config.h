/* SPDX-License-Identifier: BSD-2-Clause */
/* The comma-separated numbers of -C. */
#ifndef VALE_CTL_CONFIG_H
#define VALE_CTL_CONFIG_H

#include <stdint.h>
#include <stdio.h>

#include <net/netmap.h>

enum { CTL_CONFIG_MAX = 4 };

struct ctl_config {
	uint32_t number[CTL_CONFIG_MAX];
	unsigned count; /* how many were given */
};

/* NULL: no numbers. What follows the fourth is reported as ignored. 0, or -1 and a line on err. */
int ctl_config_parse(const char *text, struct ctl_config *config, FILE *err);

/* As tx slots, rx slots, tx rings, rx rings. 0, or -1 after a line on err. */
int ctl_config_to_newif(const struct ctl_config *config, struct nmreq_vale_newif *newif, FILE *err);
/* As mode, first CPU, count; without numbers: one CPU, the first. 0, or -1 after a line on err. */
int ctl_config_to_polling(const struct ctl_config *config, struct nmreq_vale_polling *polling,
			  FILE *err);

#endif
