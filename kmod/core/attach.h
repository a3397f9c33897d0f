/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Devices as members of a switch. A wrapper port has the device's rings with their roles swapped:
 * what arrives at the device is sent into the switch, and what the switch delivers goes out of the
 * device. The host's stack becomes a second port in the same way.
 */
#ifndef NM_ATTACH_H
#define NM_ATTACH_H

#include <net/netmap.h>

#include "os.h"

struct nm_attach;
struct nm_file;
struct nm_ns;
struct nm_port;

/*
 * Attaches a device to the switch in name, "valeS:dev", with its host's stack or without: 0 and
 * *idx, the port's number, -EINVAL (no such device), -EBUSY (it is open or attached), -ENOMEM, or
 * what taking the device over says. Global lock held, here and below unless said otherwise.
 */
int nm_attach(struct nm_ns *ns, const char *name, const struct nmreq_register *reg, uint32_t *idx);
/*
 * Attaches a persistent port that is in a switch to a second one: 0, -EBUSY (it is open, has pipes,
 * or is in two already) or -ENOMEM.
 */
int nm_attach_again(struct nm_port *port, const char *name, const struct nmreq_register *reg,
		    uint32_t *idx);
/* Is it the port of something attached by one of the two? */
bool nm_attached(const struct nm_port *port);
/* By its device's port. 0, -EINVAL (its host's port) or -EBUSY (it is being polled). */
int nm_detach(struct nm_port *port);
/* The end of the namespace: whatever is attached is detached. */
void nm_attach_end(struct nm_ns *ns);
/* After the last namespace; global lock not held. */
void nm_attach_exit(void);

bool nm_attach_owns(const struct nm_attach *attach, const struct nm_file *f);
/* Frames wait or were sent. Any context. */
void nm_attach_kick(struct nm_attach *attach);
/* Some device has gone: what was attached of it leaves soon. Any context. */
void nm_attach_reap(void);

/* What may rest and carries nothing for so long gives its buffers back. */
extern unsigned nm_rest_ms;

/*
 * VALE_POLLING_ENABLE and _DISABLE of an attached device's port. 0, -EINVAL, -EFAULT, -EOPNOTSUPP
 * (not a device's) or -ENOMEM.
 */
int nm_polling_enable(struct nm_port *port, const struct nmreq_vale_polling *how);
int nm_polling_disable(struct nm_port *port);

#endif
