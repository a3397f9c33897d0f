/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <string.h>

#define KEY	     0x506du
#define MAX_NESTING  4
#define MAC_PAIR     12
#define TYPE_VLAN    0x8100
#define TYPE_QINQ    0x88a8
#define TYPE_IPV4    0x0800
#define TYPE_IPV6    0x86dd
#define TYPE_BRIDGED 0x6558 /* Ethernet in GRE (RFC 1701) */

enum { PROTO_IPV4 = 4, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_IPV6 = 41, PROTO_GRE = 47 };

struct cursor {
	const uint8_t *p;
	size_t left;
};

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static bool skip(struct cursor *c, size_t n)
{
	if (n > c->left)
		return false;
	c->p += n;
	c->left -= n;
	return true;
}

/*
 * The key repeats every 16 bits, so a 16-bit word hashes alike wherever it stands, and as the hash
 * is linear all words can be added (xor) first. That also makes it symmetric.
 */
static uint32_t toeplitz(uint16_t folded)
{
	uint32_t window = KEY << 16 | KEY, hash = 0;
	int bit;

	for (bit = 15; bit >= 0; bit--) {
		if (folded >> bit & 1)
			hash ^= window;
		window = window << 1 | window >> 31;
	}
	return hash;
}

static uint16_t fold(const uint8_t *p, size_t words)
{
	uint16_t sum = 0;

	for (; words; words--, p += 2)
		sum ^= be16(p);
	return sum;
}

/* Adds the ports of a TCP or UDP packet, where they are there. */
static uint16_t fold_ports(uint16_t folded, struct cursor c)
{
	if (c.left < 4)
		return folded;
	return (uint16_t)(folded ^ (uint16_t)(be16(c.p) + FLOW_SEED) ^
			  (uint16_t)(be16(c.p + 2) + FLOW_SEED));
}

static bool fold_type(uint16_t type, struct cursor c, unsigned depth, uint16_t *folded);

/* RFC 2784 and 2890: optional words behind the first four bytes. */
static bool fold_gre(struct cursor c, unsigned depth, uint16_t *folded)
{
	static const uint16_t present[] = {0x8000, 0x2000, 0x1000};
	uint16_t flags, type;
	size_t i, bytes = 4;

	if (c.left < bytes)
		return false;
	flags = be16(c.p);
	type = be16(c.p + 2);
	for (i = 0; i < sizeof(present) / sizeof(present[0]); i++)
		bytes += flags & present[i] ? 4 : 0;
	if (!skip(&c, bytes))
		return false;
	if (type != TYPE_BRIDGED)
		return fold_type(type, c, depth, folded);
	if (c.left < MAC_PAIR + 2)
		return false;
	type = be16(c.p + MAC_PAIR);
	return skip(&c, MAC_PAIR + 2) && fold_type(type, c, depth, folded);
}

/* What an IP header carries; where nothing is found inside, the header's own addresses count. */
static void fold_payload(uint8_t proto, struct cursor c, unsigned depth, uint16_t *folded)
{
	uint16_t inner = 0;

	if (proto == PROTO_TCP || proto == PROTO_UDP)
		*folded = fold_ports(*folded, c);
	else if ((proto == PROTO_IPV4 && fold_type(TYPE_IPV4, c, depth, &inner)) ||
		 (proto == PROTO_IPV6 && fold_type(TYPE_IPV6, c, depth, &inner)) ||
		 (proto == PROTO_GRE && fold_gre(c, depth, &inner)))
		*folded = inner;
}

static bool fold_ipv4(struct cursor c, unsigned depth, uint16_t *folded)
{
	size_t header;
	bool fragment;
	uint8_t proto;

	if (c.left < 20 || c.p[0] >> 4 != 4)
		return false;
	header = (size_t)(c.p[0] & 0xf) * 4;
	proto = c.p[9];
	fragment = be16(c.p + 6) & 0x3fff;
	*folded = fold(c.p + 12, 4);
	if (!fragment && header >= 20 && skip(&c, header))
		fold_payload(proto, c, depth, folded);
	return true;
}

static bool fold_ipv6(struct cursor c, unsigned depth, uint16_t *folded)
{
	uint8_t proto;

	if (c.left < 40 || c.p[0] >> 4 != 6)
		return false;
	proto = c.p[6];
	*folded = fold(c.p + 8, 2) ^ fold(c.p + 24, 2);
	skip(&c, 40);
	fold_payload(proto, c, depth, folded);
	return true;
}

static bool fold_type(uint16_t type, struct cursor c, unsigned depth, uint16_t *folded)
{
	if (depth == MAX_NESTING)
		return false;
	if (type == TYPE_IPV4)
		return fold_ipv4(c, depth + 1, folded);
	return type == TYPE_IPV6 && fold_ipv6(c, depth + 1, folded);
}

uint32_t flow_hash(const uint8_t *frame, size_t bytes, bool *ip)
{
	struct cursor c = {frame, bytes};
	uint16_t type, folded = 0;

	*ip = false;
	if (bytes < MAC_PAIR + 2)
		return 0;
	type = be16(frame + MAC_PAIR);
	skip(&c, MAC_PAIR + 2);
	if ((type == TYPE_VLAN || type == TYPE_QINQ) && c.left >= 4) {
		type = be16(c.p + 2);
		skip(&c, 4);
	}
	*ip = fold_type(type, c, 0, &folded);
	if (!*ip)
		folded = fold(frame + 2, 2) ^ fold(frame + 8, 2);
	return toeplitz(folded);
}
