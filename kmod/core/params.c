/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "core.h"

/*
 * Defaults of the reference implementation, so that scripts which set only some of them find what
 * they expect.
 */
struct nm_params nm_params = {
	.no_pendintr = 1,
	.txsync_retry = 2,
	.generic_mit = 100 * 1000,
	.generic_ringsize = 1024,
	.generic_rings = 1,
	.generic_txqdisc = 1,
	.ptnet_vnet_hdr = 1,
	.bridge_batch = 1024,
	.max_bridges = 8,
	.if_size = 1024,
	.if_num = 100,
	.ring_size = 9 * 4096,
	.ring_num = 200,
	.buf_size = 2048,
	.buf_num = 163840,
	.priv_if_size = 1024,
	.priv_if_num = 2,
	.priv_ring_size = 5 * 4096,
	.priv_ring_num = 4,
	.priv_buf_size = 2048,
	.priv_buf_num = 4098,
};
