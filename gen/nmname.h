/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of netmap port names (netmap-abi 8.2): netmap:DEV[SUFFIX] and valeID:PORT[SUFFIX]. */
#ifndef PG_NMNAME_H
#define PG_NMNAME_H

#include <net/netmap.h>
#include <stdbool.h>

#include "err.h"

struct nmname {
	char name[NETMAP_REQ_IFNAMSIZ]; /* as the kernel knows it */
	struct nmreq_register reg; /* mode, ring number, flags, memory region, sizes wished for */
	char share[NETMAP_REQ_IFNAMSIZ]; /* use this port's memory region (@share); empty: none */
};

/*
 * Returns 0, or -errno with err: -EINVAL for what the grammar does not know, -EOPNOTSUPP for the
 * options offset and extmem, which it knows and this program does not offer. `out` is written only
 * on success.
 */
int nmname_parse(const char *spec, struct nmname *out, struct vb_err *err);

/* True for what nmname_parse could read: the prefix is netmap: or vale. */
bool nmname_has_prefix(const char *spec);

#endif
