/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Lookup modules that are loaded, and the requests to them. */
#ifndef NM_LOOKUP_H
#define NM_LOOKUP_H

#include <net/vale_lookup.h>

#include "ns.h"

/* NIOCCONFIG with a module's name; the answer goes back into ifr. 0 or -errno. */
int nm_lookup_request(struct nm_ns *ns, struct nm_ifreq *ifr);

#endif
