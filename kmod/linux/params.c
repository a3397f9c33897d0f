/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The core's parameters under /sys/module/netmap/parameters. */
#include <linux/module.h>

#include "core.h"

#define TUNABLE 0644
#define FIXED	0444

#define PARAM(name, type, mode, text)                                                              \
	module_param_named(name, nm_params.name, type, mode);                                      \
	MODULE_PARM_DESC(name, text)

PARAM(verbose, int, TUNABLE, "kernel log verbosity");
PARAM(debug, int, TUNABLE, "debug mask");
PARAM(no_timestamp, int, TUNABLE, "1: ring timestamps only where asked for");
PARAM(no_pendintr, int, TUNABLE, "1: rx sync always looks for packets");
PARAM(txsync_retry, int, TUNABLE, "extra delivery rounds for attached devices");
PARAM(fwd, int, TUNABLE, "1: transparent forwarding on device rx rings");
PARAM(admode, int, TUNABLE, "adapters: 0 native else emulated, 1 native, 2 emulated");
PARAM(generic_mit, int, TUNABLE, "emulated adapters: rx notification mitigation, ns");
PARAM(generic_ringsize, int, TUNABLE, "emulated adapters: slots a ring");
PARAM(generic_rings, int, TUNABLE, "emulated adapters: rings");
PARAM(generic_txqdisc, int, TUNABLE, "emulated adapters: 1 sends through the cooperating qdisc");
PARAM(generic_hwcsum, int, TUNABLE, "emulated adapters: 1 allows checksum offload");
PARAM(ptnet_vnet_hdr, int, TUNABLE, "1: guests may use virtio-net headers");
PARAM(default_pipes, int, TUNABLE, "ignored");
PARAM(bridge_batch, int, TUNABLE, "VALE batch, slots; 0 discards all traffic");
PARAM(max_bridges, uint, FIXED, "VALE switches in a network namespace");

PARAM(if_size, int, TUNABLE, "global region: bytes of a netmap_if");
PARAM(if_num, int, TUNABLE, "global region: netmap_ifs");
PARAM(ring_size, int, TUNABLE, "global region: bytes of a ring");
PARAM(ring_num, int, TUNABLE, "global region: rings");
PARAM(buf_size, int, TUNABLE, "global region: bytes of a buffer");
PARAM(buf_num, int, TUNABLE, "global region: buffers");
PARAM(if_curr_size, int, FIXED, "global region: actual bytes of a netmap_if");
PARAM(if_curr_num, int, FIXED, "global region: actual netmap_ifs");
PARAM(ring_curr_size, int, FIXED, "global region: actual bytes of a ring");
PARAM(ring_curr_num, int, FIXED, "global region: actual rings");
PARAM(buf_curr_size, int, FIXED, "global region: actual bytes of a buffer");
PARAM(buf_curr_num, int, FIXED, "global region: actual buffers");
PARAM(priv_if_size, int, TUNABLE, "private regions: least bytes of a netmap_if");
PARAM(priv_if_num, int, TUNABLE, "private regions: least netmap_ifs");
PARAM(priv_ring_size, int, TUNABLE, "private regions: least bytes of a ring");
PARAM(priv_ring_num, int, TUNABLE, "private regions: least rings");
PARAM(priv_buf_size, int, TUNABLE, "private regions: least bytes of a buffer");
PARAM(priv_buf_num, int, TUNABLE, "private regions: least buffers");
