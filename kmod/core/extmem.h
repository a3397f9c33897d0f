/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The EXTMEM option: a region in memory of the task. Source: netmap-abi section 2.3.2. */
#ifndef NM_EXTMEM_H
#define NM_EXTMEM_H

#include <net/netmap.h>

#include "mem.h"

/*
 * Pins what the option describes: 0, -EINVAL (no whole pages), -EFAULT or -ENOMEM. Touches user
 * memory: no lock is held. Here and below, an error is also the option's status.
 */
int nm_extmem_pin(struct nmreq_opt_extmem *opt, struct os_pin **out);
/*
 * A reference to the region in these pages, which is made unless it exists; then it owns the pin,
 * and *pin becomes NULL. The option tells its layout. 0, or the errors of nm_region_create_pinned.
 * Global lock held.
 */
int nm_extmem_region(struct nmreq_opt_extmem *opt, struct os_pin **pin, struct nm_region **out);

/* The layout of a region as the ABI tells it. */
void nm_pools_info(const struct nm_region *region, struct nmreq_pools_info *info);

#endif
