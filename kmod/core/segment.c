/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "segment.h"
#include "checksum.h"

#define MACS_BYTES	12
#define VLAN_BYTES	4
#define ETHER_VLAN	0x8100
#define ETHER_QINQ	0x88a8
#define ETHER_IPV4	0x0800
#define ETHER_IPV6	0x86dd
#define IPV4_BYTES	20
#define IPV6_BYTES	40
#define TCP_BYTES	20
#define UDP_BYTES	8
#define PROTO_TCP	6
#define PROTO_UDP	17
#define IPV4_FRAGMENT	0x3fff /* more to come, or not the first */
#define TCP_FIN_PSH	0x09
#define TCP_CWR		0x80
#define UDP_CSUM_OFFSET 6
#define TCP_CSUM_OFFSET 16

static uint32_t be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static void put_be16(uint8_t *p, uint32_t value)
{
	p[0] = value >> 8;
	p[1] = value;
}

static uint32_t be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static void put_be32(uint8_t *p, uint32_t value)
{
	put_be16(p, value >> 16);
	put_be16(p + 2, value);
}

static void put_csum(uint8_t *p, uint16_t csum)
{
	memcpy(p, &csum, sizeof(csum));
}

/* The ethertype behind all tags; l3 is then where its header begins. 0: the frame ends before. */
static uint32_t parse_ether(struct nm_gso *g, uint32_t bytes)
{
	uint32_t at = MACS_BYTES, type;

	do {
		if (at + 2 > bytes)
			return 0;
		type = be16(&g->hdr[at]);
		at += type == ETHER_VLAN || type == ETHER_QINQ ? VLAN_BYTES : 2;
	} while (type == ETHER_VLAN || type == ETHER_QINQ);
	g->l3 = at;
	return type;
}

static int parse_ipv4(struct nm_gso *g, uint32_t bytes, uint8_t proto)
{
	const uint8_t *ip = &g->hdr[g->l3];
	uint32_t ip_bytes;

	if (g->l3 + IPV4_BYTES > bytes)
		return -EINVAL;
	ip_bytes = (ip[0] & 0xf) * 4;
	g->l4 = g->l3 + ip_bytes;
	if (ip[0] >> 4 != 4 || ip_bytes < IPV4_BYTES || g->l4 > bytes || ip[9] != proto)
		return -EINVAL;
	return be16(ip + 6) & IPV4_FRAGMENT ? -EINVAL : 0;
}

static int parse_ipv6(struct nm_gso *g, uint32_t bytes, uint8_t proto)
{
	const uint8_t *ip = &g->hdr[g->l3];

	g->l4 = g->l3 + IPV6_BYTES;
	g->ipv6 = true;
	return g->l4 > bytes || ip[0] >> 4 != 6 || ip[6] != proto ? -EINVAL : 0;
}

static int parse_transport(struct nm_gso *g, uint32_t bytes)
{
	uint32_t least = g->tcp ? TCP_BYTES : UDP_BYTES, own = least;

	if (g->l4 + least > bytes)
		return -EINVAL;
	if (g->tcp)
		own = (g->hdr[g->l4 + 12] >> 4) * 4;
	g->hdr_bytes = g->l4 + own;
	return own < least || g->hdr_bytes > bytes ? -EINVAL : 0;
}

static int parse_ip(struct nm_gso *g, uint32_t bytes, uint8_t type)
{
	uint32_t ethertype = parse_ether(g, bytes);
	uint8_t proto = g->tcp ? PROTO_TCP : PROTO_UDP;

	if (ethertype == ETHER_IPV4 && type != NM_GSO_TCPV6)
		return parse_ipv4(g, bytes, proto);
	if (ethertype == ETHER_IPV6 && type != NM_GSO_TCPV4)
		return parse_ipv6(g, bytes, proto);
	return -EINVAL;
}

int nm_gso_parse(struct nm_gso *g, uint32_t bytes, uint32_t frame_bytes, uint8_t type, uint32_t mfs)
{
	g->ecn = type & NM_GSO_ECN;
	type &= ~NM_GSO_ECN;
	g->tcp = type != NM_GSO_UDP;
	g->ipv6 = false;
	if (parse_ip(g, bytes, type) || parse_transport(g, bytes) || g->hdr_bytes >= mfs)
		return -EINVAL;
	g->payload = frame_bytes - g->hdr_bytes;
	g->mss = mfs - g->hdr_bytes;
	return 0;
}

uint32_t nm_gso_segments(const struct nm_gso *g)
{
	return g->payload ? (g->payload + g->mss - 1) / g->mss : 1;
}

uint32_t nm_gso_bytes(const struct nm_gso *g, uint32_t index)
{
	uint32_t left = g->payload - index * g->mss;

	return left < g->mss ? left : g->mss;
}

static void ip_header(const struct nm_gso *g, uint32_t index, uint32_t l4_bytes, uint8_t *hdr)
{
	uint8_t *ip = hdr + g->l3;
	struct nm_csum c = {0};

	if (g->ipv6) {
		put_be16(ip + 4, l4_bytes);
		return;
	}
	put_be16(ip + 2, g->l4 - g->l3 + l4_bytes);
	put_be16(ip + 4, be16(ip + 4) + index);
	put_be16(ip + 10, 0);
	nm_csum_add(&c, ip, g->l4 - g->l3);
	put_csum(ip + 10, nm_csum_fold(&c));
}

static void tcp_header(const struct nm_gso *g, uint32_t index, uint8_t *tcp)
{
	bool last = index + 1 == nm_gso_segments(g);

	put_be32(tcp + 4, be32(tcp + 4) + index * g->mss);
	if (!last)
		tcp[13] &= ~TCP_FIN_PSH;
	if (g->ecn && index)
		tcp[13] &= ~TCP_CWR;
}

/* The addresses are the last fields of both IP headers that the pseudo-header takes. */
static void pseudo_header(const struct nm_gso *g, const uint8_t *hdr, uint32_t l4_bytes,
			  struct nm_csum *c)
{
	uint8_t rest[4] = {0, g->tcp ? PROTO_TCP : PROTO_UDP, l4_bytes >> 8, l4_bytes};

	nm_csum_add(c, hdr + g->l3 + (g->ipv6 ? 8 : 12), g->ipv6 ? 32 : 8);
	nm_csum_add(c, rest, sizeof(rest));
}

static void transport_csum(const struct nm_gso *g, const void *payload, uint32_t bytes,
			   uint8_t *hdr)
{
	uint8_t *field = hdr + g->l4 + (g->tcp ? TCP_CSUM_OFFSET : UDP_CSUM_OFFSET);
	uint32_t own = g->hdr_bytes - g->l4;
	struct nm_csum c = {0};
	uint16_t csum;

	put_be16(field, 0);
	pseudo_header(g, hdr, own + bytes, &c);
	nm_csum_add(&c, hdr + g->l4, own);
	nm_csum_add(&c, payload, bytes);
	csum = nm_csum_fold(&c);
	if (!csum && !g->tcp) /* for UDP, zero says that there is none */
		csum = 0xffff;
	put_csum(field, csum);
}

void nm_gso_headers(const struct nm_gso *g, uint32_t index, const void *payload, uint8_t *hdr)
{
	uint32_t bytes = nm_gso_bytes(g, index);
	uint32_t l4_bytes = g->hdr_bytes - g->l4 + bytes;

	memcpy(hdr, g->hdr, g->hdr_bytes);
	ip_header(g, index, l4_bytes, hdr);
	if (g->tcp)
		tcp_header(g, index, hdr + g->l4);
	else
		put_be16(hdr + g->l4 + 4, l4_bytes);
	transport_csum(g, payload, bytes, hdr);
}
