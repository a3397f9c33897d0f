/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Static stations: a frame goes where the table says for its source address, else to the default
 * port. */
#include "headers.h"
#include "loadable.h"
#include "modules.h"

static uint32_t macs_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			    void *private_data)
{
	const struct nm_lookup_state *state = private_data;
	struct ether_header ether;
	uint32_t port;

	if (!nm_bdg_read(ft, 0, &ether, sizeof(ether)))
		return NM_BDG_NOPORT;
	port = nm_table_find(&state->table[VALE_KEY_MAC], nm_key_of_mac(ether.src));
	return port == NM_TABLE_MISS ? state->default_port : port;
}

struct nm_lookup_module vale_macs = {
	.ops = {.name = "macs", .lookup = macs_lookup},
	.kinds = 1U << VALE_KEY_MAC,
};

VALE_LOADABLE(vale_macs, "", "VALE lookup: a table of MAC source addresses");
