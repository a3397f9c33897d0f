/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* CSB mode: head, cur and tail are exchanged in arrays of the task. Source: netmap-abi section 12.
 */
#ifndef NM_CSB_H
#define NM_CSB_H

#include "file.h"

static inline bool nm_csb_enabled(const struct nm_file *f)
{
	return OS_READ_ONCE(f->csb.atok);
}

/* The rings of a binding in the order of the arrays: tx, then rx. */
static inline unsigned nm_csb_rings(const struct nm_file *f)
{
	return f->last[NM_TX] - f->first[NM_TX] + f->last[NM_RX] - f->first[NM_RX];
}

static inline struct nm_ring *nm_csb_ring(const struct nm_file *f, struct nm_port *port, unsigned i)
{
	unsigned tx = f->last[NM_TX] - f->first[NM_TX];

	if (i < tx)
		return &port->rings[NM_TX][f->first[NM_TX] + i];
	return &port->rings[NM_RX][f->first[NM_RX] + i - tx];
}

/*
 * What a sync of a loop is asked for: what the task wishes, and to take transmit slots back when no
 * more than half of them are free after head. Source: netmap-abi section 12.
 */
uint32_t nm_csb_sync_flags(const struct nm_ring *ring, uint32_t head, uint32_t wished);

/*
 * Checks the arrays and fills them with the state of the rings that f is bound to. 0 and *csb
 * (untouched when there are no rings), -EINVAL (not exclusive, or not aligned to 64 bytes) or
 * -EFAULT; also the option's status. Touches user memory: no lock is held.
 */
int nm_csb_setup(const struct nm_file *f, struct nm_port *port, struct nmreq_opt_csb *opt,
		 struct nm_csb *csb);

#endif
