/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "choice.h"

const struct platform_ops *const choice_platforms[] = {
	&platform_native, &platform_qemu, &platform_host,     &platform_icount,
	&platform_uml,	  &platform_xen,  &platform_xen_host, NULL};
