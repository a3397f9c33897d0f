/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Loading and unloading of xen-netback.ko. */
#include <linux/module.h>
#include <xen/xen.h>

#include "netback.h"

/* One thread serves an interface unless its port is polled, so more queues gain nothing by
 * themselves. */
unsigned int vif_max_queues = 1;
module_param_named(max_queues, vif_max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "queues offered to a guest (1 to 8; more than 1 exclude netmap mode)");

bool vif_netmap = true;
module_param_named(netmap_mode, vif_netmap, bool, 0644);
MODULE_PARM_DESC(netmap_mode, "offer guests the buffers of their port");

bool vif_separate_irqs = true;
module_param_named(separate_tx_rx_irq, vif_separate_irqs, bool, 0644);
MODULE_PARM_DESC(separate_tx_rx_irq, "an event channel for each direction");

unsigned int vif_tx_desc;
module_param_named(default_tx_desc, vif_tx_desc, uint, 0644);
MODULE_PARM_DESC(default_tx_desc, "slots for what a guest sends (64 to 4096; 0: 256 with netmap mode, else 64); ethtool -G tells one interface's");

unsigned int vif_rx_desc;
module_param_named(default_rx_desc, vif_rx_desc, uint, 0644);
MODULE_PARM_DESC(default_rx_desc, "slots for what a guest receives (64 to 4096; 0: 256 with netmap mode, else 64); ethtool -G tells one interface's");

static int __init vif_init(void)
{
	int error;

	if (!xen_domain()) {
		pr_err("xen-netback: this machine does not run under Xen\n");
		return -ENODEV;
	}
	nm_native_register(&vif_native_ops);
	error = xenbus_register_backend(&vif_driver);
	if (!error)
		return 0;
	nm_native_unregister(&vif_native_ops);
	if (error == -EBUSY)
		pr_err("xen-netback: the kernel's own backend has the interfaces: unload it (rmmod "
		       "xen-netback, or boot a kernel that has it as a module), then load this "
		       "one\n");
	return error;
}

static void __exit vif_exit(void)
{
	xenbus_unregister_driver(&vif_driver);
	nm_native_unregister(&vif_native_ops);
}

module_init(vif_init);
module_exit(vif_exit);

MODULE_AUTHOR("valebench");
MODULE_DESCRIPTION("Xen's virtual interfaces as ports of a VALE switch");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS("xen-backend:vif");
