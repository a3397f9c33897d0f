/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A decimal number that ends at a comma or at the end. */
static int parse_number(const char **p, uint32_t *number)
{
	unsigned long long value;
	char *end;

	if (**p < '0' || **p > '9')
		return -1;
	errno = 0;
	value = strtoull(*p, &end, 10);
	if (errno || value > UINT32_MAX || (*end && *end != ','))
		return -1;
	*number = (uint32_t)value;
	*p = *end ? end + 1 : end;
	return *end && !end[1] ? -1 : 0;
}

int ctl_config_parse(const char *text, struct ctl_config *config, FILE *err)
{
	const char *p = text ? text : "";

	memset(config, 0, sizeof(*config));
	while (*p && config->count < CTL_CONFIG_MAX)
		if (parse_number(&p, &config->number[config->count++])) {
			fprintf(err,
				"vale-ctl: -C %s: expected up to four numbers with commas between "
				"them\n",
				text);
			return -1;
		}
	if (*p)
		fprintf(err, "vale-ctl: -C %s: ignored '%s'\n", text, p);
	return 0;
}

int ctl_config_to_newif(const struct ctl_config *config, struct nmreq_vale_newif *newif, FILE *err)
{
	const uint32_t *n = config->number;
	uint32_t rx_rings = config->count == 3 ? n[2] : n[3];

	if (n[2] > UINT16_MAX || rx_rings > UINT16_MAX) {
		fprintf(err, "vale-ctl: -C: %u rings asked for, at most 65535 can be\n",
			n[2] > rx_rings ? n[2] : rx_rings);
		return -1;
	}
	newif->nr_tx_slots = n[0];
	newif->nr_rx_slots = config->count == 1 ? n[0] : n[1];
	newif->nr_tx_rings = (uint16_t)n[2];
	newif->nr_rx_rings = (uint16_t)rx_rings;
	return 0;
}

int ctl_config_to_polling(const struct ctl_config *config, struct nmreq_vale_polling *polling,
			  FILE *err)
{
	const uint32_t *n = config->number;
	int multi = config->count && n[0];

	if (!config->count)
		fprintf(err, "invalid null/empty config\n");
	if (config->count > 2 && !multi) {
		fprintf(err, "vale-ctl: -C %u,%u,%u: a CPU count needs the mode 1 (multi-CPU)\n",
			n[0], n[1], n[2]);
		return -1;
	}
	polling->nr_mode = multi ? NETMAP_POLLING_MODE_MULTI_CPU : NETMAP_POLLING_MODE_SINGLE_CPU;
	polling->nr_first_cpu_id = n[1];
	polling->nr_num_polling_cpus = config->count > 2 ? n[2] : 1;
	return 0;
}
