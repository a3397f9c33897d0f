/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Must compile nowhere: if it does, unknown functions are let through and no answer counts. */
#include <linux/module.h>

int probe(struct module *module)
{
	return no_kernel_has_this(module);
}
