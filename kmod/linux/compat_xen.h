/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The part of compat.h that only Xen's drivers need: kernels without Xen lack the headers. */
#ifndef NM_COMPAT_XEN_H
#define NM_COMPAT_XEN_H

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "compat.h"

/* 5.12 identifies the other domain by the device. */
static inline int compat_bind_lateeoi(struct xenbus_device *dev, evtchn_port_t port,
				      irq_handler_t handler, const char *name, void *arg)
{
#ifdef HAVE_XEN_BIND_BY_DEVICE
	return bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, port, handler, 0, name, arg);
#else
	return bind_interdomain_evtchn_to_irqhandler_lateeoi(dev->otherend_id, port, handler, 0,
							     name, arg);
#endif
}

/* A function of the type of remove in struct xenbus_driver; it ends with COMPAT_REMOVED. */
#ifdef HAVE_XENBUS_REMOVE_VOID
#define COMPAT_XENBUS_REMOVE(name) void name(struct xenbus_device *dev)
#define COMPAT_REMOVED		   return
#else
#define COMPAT_XENBUS_REMOVE(name) int name(struct xenbus_device *dev)
#define COMPAT_REMOVED		   return 0
#endif

/* The same for uevent. */
#ifdef HAVE_XENBUS_UEVENT_CONST
#define COMPAT_XENBUS_UEVENT(name)                                                                 \
	int name(const struct xenbus_device *dev, struct kobj_uevent_env *env)
#else
#define COMPAT_XENBUS_UEVENT(name) int name(struct xenbus_device *dev, struct kobj_uevent_env *env)
#endif

/* 5.18 dropped an argument. Pages that the other domain still uses are not freed before it stops.
 */
static inline void compat_end_foreign_access(grant_ref_t ref)
{
#ifdef HAVE_XEN_END_ACCESS_BY_PAGE
	gnttab_end_foreign_access(ref, NULL);
#else
	gnttab_end_foreign_access(ref, 0, 0);
#endif
}

/* 7.0 tells a device that is gone from one whose state is not known. */
static inline enum xenbus_state compat_otherend_state(const struct xenbus_device *dev)
{
#ifdef HAVE_XENBUS_STATE_BY_DEVICE
	return xenbus_read_driver_state(dev, dev->otherend);
#else
	return xenbus_read_driver_state(dev->otherend);
#endif
}

#endif
