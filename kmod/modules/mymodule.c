/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The sample: a frame goes to the port that the last byte of its IPv4 destination numbers. */
#include "headers.h"
#include "loadable.h"
#include "modules.h"

static uint32_t mymodule_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
				void *private_data)
{
	struct ip4_header ip;

	return read_ip4(ft, &ip) ? ip.dst[3] : NM_BDG_NOPORT;
}

struct nm_lookup_module vale_mymodule = {
	.ops = {.name = "mymodule", .lookup = mymodule_lookup},
};

VALE_LOADABLE(vale_mymodule, "vale0", "VALE lookup: the last byte of the IPv4 destination");
