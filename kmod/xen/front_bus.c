/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The frontend's states, and connecting to a backend that offers netmap mode. */
#include <linux/module.h>
#include <xen/events.h>
#include <xen/xen.h>

#include "compat_xen.h"
#include "netfront.h"
#include "transact.h"

static irqreturn_t on_event(struct front *front, enum front_dir dir, enum nm_dir ring)
{
	set_bit(dir, &front->told);
	nm_native_interrupt(front->netdev, ring, 0);
	return IRQ_HANDLED;
}

static irqreturn_t on_tx(int irq, void *arg)
{
	return on_event(arg, FRONT_TX, NM_TX);
}

static irqreturn_t on_rx(int irq, void *arg)
{
	return on_event(arg, FRONT_RX, NM_RX);
}

static int bind(struct front *front, enum front_dir dir)
{
	int irq, error = xenbus_alloc_evtchn(front->dev, &front->port[dir]);

	if (error)
		return error; /* which has been said */
	irq = bind_evtchn_to_irqhandler(front->port[dir], dir == FRONT_TX ? on_tx : on_rx, 0,
					front->netdev->name, front);
	if (irq < 0) {
		xenbus_free_evtchn(front->dev, front->port[dir]);
		xenbus_dev_fatal(front->dev, irq, "binding an event channel");
		return irq;
	}
	front->irq[dir] = irq;
	return 0;
}

static int write_channels(const void *what, struct xenbus_transaction xbt)
{
	const struct front *front = what;
	const char *path = front->dev->nodename;
	int error = xenbus_printf(xbt, path, "event-channel-tx", "%u", front->port[FRONT_TX]);

	if (error)
		return error;
	return xenbus_printf(xbt, path, "event-channel-rx", "%u", front->port[FRONT_RX]);
}

static int publish(struct front *front)
{
	int error = vif_transact(write_channels, front);

	if (error)
		xenbus_dev_fatal(front->dev, error, "writing event channels");
	return error;
}

static void disconnect(struct front *front)
{
	int dir;

	front_netdev_stop(front);
	for (dir = 0; dir < FRONT_DIRS; dir++) {
		if (front->irq[dir])
			unbind_from_irqhandler(front->irq[dir], front);
		front->irq[dir] = 0;
		front_unmap_ring(front, dir);
	}
}

static int connect_all(struct front *front)
{
	int error = front_map_ring(front, FRONT_TX, &front->ends.tx);

	if (!error)
		error = front_map_ring(front, FRONT_RX, &front->ends.rx);
	if (!error)
		error = bind(front, FRONT_TX);
	if (!error)
		error = bind(front, FRONT_RX);
	return error ? error : publish(front);
}

static void connect(struct front *front)
{
	if (!xenbus_read_unsigned(front->dev->otherend, "feature-netmap", 0)) {
		xenbus_dev_fatal(front->dev, -EOPNOTSUPP,
				 "the backend offers no netmap mode: have its interface in a VALE "
				 "switch, or use the kernel's own xen-netfront");
		return;
	}
	if (connect_all(front)) {
		disconnect(front);
		return;
	}
	vif_front_begin(&front->ends);
	xenbus_switch_state(front->dev, XenbusStateConnected);
}

static void backend_changed(struct xenbus_device *dev, enum xenbus_state backend)
{
	struct front *front = dev_get_drvdata(&dev->dev);

	switch (backend) {
	case XenbusStateInitWait:
		if (dev->state == XenbusStateInitialising)
			connect(front);
		break;
	case XenbusStateConnected:
		if (dev->state == XenbusStateConnected)
			front_netdev_start(front);
		break;
	case XenbusStateClosing:
	case XenbusStateClosed:
		if (dev->state == XenbusStateClosed)
			break;
		disconnect(front);
		xenbus_frontend_closed(dev);
		break;
	default:
		break;
	}
}

static int probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct net_device *netdev = front_netdev_create(dev);

	if (IS_ERR(netdev)) {
		xenbus_dev_fatal(dev, PTR_ERR(netdev), "creating a net device");
		return PTR_ERR(netdev);
	}
	dev_set_drvdata(&dev->dev, netdev_priv(netdev));
	xenbus_switch_state(dev, XenbusStateInitialising);
	return 0;
}

static COMPAT_XENBUS_REMOVE(front_remove)
{
	struct front *front = dev_get_drvdata(&dev->dev);

	disconnect(front);
	unregister_netdev(front->netdev);
	dev_set_drvdata(&dev->dev, NULL);
	free_netdev(front->netdev);
	COMPAT_REMOVED;
}

static const struct xenbus_device_id ids[] = {{"vif"}, {""}};

struct xenbus_driver front_driver = {
	.ids = ids,
	.probe = probe,
	.remove = front_remove,
	.otherend_changed = backend_changed,
};

static int __init front_init(void)
{
	int error;

	if (!xen_domain()) {
		pr_err("xen-netfront: this machine does not run under Xen\n");
		return -ENODEV;
	}
	nm_native_register(&front_native_ops);
	error = xenbus_register_frontend(&front_driver);
	if (!error)
		return 0;
	nm_native_unregister(&front_native_ops);
	if (error == -EBUSY)
		pr_err("xen-netfront: the kernel's own frontend has the interfaces: unload it "
		       "(rmmod xen-netfront), then load this one\n");
	return error;
}

static void __exit front_exit(void)
{
	xenbus_unregister_driver(&front_driver);
	nm_native_unregister(&front_native_ops);
}

module_init(front_init);
module_exit(front_exit);

MODULE_AUTHOR("valebench");
MODULE_DESCRIPTION("Ports of a VALE switch in another domain, in netmap mode");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS("xen:vif");
