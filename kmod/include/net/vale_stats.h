/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Per-port counters of a VALE switch: an addition of valebench to the netmap ABI, on an ioctl
 * number of its own.
 *
 * Every packet that a port sends is counted once in tx_packets and then either in one of the
 * tx_drop_* causes or in tx_copies, once per destination port it is queued to. Every copy ends in
 * the destination's rx_packets or in one of its rx_drop_* causes. A packet that is cut into segments,
 * because a destination takes no virtio-net headers, counts there as so many copies, in tx_copies and
 * in the rx_* counters; one that is dropped before it is cut counts as one. When a port leaves, the switch
 * keeps what it counted in one sum of departed ports, so that over the ports of a switch and that
 * sum, at rest:
 *
 *	sum(tx_copies) == sum(rx_packets + rx_drop_ring_full + rx_drop_not_ready + rx_drop_bad_slot)
 */
#ifndef _NET_VALE_STATS_H_
#define _NET_VALE_STATS_H_

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/ioctl.h>
#else
#include <stdint.h>
#include <sys/ioctl.h>
#endif

#define VALE_STATS_VERSION    1
#define VALE_STATS_NAME_BYTES 64

enum vale_stats_scope {
	VALE_STATS_PORT = 0,
	VALE_STATS_DEPARTED = 1, /* all ports that have left the switch, since it exists */
};

/* 192 bytes; checked at compile time. Counters count from when the port joined the switch. */
struct vale_port_stats {
	uint16_t version;    /* in: VALE_STATS_VERSION, else EINVAL */
	uint16_t scope;	     /* in: enum vale_stats_scope, else EINVAL */
	uint32_t bridge_idx; /* in/out, as in VALE_LIST */
	uint32_t port_idx;   /* in/out */
	uint32_t reserved1;
	/*
	 * in/out: "valeSSS:port", or empty: the first port at or after (bridge_idx, port_idx);
	 * ENOENT when there is none. VALE_STATS_DEPARTED wants the name of a switch, "valeSSS:".
	 */
	char name[VALE_STATS_NAME_BYTES];
	uint64_t tx_packets;
	uint64_t tx_bytes;
	uint64_t tx_copies;
	uint64_t tx_drop_bad_slot; /* runt, too many fragments, unreadable header; a bad buf_idx sends buffer 0 */
	uint64_t tx_drop_no_dest;  /* no such port, the sender itself, or a flood in an empty switch
				    */
	uint64_t tx_drop_lookup;   /* the lookup module said drop */
	uint64_t tx_drop_no_switch; /* port not in a switch, or bridge_batch <= 0 */
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t rx_drop_ring_full;
	uint64_t rx_drop_not_ready; /* nobody has the destination or its ring open for receiving */
	/* unreadable source, a fragment larger than the buffer, or a virtio-net header that is wrong */
	uint64_t rx_drop_bad_slot;
	uint64_t spare[2];
};

#define NIOCVALESTATS _IOWR('i', 200, struct vale_port_stats)

#ifndef __cplusplus
_Static_assert(sizeof(struct vale_port_stats) == 192, "vale_port_stats is 192 bytes");
#endif

#endif
