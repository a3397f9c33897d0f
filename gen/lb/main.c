/* SPDX-License-Identifier: BSD-2-Clause */
/* lb over the kernel's netmap device. Manual: docs/man/lb.8. */
#include "lb.h"

int main(int argc, char **argv)
{
	return app_run(argc, argv, lb_main);
}
