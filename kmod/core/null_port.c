/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "null_port.h"

static int null_sync(struct nm_ring *ring)
{
	return 0;
}

static const struct nm_port_ops null_port_ops = {
	.kind = "null",
	.txsync = null_sync,
	.rxsync = null_sync,
};

int nm_null_port_get(const struct nm_port_query *query, struct nm_port **out)
{
	struct nm_region *region = nm_region_get(query->size.mem_id);
	struct nm_port_size size = query->size;

	if (!region)
		return -EINVAL;
	size.host[NM_TX] = 0;
	size.host[NM_RX] = 0;
	return nm_port_new(query->ns, &null_port_ops, query->name, &size, region, out);
}
