/* SPDX-License-Identifier: BSD-2-Clause */
/* vb-tsc: the argument for a guest's kernel that says how fast its emulated time stamp counter goes. */
#include <stdio.h>

#include "err.h"
#include "host_tsc.h"

int main(int argc, char **argv)
{
	char argument[HOST_TSC_ARGUMENT_BYTES];

	if (argc > 1) {
		fprintf(stderr,
			"vb-tsc: %s: it takes no arguments; it prints one for a guest's kernel\n",
			argv[1]);
		return VB_USAGE;
	}
	puts(host_tsc_argument(argument));
	return VB_OK;
}
