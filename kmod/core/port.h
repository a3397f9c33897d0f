/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Seam 2: ports. Every kind of port is one implementation of nm_port_ops in one file, and one line
 * in the table of kinds in port.c. All but the syncs is called with the global lock held.
 */
#ifndef NM_PORT_H
#define NM_PORT_H

#include "ring.h"

#define NM_DEV_NAME_BYTES 16 /* IFNAMSIZ */

struct nm_file;
struct nm_ns;
struct nm_vale;
struct nm_pipe;
struct nm_monitor;

struct nm_port_ops {
	const char *kind;
	bool no_offsets; /* its slots cannot say where in the buffer a packet begins */
	bool forwards;	 /* what its tasks send goes through a switch */
	/*
	 * Hands slots hwcur..head to the port, and says in hwtail which ones are free again. 0 or
	 * -errno.
	 */
	int (*txsync)(struct nm_ring *ring);
	/* Takes slots hwcur..head back and moves hwtail over what arrived. 0 or -errno. */
	int (*rxsync)(struct nm_ring *ring);
	/* Rings were opened. NULL: it does not matter. */
	void (*opened)(struct nm_port *port);
	/*
	 * Rings were closed: on return nobody delivers to those that are not open, nor goes by the
	 * port's earlier header length. NULL: nobody ever does.
	 */
	void (*settle)(struct nm_port *port);
	/* A ring gets its first user, or has none any more. NULL: nm_ring_make and nm_ring_unmake.
	 */
	int (*ring_make)(struct nm_ring *ring);
	void (*ring_unmake)(struct nm_ring *ring);
	/* Does the port stay although nobody refers to it? NULL: no. */
	bool (*kept)(const struct nm_port *port);
	/* The last reference is gone: leave every switch and list. NULL: there is none. */
	void (*destroy)(struct nm_port *port);

	/* The rest may be NULL. May this binding to these rings be? 0 or -errno. */
	int (*admit)(struct nm_port *port, const struct nm_file *f);
	/* Before the first binding (0 or -errno), and after the last one let go of its rings. */
	int (*enter)(struct nm_port *port);
	void (*leave)(struct nm_port *port);
	/*
	 * Called by senders inside the switch: make room for so many slots if that can be done
	 * soon, and slots were delivered.
	 */
	void (*make_room)(struct nm_ring *ring, uint32_t slots);
	void (*delivered)(struct nm_ring *ring);
	/* Its ring is closed to who delivers: is it open now? */
	bool (*wake)(struct nm_ring *ring);
	/*
	 * A copy monitor is about to look at what arrives: do not wait for owners to look. Until
	 * the last binding goes. 0 or -ENOMEM.
	 */
	int (*watched)(struct nm_port *port);
};

struct nm_port {
	const struct nm_port_ops *ops;
	struct nm_ns *ns;
	struct nm_port *next; /* persistent ports of the namespace */
	char name[NETMAP_REQ_IFNAMSIZ];
	char dev[NM_DEV_NAME_BYTES]; /* device name of a persistent port, else empty */
	struct os_ifnet *ifnet;	     /* persistent ports */
	bool transient;		     /* persistent only as long as someone refers to it */
	unsigned refs;		     /* lookups, bindings, pipes, monitors; one for persisting */
	unsigned bindings;	     /* in netmap mode while there are any */
	struct nm_region *region;
	uint32_t slots[NM_DIRS];
	uint16_t nrings[NM_DIRS];
	uint16_t nhost[NM_DIRS]; /* host rings, which follow the others; 0: has none */
	struct nm_ring *rings[NM_DIRS];
	struct os_waitq waitq[NM_DIRS]; /* of bindings to several rings of a direction */
	void *kind_data;		/* the kind's own */
	bool dead;			/* what was behind it has gone for good */
	bool afar;			/* what takes its frames runs on CPUs that we do not schedule */
	struct nm_pipe *pipes;		/* pipes through this port's region */
	unsigned npipes;
	struct nm_monitor *monitors; /* that look at this port */
	uint32_t hdr_bytes;	     /* virtio-net header: 0, 10 or 12 */

	struct nm_vale *vale; /* NULL: in no switch */
	uint8_t vale_idx;
	struct os_spin stats_lock;
	uint64_t rx_not_ready; /* under stats_lock */
};

/*
 * How big a port is wanted; 0 means the default. nm_port_create clamps it to what a VALE port may
 * have.
 */
struct nm_port_size {
	uint32_t slots[NM_DIRS];
	uint16_t rings[NM_DIRS];
	uint16_t host[NM_DIRS];
	uint16_t pipe_rings; /* a private region is to hold a pipe of so many rings a direction */
	uint32_t extra_bufs;
	uint16_t mem_id;
	bool packed; /* a private region's buffers fill pages */
};

/* wish, or fallback where it is 0, and max at most. */
static inline uint32_t nm_clamp(uint32_t wish, uint32_t fallback, uint32_t max)
{
	uint32_t value = wish ? wish : fallback;

	return value < max ? value : max;
}

/*
 * A private region for a port of exactly this size and room for so many pipes: one reference. 0,
 * -EINVAL (parameters) or -ENOMEM.
 */
int nm_port_region(const struct nm_port_size *size, unsigned pipes, struct nm_region **out);
/*
 * A port of exactly this size, with one reference. It owns the reference to the region, even on
 * failure. 0 or -ENOMEM.
 */
int nm_port_new(struct nm_ns *ns, const struct nm_port_ops *ops, const char *name,
		const struct nm_port_size *size, struct nm_region *region, struct nm_port **out);
/* For kinds whose ports end together: ends one without its destroy operation. */
void nm_port_free(struct nm_port *port);

/* A port with one reference. 0, -EINVAL (no such region) or -ENOMEM. */
int nm_port_create(struct nm_ns *ns, const struct nm_port_ops *ops, const char *name,
		   const struct nm_port_size *size, struct nm_port **out);
void nm_port_put(struct nm_port *port);

/* The port's last binding has gone: its monitors see nothing any more and say so. In monitor.c. */
void nm_monitors_stop(struct nm_port *port);

/* All rings of a direction, host rings included. */
static inline unsigned nm_port_rings(const struct nm_port *port, int dir)
{
	return port->nrings[dir] + port->nhost[dir];
}

/* Wakes who sleeps on the ring, after an os_mb() behind the news. Any context. */
static inline void nm_port_rouse(struct nm_port *port, struct nm_ring *ring)
{
	if (unlikely(os_waitq_active(&ring->waitq)))
		os_wake(&ring->waitq);
	if (unlikely(os_waitq_active(&port->waitq[ring->dir])))
		os_wake(&port->waitq[ring->dir]);
}

/* The same without one. */
static inline void nm_port_wake(struct nm_port *port, struct nm_ring *ring)
{
	os_mb(); /* pairs with the one of os_poll_wait() */
	nm_port_rouse(port, ring);
}

static inline void nm_port_settle(struct nm_port *port)
{
	if (port->ops->settle)
		port->ops->settle(port);
}

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
