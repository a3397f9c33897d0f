/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "learn.h"

void nm_learn_forget(struct nm_learn *table, uint32_t port)
{
	unsigned i;

	for (i = 0; i < NM_LEARN_BUCKETS; i++)
		if ((table->entry[i] & NM_LEARN_PORT_MASK) == (NM_LEARN_VALID | port))
			table->entry[i] = 0;
}

/* The form that modules may call; the forwarding loop calls nm_learn_route() without the detour. */
static uint32_t learn_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			     void *private_data)
{
	struct nm_macs macs;

	if (ft->ft_len < ft->ft_offset + NM_ETHER_BYTES || !nm_bdg_read(ft, 0, &macs, sizeof(macs)))
		return NM_VALE_NO_PORT;
	return nm_learn_route(src->vale->learn, &macs, src->vale_idx, !(ft->ft_flags & NS_NO_LEARN));
}

const struct nm_lookup_ops nm_learn_ops = {
	.lookup = learn_lookup,
	.name = "learning",
};
