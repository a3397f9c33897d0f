/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * VALE ports: ephemeral ones live as long as someone refers to them, persistent ones (NEWIF) until
 * DELIF.
 */
#ifndef NM_VALE_PORT_H
#define NM_VALE_PORT_H

#include "port.h"

/* Forwards what the ring's port sends. Owner of the ring's busy flag. Always 0. */
int nm_vale_txsync(struct nm_ring *ring);

/* NEWIF. 0, -EINVAL (name or region), -EEXIST, -ENOMEM or what the host says about the device. */
int nm_persistent_create(struct nm_ns *ns, const char *dev, const struct nm_port_size *size,
			 struct nm_port **out);
/* DELIF: -EBUSY while open, attached or referenced. */
int nm_persistent_destroy(struct nm_port *port);
/* The end of the namespace: detaches first. */
void nm_persistent_drop(struct nm_port *port);

/*
 * name is "valeS:dev". -EBUSY (open, or attached there), -ENOMEM.
 */
int nm_persistent_attach(struct nm_port *port, const char *name);
void nm_persistent_detach(struct nm_port *port);

struct nm_attach;

/*
 * What is delivered to the port, which is in a switch, kicks this attachment from now on; NULL ends
 * that, and nobody kicks it any more.
 */
void nm_persistent_tie(struct nm_port *port, struct nm_attach *attach);
bool nm_persistent_tied(const struct nm_port *port);

#endif
