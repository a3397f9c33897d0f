/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Must compile everywhere: if it does not, the compiler is at fault and no answer counts. */
#include <linux/module.h>

int probe(struct module *module)
{
	return module == THIS_MODULE;
}
