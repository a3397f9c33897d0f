/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One switch port for each user-space stack: a frame goes to the stack that its IPv4 destination,
 * protocol and destination port belong to, else to the default port.
 */
#include "headers.h"
#include "loadable.h"
#include "modules.h"

#define PROTOCOL_TCP	 6
#define PROTOCOL_UDP	 17
#define PROTOCOL_DCCP	 33
#define PROTOCOL_SCTP	 132
#define PROTOCOL_UDPLITE 136

/* All of these have the destination port in bytes 2 and 3 of their header. */
static int has_ports(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
	case PROTOCOL_DCCP:
	case PROTOCOL_SCTP:
	case PROTOCOL_UDPLITE:
		return 1;
	}
	return 0;
}

/* 0: the frame has no destination that a stack could have asked for, as later IPv4 fragments. */
static int read_tuple(const struct nm_bdg_fwd *ft, uint64_t *key)
{
	struct ip4_header ip;
	uint8_t ports[4] = {0};
	uint32_t ip_bytes;

	if (!read_ip4(ft, &ip))
		return 0;
	ip_bytes = (ip.version_ihl & IP4_IHL_MASK) * 4;
	if (ip_bytes < IP4_BYTES || be16_at(ip.frag) & IP4_FRAG_MASK)
		return 0;
	if (has_ports(ip.protocol) &&
	    !nm_bdg_read(ft, ETHER_BYTES + ip_bytes, ports, sizeof(ports)))
		return 0;
	*key = nm_key_of_tuple(ip.dst, ip.protocol, be16_at(ports + 2));
	return 1;
}

static uint32_t demux_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			     void *private_data)
{
	const struct nm_lookup_state *state = private_data;
	uint32_t port = NM_TABLE_MISS;
	uint64_t key;

	if (read_tuple(ft, &key))
		port = nm_table_find(&state->table[VALE_KEY_TUPLE], key);
	return port == NM_TABLE_MISS ? state->default_port : port;
}

struct nm_lookup_module vale_demux = {
	.ops = {.name = "demux", .lookup = demux_lookup},
	.kinds = 1U << VALE_KEY_TUPLE,
};

VALE_LOADABLE(vale_demux, "", "VALE lookup: IPv4 destination, protocol and port to stacks");
