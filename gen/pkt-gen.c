/* SPDX-License-Identifier: BSD-2-Clause */
/* pkt-gen: the generator over the kernel's netmap device. Manual: docs/man/pkt-gen.1. */
#include "pktgen.h"

int main(int argc, char **argv)
{
	return app_run(argc, argv, pktgen_main);
}
