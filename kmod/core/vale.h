/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * VALE switches: names, membership, and seam 3, the lookup operations by which a module replaces
 * the forwarding decision. All of it changes under the global lock. Forwarding holds no lock: who
 * joins or leaves publishes a new list of members (gate.h says when the old one is done with), and
 * operations change while the switch is paused.
 */
#ifndef NM_VALE_H
#define NM_VALE_H

#include <net/vale_module.h>
#include <net/vale_stats.h>

#include "port.h"

#define NM_VALE_PREFIX	   "vale"
#define NM_VALE_PORTS	   254 /* slots of a switch */
#define NM_VALE_PORTS_FREE 2   /* kept free, so that a device and its host port always fit */
#define NM_VALE_FLOOD	   NM_BDG_BROADCAST
#define NM_VALE_NO_PORT	   NM_BDG_NOPORT
#define NM_VALE_NAME_BYTES 16
#define NM_VALE_RINGS	   16 /* what dst_ring is reduced to */

struct nm_learn;

/* Who is in a switch. What senders look at does not change while they do. */
struct nm_members {
	unsigned n;
	/* Port numbers: those in use, then the free ones in the order of being handed out. */
	uint8_t numbers[NM_VALE_PORTS];
	struct nm_port *ports[NM_VALE_PORTS]; /* by number */
};

struct nm_vale {
	struct nm_members *members;	 /* as published */
	struct nm_members lists[2];	 /* the published one, and the next */
	bool unsettled;			 /* some sender may still look at the list before */
	bool paused;			 /* senders wait for the lock */
	struct os_rwsem lock;		 /* held exclusively while paused, shared by config */
	char name[NM_VALE_NAME_BYTES];	 /* empty: no such switch */
	const struct nm_lookup_ops *ops; /* nm_learn_ops, or module_ops */
	struct nm_lookup_ops module_ops; /* what modules made of them */
	void *private_data;
	void *token; /* NULL: not exclusive */
	struct nm_learn *learn;
	struct vale_port_stats departed; /* what ports counted that have left */
};

/* Does the name start with "vale"? */
bool nm_vale_prefixed(const char *name);
/* Bytes of the switch's name (before the colon), or 0 when the port name is malformed. */
size_t nm_vale_name_bytes(const char *name);

/* The switch of a port name "valeS:p" (or "valeS"); NULL when there is none. */
struct nm_vale *nm_vale_find(struct nm_ns *ns, const char *name);
/* The same, made when there is none; NULL: malformed name, no switch left, or no memory. */
struct nm_vale *nm_vale_find_or_create(struct nm_ns *ns, const char *name);
/* Ends a switch that has no ports, unless it is exclusive. */
void nm_vale_put_if_empty(struct nm_vale *vale);
void nm_vale_end(struct nm_vale *vale);
/* May who has this token (NULL: none) change the switch? */
bool nm_vale_allows(const struct nm_vale *vale, const void *token);

/* netmap_bdg_regops() of a switch, and netmap_bdg_restore(). Global lock held. */
void nm_vale_set_ops(struct nm_vale *vale, const struct nm_lookup_ops *ops, void *private_data);
unsigned nm_vale_restore(const struct nm_lookup_ops *ops);

/* The port of that full name, or NULL; no reference is taken. */
struct nm_port *nm_vale_port(const struct nm_vale *vale, const char *name);
/* -ENOMEM when the switch is full. */
int nm_vale_join(struct nm_vale *vale, struct nm_port *port);
/* In-flight batches end first; the switch ends with its last port. */
void nm_vale_leave(struct nm_port *port);

/* Until every sender that is inside the switch now has left. Others go in meanwhile. */
void nm_vale_settle(struct nm_vale *vale);
/* Between the two nothing is forwarded; senders wait. */
void nm_vale_pause(struct nm_vale *vale);
void nm_vale_resume(struct nm_vale *vale);

/*
 * The first port at or after number *port_idx of switch *vale_idx: 0 and both indices, or -ENOENT.
 */
int nm_vale_next_port(struct nm_ns *ns, uint32_t *vale_idx, uint32_t *port_idx,
		      struct nm_port **out);

/* Port kind "vale": finds or makes the ephemeral port; finds an attached persistent one. */
int nm_vale_port_get(const struct nm_port_query *query, struct nm_port **out);

#endif
