/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Static hosts: the table of MAC sources first, then the IPv4 source, then the IPv4 destination, in
 * ARP those that it speaks of; else the default port.
 */
#include "headers.h"
#include "loadable.h"
#include "modules.h"

struct hosts {
	uint64_t src; /* keys */
	uint64_t dst;
};

/* 0: the frame names no IPv4 hosts. */
static int read_hosts(const struct nm_bdg_fwd *ft, uint16_t type, struct hosts *hosts)
{
	struct ip4_header ip;
	struct arp_ip4 arp;

	if (type == ETHERTYPE_IP4 && nm_bdg_read(ft, ETHER_BYTES, &ip, sizeof(ip))) {
		hosts->src = nm_key_of_ip4(ip.src);
		hosts->dst = nm_key_of_ip4(ip.dst);
		return 1;
	}
	if (type == ETHERTYPE_ARP && nm_bdg_read(ft, ETHER_BYTES, &arp, sizeof(arp))) {
		hosts->src = nm_key_of_ip4(arp.sender_ip);
		hosts->dst = nm_key_of_ip4(arp.target_ip);
		return 1;
	}
	return 0;
}

static uint32_t ips_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			   void *private_data)
{
	const struct nm_lookup_state *state = private_data;
	const struct nm_table *ip4 = &state->table[VALE_KEY_IP4];
	struct ether_header ether;
	struct hosts hosts;
	uint32_t port;

	if (!nm_bdg_read(ft, 0, &ether, sizeof(ether)))
		return NM_BDG_NOPORT;
	port = nm_table_find(&state->table[VALE_KEY_MAC], nm_key_of_mac(ether.src));
	if (port != NM_TABLE_MISS || !read_hosts(ft, be16_at(ether.type), &hosts))
		return port == NM_TABLE_MISS ? state->default_port : port;
	port = nm_table_find(ip4, hosts.src);
	if (port == NM_TABLE_MISS)
		port = nm_table_find(ip4, hosts.dst);
	return port == NM_TABLE_MISS ? state->default_port : port;
}

struct nm_lookup_module vale_ips = {
	.ops = {.name = "ips", .lookup = ips_lookup},
	.kinds = 1U << VALE_KEY_MAC | 1U << VALE_KEY_IP4,
};

VALE_LOADABLE(vale_ips, "", "VALE lookup: a table of IPv4 addresses");
