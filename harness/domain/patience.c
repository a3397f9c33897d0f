/* SPDX-License-Identifier: BSD-2-Clause */
#include "patience.h"

#include <stdlib.h>

#define TIMES_MAX 10

unsigned patient(unsigned limit)
{
	const char *set = getenv(PATIENCE_VARIABLE);
	long times = set ? strtol(set, NULL, 10) : 1;

	if (times < 1)
		times = 1;
	return limit * (unsigned)(times < TIMES_MAX ? times : TIMES_MAX);
}
