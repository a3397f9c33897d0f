/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A virtual interface from the toolstack's wish to its end: xenbus, and the states of both sides.
 */
#include <linux/slab.h>

#include "compat_xen.h"
#include "netback.h"
#include "state.h"
#include "transact.h"

static_assert((int)VIF_CLOSED == XenbusStateClosed);

static const struct {
	const char *key;
	unsigned int value;
} features[] = {
	{"feature-sg", 1},
	{"feature-gso-tcpv4", 1},
	{"feature-gso-tcpv6", 1},
	{"feature-ipv6-csum-offload", 1},
	{"feature-rx-copy", 1},
	{"feature-rx-flip", 0},
	{"feature-multicast-control", 1},
	{"feature-dynamic-multicast-control", 1},
	{"feature-netmap", 0}, /* the script says 1 once the interface is in a switch */
};

static int write_features(const void *what, struct xenbus_transaction xbt)
{
	const struct vif *vif = what;
	const char *dir = vif->dev->nodename;
	unsigned int i;
	int error = 0;

	for (i = 0; i < ARRAY_SIZE(features) && !error; i++)
		error = xenbus_printf(xbt, dir, features[i].key, "%u", features[i].value);
	if (!error)
		error = xenbus_printf(xbt, dir, "feature-split-event-channels", "%u",
				      vif_separate_irqs);
	if (!error)
		error = xenbus_printf(xbt, dir, "multi-queue-max-queues", "%u",
				      vif->netdev->num_tx_queues);
	return error;
}

void vif_fail(struct vif *vif, int error, const char *fmt, ...)
{
	va_list args;
	char why[128];

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	if (!vif->said)
		netdev_err(vif->netdev, "closed: %s (%d)\n", why, error);
	vif->said = true;
	xenbus_printf(XBT_NIL, vif->dev->nodename, "error", "%s", why);
	xenbus_switch_state(vif->dev, XenbusStateClosing);
}

static void on_fault(struct work_struct *work)
{
	struct vif *vif = container_of(work, struct vif, fault);

	mutex_lock(&vif->lock);
	if (vif->state == VIF_CONNECTED) {
		vif_fail(vif, -EPROTO, "%s", vif->fault_reason);
		vif_disconnect(vif);
		vif->state = VIF_CLOSING;
	}
	mutex_unlock(&vif->lock);
}

void vif_broken(struct vif *vif, const char *why)
{
	if (!cmpxchg(&vif->fault_reason, NULL, why))
		schedule_work(&vif->fault);
}

/* The script that attaches the device has been run, or there is none. */
static bool hotplug_done(const struct vif *vif)
{
	unsigned int length;
	char *status;
	bool done;

	status = xenbus_read(XBT_NIL, vif->dev->nodename, "hotplug-status", &length);
	if (IS_ERR(status))
		return PTR_ERR(status) == -ENOENT;
	done = strcmp(status, "connected") == 0;
	kfree(status);
	return done;
}

static void say_connected(struct vif *vif)
{
	if (vif->state != VIF_CONNECTED || !vif->awaits_hotplug || !hotplug_done(vif))
		return;
	vif->awaits_hotplug = false;
	xenbus_switch_state(vif->dev, XenbusStateConnected);
}

static void on_hotplug(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct vif *vif = container_of(watch, struct vif, hotplug);

	mutex_lock(&vif->lock);
	say_connected(vif);
	mutex_unlock(&vif->lock);
}

static void on_multicast(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct vif *vif = container_of(watch, struct vif, multicast);

	WRITE_ONCE(vif->filter.on, vif_asks(vif, "request-multicast-control"));
}

static void step_prepare(struct vif *vif)
{
	vif->state = VIF_INIT_WAIT;
	xenbus_switch_state(vif->dev, XenbusStateInitWait);
}

static void step_connect(struct vif *vif)
{
	WRITE_ONCE(vif->fault_reason, NULL);
	if (vif_connect(vif)) {
		vif->state = VIF_CLOSING;
		return;
	}
	vif->state = VIF_CONNECTED;
	vif->awaits_hotplug = true;
	say_connected(vif);
}

static void step_disconnect(struct vif *vif)
{
	vif_disconnect(vif);
	vif->state = VIF_CLOSING;
	xenbus_switch_state(vif->dev, XenbusStateClosing);
}

static void step_close(struct vif *vif)
{
	vif->state = VIF_CLOSED;
	xenbus_switch_state(vif->dev, XenbusStateClosed);
}

/* True: the device is to go. */
static bool follow(struct vif *vif, enum xenbus_state frontend)
{
	static void (*const steps[])(struct vif * vif) = {
		[VIF_PREPARE] = step_prepare,
		[VIF_CONNECT] = step_connect,
		[VIF_DISCONNECT] = step_disconnect,
		[VIF_CLOSE] = step_close,
	};
	enum vif_step step;

	do {
		step = vif_next_step(vif->state, frontend, xenbus_dev_is_online(vif->dev));
		if (step == VIF_STAY || step == VIF_REMOVE)
			return step == VIF_REMOVE;
		steps[step](vif);
		/* What could not be connected waits for the frontend to notice. */
	} while (step != VIF_CONNECT);
	return false;
}

static void frontend_changed(struct xenbus_device *dev, enum xenbus_state frontend)
{
	struct vif *vif = dev_get_drvdata(&dev->dev);
	bool remove;

	mutex_lock(&vif->lock);
	remove = follow(vif, frontend);
	mutex_unlock(&vif->lock);
	if (remove)
		device_unregister(&dev->dev);
}

static COMPAT_XENBUS_UEVENT(uevent)
{
	const struct vif *vif = dev_get_drvdata(&dev->dev);
	char *script = xenbus_read(XBT_NIL, dev->nodename, "script", NULL);
	int error;

	if (IS_ERR(script))
		return 0;
	error = add_uevent_var(env, "script=%s", script);
	kfree(script);
	if (!error && vif)
		error = add_uevent_var(env, "vif=%s", vif->netdev->name);
	return error;
}

static int vif_start(struct vif *vif)
{
	int error;

	mutex_init(&vif->lock);
	os_spin_init(&vif->filter.lock);
	INIT_WORK(&vif->fault, on_fault);
	vif->state = VIF_INITIALISING;
	error = vif_transact(write_features, vif);
	if (error)
		return error;
	error = xenbus_watch_pathfmt(vif->dev, &vif->hotplug, NULL, on_hotplug, "%s/%s",
				     vif->dev->nodename, "hotplug-status");
	if (!error)
		error = xenbus_watch_pathfmt(vif->dev, &vif->multicast, NULL, on_multicast, "%s/%s",
					     vif->dev->otherend, "request-multicast-control");
	if (error)
		return error;
	mutex_lock(&vif->lock);
	step_prepare(vif);
	mutex_unlock(&vif->lock);
	kobject_uevent(&vif->dev->dev.kobj, KOBJ_ONLINE);
	return 0;
}

static void unwatch(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
}

static void vif_end(struct vif *vif)
{
	unwatch(&vif->hotplug);
	unwatch(&vif->multicast);
	cancel_work_sync(&vif->fault);
	mutex_lock(&vif->lock);
	vif_disconnect(vif);
	mutex_unlock(&vif->lock);
	unregister_netdev(vif->netdev);
	free_netdev(vif->netdev);
}

static int probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	unsigned int queues = clamp(vif_max_queues, 1U, (unsigned int)VIF_QUEUES_MAX);
	struct net_device *netdev;
	unsigned int handle;
	int error;

	if (xenbus_scanf(XBT_NIL, dev->nodename, "handle", "%u", &handle) != 1) {
		xenbus_dev_fatal(dev, -ENOENT, "reading %s/handle", dev->nodename);
		return -ENOENT;
	}
	netdev = vif_netdev_create(dev, handle, queues);
	if (IS_ERR(netdev)) {
		error = PTR_ERR(netdev);
		xenbus_dev_fatal(dev, error, "creating vif%u.%u", dev->otherend_id, handle);
		return error;
	}
	dev_set_drvdata(&dev->dev, netdev_priv(netdev));
	error = vif_start(netdev_priv(netdev));
	if (!error)
		return 0;
	xenbus_dev_fatal(dev, error, "publishing what %s can do", netdev->name);
	dev_set_drvdata(&dev->dev, NULL);
	vif_end(netdev_priv(netdev));
	return error;
}

static COMPAT_XENBUS_REMOVE(vif_remove)
{
	struct vif *vif = dev_get_drvdata(&dev->dev);

	dev_set_drvdata(&dev->dev, NULL);
	if (vif)
		vif_end(vif);
	COMPAT_REMOVED;
}

static const struct xenbus_device_id ids[] = {{"vif"}, {""}};

struct xenbus_driver vif_driver = {
	.ids = ids,
	.probe = probe,
	.remove = vif_remove,
	.uevent = uevent,
	.otherend_changed = frontend_changed,
	.allow_rebind = true,
};
