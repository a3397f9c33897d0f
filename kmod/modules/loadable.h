/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What makes a lookup module a kernel module: loading, unloading, and the parameter "switch". In
 * the user-space host modules are loaded by vale_modules_load() instead.
 */
#ifndef VALE_LOADABLE_H
#define VALE_LOADABLE_H

#include <net/vale_lookup.h>

#ifdef __KERNEL__

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

static inline int vale_loadable_init(struct nm_lookup_module *module, const char *switch_name)
{
	int error = nm_lookup_load(module, switch_name);

	if (error == -ENODEV)
		pr_err("%s: there is no switch %s; open a port of it first, as in: pkt-gen -i "
		       "%s:vi0 -f rx\n",
		       module->ops.name, switch_name, switch_name);
	else if (error)
		pr_err("%s: cannot run switch '%s': error %d\n", module->ops.name, switch_name,
		       error);
	return error;
}

/* VALE_LOADABLE(the module, the switch that it runs from loading on or "", one line about it) */
#define VALE_LOADABLE(lookup_module, default_switch, text)                                         \
	static char *loadable_switch = default_switch;                                             \
	module_param_named(switch, loadable_switch, charp, 0444);                                  \
	MODULE_PARM_DESC(switch, "the switch that it runs from loading on, as in vale0");          \
	static int __init loadable_init(void)                                                      \
	{                                                                                          \
		return vale_loadable_init(&(lookup_module), loadable_switch);                      \
	}                                                                                          \
	static void __exit loadable_exit(void)                                                     \
	{                                                                                          \
		nm_lookup_unload(&(lookup_module));                                                \
	}                                                                                          \
	module_init(loadable_init);                                                                \
	module_exit(loadable_exit);                                                                \
	MODULE_AUTHOR("valebench");                                                                \
	MODULE_DESCRIPTION(text);                                                                  \
	MODULE_LICENSE("Dual BSD/GPL")

#define VALE_LOADABLE_INT(name, variable, text)                                                    \
	module_param_named(name, variable, int, 0444);                                             \
	MODULE_PARM_DESC(name, text)

#else

#define VALE_LOADABLE(lookup_module, default_switch, text) struct nm_lookup_module
#define VALE_LOADABLE_INT(name, variable, text)		   struct nm_lookup_module

#endif

#endif
