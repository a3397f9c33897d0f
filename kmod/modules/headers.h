/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The protocol headers that modules look at, as bytes: nothing in a frame is aligned. */
#ifndef VALE_HEADERS_H
#define VALE_HEADERS_H

#include <net/vale_module.h>

#define ETHER_BYTES   14
#define ETHERTYPE_IP4 0x0800
#define ETHERTYPE_ARP 0x0806
#define IP4_BYTES     20
#define IP4_IHL_MASK  0x0f /* of version_ihl, in words of 4 bytes */
#define IP4_FRAG_MASK 0x1fff
#define ARP_IP4_BYTES 28

struct ether_header {
	uint8_t dst[6];
	uint8_t src[6];
	uint8_t type[2];
};

struct ip4_header {
	uint8_t version_ihl;
	uint8_t tos;
	uint8_t bytes[2];
	uint8_t id[2];
	uint8_t frag[2];
	uint8_t ttl;
	uint8_t protocol;
	uint8_t csum[2];
	uint8_t src[4];
	uint8_t dst[4];
};

/* ARP for IPv4 over Ethernet. */
struct arp_ip4 {
	uint8_t formats[6];
	uint8_t operation[2];
	uint8_t sender_mac[6];
	uint8_t sender_ip[4];
	uint8_t target_mac[6];
	uint8_t target_ip[4];
};

static inline uint16_t be16_at(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

/* Reads an Ethernet header with an IPv4 header behind it. 0: the frame does not begin so. */
static inline int read_ip4(const struct nm_bdg_fwd *ft, struct ip4_header *ip)
{
	uint8_t type[2];

	return nm_bdg_read(ft, ETHER_BYTES - sizeof(type), type, sizeof(type)) &&
	       be16_at(type) == ETHERTYPE_IP4 && nm_bdg_read(ft, ETHER_BYTES, ip, sizeof(*ip));
}

#endif
