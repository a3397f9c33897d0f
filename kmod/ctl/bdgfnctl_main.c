/* SPDX-License-Identifier: BSD-2-Clause */
#include "bdgfnctl.h"

int main(int argc, char **argv)
{
	return bdgfnctl_main(argc, argv, &nmdev_kernel, stdout, stderr);
}
