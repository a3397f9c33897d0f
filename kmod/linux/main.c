/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Loading and unloading of netmap.ko. */
#include <linux/module.h>

#include "chardev.h"
#include "core.h"
#include "netdev.h"
#include "netns.h"

static int __init nm_module_init(void)
{
	int error = nm_core_init();

	if (error)
		return error;
	error = nm_netdev_register();
	if (error)
		goto fail_core;
	error = nm_netns_register();
	if (error)
		goto fail_netdev;
	error = nm_chardev_register();
	if (error)
		goto fail_netns;
	return 0;

fail_netns:
	nm_netns_unregister();
fail_netdev:
	nm_netdev_unregister();
fail_core:
	nm_core_exit();
	return error;
}

/* The kernel log's watcher takes a line with "netmap: leak" for a failure of the run. */
static void __exit nm_module_exit(void)
{
	uint64_t left;

	nm_chardev_unregister();
	nm_netns_unregister();
	nm_netdev_unregister();
	nm_core_exit();
	left = os_live_bytes();
	if (left)
		printk(KERN_WARNING "netmap: leak of %llu bytes at unload\n", left);
}

module_init(nm_module_init);
module_exit(nm_module_exit);

MODULE_AUTHOR("valebench");
MODULE_DESCRIPTION("VALE switch and netmap ports");
MODULE_LICENSE("Dual BSD/GPL");
