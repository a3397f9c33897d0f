/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine_class.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"

/* Words of a CPU's name that say nothing about it. */
static const char *const noise[] = {"(R)", "(TM)", "CPU"};

static size_t noise_at(const char *at, bool word_start)
{
	size_t i, bytes;

	for (i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
		bytes = strlen(noise[i]);
		if (strncasecmp(at, noise[i], bytes) == 0 &&
		    (noise[i][0] == '(' || (word_start && !isalnum((unsigned char)at[bytes]))))
			return bytes;
	}
	return 0;
}

char *machine_class(const char *cpu_model, int cpus)
{
	char *name = alloc_zero(strlen(cpu_model) + 1, 1), *out = name, *whole;
	const char *in = cpu_model;
	bool gap = false;
	size_t skip;

	while (*in && *in != '@') {
		skip = noise_at(in, in == cpu_model || !isalnum((unsigned char)in[-1]));
		if (skip || !isalnum((unsigned char)*in)) {
			gap = true;
			in += skip ? skip : 1;
			continue;
		}
		if (gap && out > name)
			*out++ = '-';
		gap = false;
		*out++ = tolower((unsigned char)*in++);
	}
	whole = alloc_printf("%s.%dcpu", *name ? name : "unknown", cpus);
	free(name);
	return whole;
}
