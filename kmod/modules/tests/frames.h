/* SPDX-License-Identifier: BSD-2-Clause */
/* Hand-made frames for the modules' tests. */
#ifndef VALE_TEST_FRAMES_H
#define VALE_TEST_FRAMES_H

#include <net/vale_module.h>
#include <string.h>

#include "kmod/modules/headers.h"

#define FRAME_MAX 128

struct test_frame {
	uint8_t data[FRAME_MAX];
	uint16_t bytes;
};

/* An Ethernet header: stations by the last byte of 02:00:00:00:00:xx. */
static inline void frame_ether(struct test_frame *f, uint8_t dst, uint8_t src, uint16_t type)
{
	memset(f, 0, sizeof(*f));
	f->data[0] = 2;
	f->data[5] = dst;
	f->data[6] = 2;
	f->data[11] = src;
	f->data[12] = type >> 8;
	f->data[13] = type;
	f->bytes = ETHER_BYTES;
}

/* IPv4 with options up to ihl words, addresses in host order. */
static inline void frame_ip4(struct test_frame *f, uint32_t src, uint32_t dst, uint8_t protocol,
			     uint8_t ihl)
{
	struct ip4_header *ip = (struct ip4_header *)(f->data + ETHER_BYTES);
	int i;

	frame_ether(f, 1, 2, ETHERTYPE_IP4);
	ip->version_ihl = 0x40 | ihl;
	ip->protocol = protocol;
	for (i = 0; i < 4; i++) {
		ip->src[i] = src >> (24 - 8 * i);
		ip->dst[i] = dst >> (24 - 8 * i);
	}
	f->bytes = ETHER_BYTES + IP4_BYTES;
}

/* The same with a transport header behind it. */
static inline void frame_l4(struct test_frame *f, uint32_t dst, uint8_t protocol, uint16_t port,
			    uint8_t ihl)
{
	uint8_t *l4 = f->data + ETHER_BYTES + ihl * 4;

	frame_ip4(f, 0x0a000001, dst, protocol, ihl);
	l4[2] = port >> 8;
	l4[3] = port;
	f->bytes = ETHER_BYTES + ihl * 4 + 8;
}

static inline void frame_arp(struct test_frame *f, uint32_t sender, uint32_t target)
{
	struct arp_ip4 *arp = (struct arp_ip4 *)(f->data + ETHER_BYTES);
	int i;

	frame_ether(f, 1, 2, ETHERTYPE_ARP);
	for (i = 0; i < 4; i++) {
		arp->sender_ip[i] = sender >> (24 - 8 * i);
		arp->target_ip[i] = target >> (24 - 8 * i);
	}
	f->bytes = ETHER_BYTES + ARP_IP4_BYTES;
}

#endif
