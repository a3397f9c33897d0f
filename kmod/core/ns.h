/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A namespace: its switches and its persistent ports. And the lock of all configuration. */
#ifndef NM_NS_H
#define NM_NS_H

#include "core.h"
#include "port.h"

struct nm_ns {
	struct os_rwsem watch_lock; /* who looks at which rings; written with the global lock */
	struct nm_ns *next;	    /* of all */
	void *host_ns;
	struct nm_port *persistent;
	struct nm_device *devices;
	struct nm_attach *attached;
	unsigned nvales;
	/* Not freed before the namespace, so that a sync may look at the one it knew. */
	struct nm_vale *vales;
};

/* Order: global, then a switch's lock, then the namespace's watch lock, then a ring's. */
void nm_lock(void);
void nm_unlock(void);

/* All namespaces, for (ns = nm_ns_all(); ns; ns = ns->next). Global lock held. */
struct nm_ns *nm_ns_all(void);

/* The persistent port of this device name, or NULL. No reference is taken. */
struct nm_port *nm_ns_persistent(const struct nm_ns *ns, const char *dev);

#endif
