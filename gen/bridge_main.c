/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge over the kernel's netmap device. Manual: docs/man/bridge.8. */
#include "bridge.h"

int main(int argc, char **argv)
{
	return app_run(argc, argv, bridge_main);
}
