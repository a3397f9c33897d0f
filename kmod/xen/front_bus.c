/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The frontend's states: which protocol its backend speaks, connecting, and closing. */
#include <linux/delay.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "compat_xen.h"
#include "netfront.h"

#define CLOSING_MS 5000
#define LOOK_MS	   20

static unsigned int max_queues = 1;
module_param(max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues, "queues of an interface in the standard protocol, at most (1 to 8)");

static bool netmap_mode = true;
module_param(netmap_mode, bool, 0644);
MODULE_PARM_DESC(netmap_mode, "share the buffers of a switch's port with backends that offer it");

/* Of connections before this one, in another mode or with another number of queues. */
static const char *const leftovers[] = {
	"tx-ring-ref",	    "rx-ring-ref",     "event-channel",		 "event-channel-tx",
	"event-channel-rx", "request-rx-copy", "multi-queue-num-queues",
};

int front_forget_keys(const struct front *front, struct xenbus_transaction xbt)
{
	unsigned int i;
	int error;

	for (i = 0; i < ARRAY_SIZE(leftovers); i++) {
		error = xenbus_rm(xbt, front->dev->nodename, leftovers[i]);
		if (error && error != -ENOENT)
			return error;
	}
	return 0;
}

static const struct front_protocol *choose(const struct front *front)
{
	if (netmap_mode && xenbus_read_unsigned(front->dev->otherend, "feature-netmap", 0))
		return &front_netmap;
	return &front_standard;
}

/* The lock is held. */
static void disconnect(struct front *front)
{
	front_netdev_stop(front);
	if (front->protocol)
		front->protocol->disconnect(front);
}

static void connect(struct front *front)
{
	WRITE_ONCE(front->fault_reason, NULL);
	if (front_netdev_use(front, choose(front)))
		return;
	if (front->protocol->connect(front))
		disconnect(front);
	else
		xenbus_switch_state(front->dev, XenbusStateConnected);
}

/* Whether netmap mode can be had is known when the backend's script has been run. */
static bool undecided(const struct front *front)
{
	const char *backend = front->dev->otherend;
	unsigned int length;
	char *status;
	bool done;

	if (!netmap_mode || !xenbus_exists(XBT_NIL, backend, "feature-netmap"))
		return false;
	status = xenbus_read(XBT_NIL, backend, "hotplug-status", &length);
	if (IS_ERR(status))
		return false;
	done = strcmp(status, "connected") == 0;
	kfree(status);
	return !done;
}

static void connect_if_decided(struct front *front)
{
	if (front->dev->state == XenbusStateInitialising && !undecided(front))
		connect(front);
}

static void on_hotplug(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct front *front = container_of(watch, struct front, hotplug);

	mutex_lock(&front->lock);
	if (compat_otherend_state(front->dev) == XenbusStateInitWait)
		connect_if_decided(front);
	mutex_unlock(&front->lock);
}

static int watch_hotplug(struct front *front)
{
	return xenbus_watch_pathfmt(front->dev, &front->hotplug, NULL, on_hotplug, "%s/%s",
				    front->dev->otherend, "hotplug-status");
}

/* The lock is not held. */
static void unwatch_hotplug(struct front *front)
{
	if (!front->hotplug.node)
		return;
	unregister_xenbus_watch(&front->hotplug);
	kfree(front->hotplug.node);
	front->hotplug.node = NULL;
}

static void on_fault(struct work_struct *work)
{
	struct front *front = container_of(work, struct front, fault);

	mutex_lock(&front->lock);
	if (front->connected && front->fault_reason) {
		netdev_err(front->netdev, "closed: the backend broke the protocol: %s\n",
			   front->fault_reason);
		xenbus_switch_state(front->dev, XenbusStateClosing);
		disconnect(front);
	}
	mutex_unlock(&front->lock);
}

void front_broken(struct front *front, const char *why)
{
	if (!cmpxchg(&front->fault_reason, NULL, why))
		schedule_work(&front->fault);
}

/* It ends the connection before ours, and will wait for ours; unless it is being taken away. */
static bool comes_back(const struct xenbus_device *dev)
{
	return dev->state == XenbusStateInitialising &&
	       xenbus_read_unsigned(dev->otherend, "online", 0);
}

static void follow(struct front *front, enum xenbus_state backend)
{
	struct xenbus_device *dev = front->dev;

	switch (backend) {
	case XenbusStateInitWait:
		connect_if_decided(front);
		break;
	case XenbusStateConnected:
		if (dev->state == XenbusStateConnected)
			front_netdev_start(front);
		break;
	case XenbusStateClosing:
	case XenbusStateClosed:
		if (dev->state == XenbusStateClosed || comes_back(dev))
			break;
		disconnect(front);
		xenbus_frontend_closed(dev);
		break;
	default:
		break;
	}
}

static void backend_changed(struct xenbus_device *dev, enum xenbus_state backend)
{
	struct front *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->lock);
	follow(front, backend);
	mutex_unlock(&front->lock);
}

static int probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	unsigned int queues = clamp(max_queues, 1U, (unsigned int)FRONT_QUEUES_MAX);
	struct net_device *netdev = front_netdev_create(dev, queues);
	struct front *front;
	int error;

	if (!netdev) {
		xenbus_dev_fatal(dev, -ENOMEM, "creating a net device");
		return -ENOMEM;
	}
	front = netdev_priv(netdev);
	INIT_WORK(&front->fault, on_fault);
	front_filter_init(front);
	dev_set_drvdata(&dev->dev, front);
	error = watch_hotplug(front);
	if (error) {
		free_netdev(netdev); /* why has been said */
		return error;
	}
	xenbus_switch_state(dev, XenbusStateInitialising);
	return 0;
}

static bool is_using(enum xenbus_state backend)
{
	return backend == XenbusStateInitialised || backend == XenbusStateConnected;
}

/* A backend that lets go of our pages first leaves nothing to be cleared up later. */
static void await_end(const struct xenbus_device *dev)
{
	unsigned int ms;

	for (ms = 0; ms < CLOSING_MS; ms += LOOK_MS) {
		if (!is_using(compat_otherend_state(dev)))
			return;
		msleep(LOOK_MS);
	}
	dev_warn(&dev->dev, "the backend does not close its side within %u ms\n", CLOSING_MS);
}

/* The lock is held. */
static void leave(struct front *front)
{
	front_netdev_stop(front);
	if (front->dev->state == XenbusStateConnected) {
		xenbus_switch_state(front->dev, XenbusStateClosing);
		await_end(front->dev);
	}
	disconnect(front);
}

static COMPAT_XENBUS_REMOVE(front_remove)
{
	struct front *front = dev_get_drvdata(&dev->dev);

	unwatch_hotplug(front);
	mutex_lock(&front->lock);
	leave(front);
	mutex_unlock(&front->lock);
	if (front->netdev->reg_state == NETREG_REGISTERED)
		unregister_netdev(front->netdev);
	cancel_work_sync(&front->fault);
	cancel_delayed_work_sync(&front->filter.work);
	dev_set_drvdata(&dev->dev, NULL);
	free_netdev(front->netdev);
	COMPAT_REMOVED;
}

/*
 * Pages of another domain cannot be saved with the guest, so they go before. Should it then go on
 * where it is, the backend waits to be connected to again.
 */
static int front_suspend(struct xenbus_device *dev)
{
	struct front *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->lock);
	if (front->protocol == &front_netmap && dev->state == XenbusStateConnected) {
		leave(front);
		xenbus_switch_state(dev, XenbusStateInitialising);
	}
	mutex_unlock(&front->lock);
	return 0;
}

/* In another machine nobody knows of our pages, and the new backend waits to be connected to. */
static int front_resume(struct xenbus_device *dev)
{
	struct front *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->lock);
	disconnect(front);
	mutex_unlock(&front->lock);
	unwatch_hotplug(front);
	return watch_hotplug(front);
}

static const struct xenbus_device_id ids[] = {{"vif"}, {""}};

struct xenbus_driver front_driver = {
	.ids = ids,
	.probe = probe,
	.remove = front_remove,
	.suspend = front_suspend,
	.resume = front_resume,
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
		       "(unbind them in /sys/bus/xen/drivers/vif, rmmod xen-netfront), then "
		       "load this one\n");
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
MODULE_DESCRIPTION("Virtual interfaces of Xen: the standard protocol, and ports of a VALE switch "
		   "in another domain");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS("xen:vif");
