/* SPDX-License-Identifier: BSD-2-Clause */
#include "vale_ctl.h"

int main(int argc, char **argv)
{
	return vale_ctl_main(argc, argv, &nmdev_kernel, stdout, stderr);
}
