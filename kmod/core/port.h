/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Seam 2: ports. Every kind of port is one implementation of nm_port_ops in one file, and one line
 * in the table of kinds in port.c. All but the syncs is called with the global lock held.
 */
#ifndef NM_PORT_H
#define NM_PORT_H

#include "ring.h"

#define NM_DEV_NAME_BYTES 16 /* IFNAMSIZ */

struct nm_ns;
struct nm_vale;

struct nm_port_ops {
	const char *kind;
	/*
	 * Hands slots hwcur..head to the port, and says in hwtail which ones are free again. 0 or
	 * -errno.
	 */
	int (*txsync)(struct nm_ring *ring);
	/* Takes slots hwcur..head back and moves hwtail over what arrived. 0 or -errno. */
	int (*rxsync)(struct nm_ring *ring);
	/* Between the two, nobody delivers to any ring of the port. */
	void (*quiesce)(struct nm_port *port);
	void (*resume)(struct nm_port *port);
	/* The last reference is gone: leave every switch and list. */
	void (*destroy)(struct nm_port *port);
};

struct nm_port {
	const struct nm_port_ops *ops;
	struct nm_ns *ns;
	struct nm_port *next; /* persistent ports of the namespace */
	char name[NETMAP_REQ_IFNAMSIZ];
	char dev[NM_DEV_NAME_BYTES]; /* device name of a persistent port, else empty */
	struct os_ifnet *ifnet;	     /* persistent ports */
	unsigned refs;		     /* lookups, bindings, and one for being persistent */
	unsigned bindings;	     /* in netmap mode while there are any */
	struct nm_region *region;
	uint32_t slots[NM_DIRS];
	uint16_t nrings[NM_DIRS];
	struct nm_ring *rings[NM_DIRS];
	struct os_waitq waitq[NM_DIRS]; /* of bindings to several rings of a direction */
	uint32_t hdr_bytes;		/* virtio-net header: 0, 10 or 12 */

	struct nm_vale *vale; /* NULL: in no switch; changes under that switch's write lock */
	uint8_t vale_idx;
	struct os_spin stats_lock;
	uint64_t rx_not_ready; /* under stats_lock */
	uint64_t rx_mismatch;  /* packets from ports with another header length; under stats_lock */
};

/*
 * How big a port is wanted; 0 means the default. nm_port_create clamps it to what a VALE port may
 * have.
 */
struct nm_port_size {
	uint32_t slots[NM_DIRS];
	uint16_t rings[NM_DIRS];
	uint32_t extra_bufs;
	uint16_t mem_id;
};

/* A port with one reference. 0, -EINVAL (no such region) or -ENOMEM. */
int nm_port_create(struct nm_ns *ns, const struct nm_port_ops *ops, const char *name,
		   const struct nm_port_size *size, struct nm_port **out);
void nm_port_put(struct nm_port *port);

struct nm_port_query {
	struct nm_ns *ns;
	const char *name; /* at most NETMAP_REQ_IFNAMSIZ bytes with its NUL */
	struct nm_port_size size;
	uint32_t mode;
	uint64_t flags;
	bool create; /* ephemeral ports come into being by being asked for */
};

/*
 * Finds or makes the named port and takes a reference: 0, or the errors of REGISTER's name
 * resolution.
 */
int nm_port_get(const struct nm_port_query *query, struct nm_port **out);

#endif
