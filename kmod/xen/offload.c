/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "offload.h"
#include "netif.h"

#define WHOLE_FRAME (VIF_FRAME_MAX + NM_SEG_HDR_MAX)

static const uint8_t kinds[] = {NM_GSO_TCPV4, NM_GSO_TCPV6, NM_GSO_UDP};

static uint32_t be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static void headers_copy(struct nm_gso *g, const uint8_t *frame, uint32_t *bytes)
{
	if (*bytes > NM_SEG_HDR_MAX)
		*bytes = NM_SEG_HDR_MAX;
	memcpy(g->hdr, frame, *bytes);
}

/* A short frame may be padded, and the padding does not count. */
static uint32_t ip_end(const struct nm_gso *g)
{
	const uint8_t *ip = &g->hdr[g->l3];

	return g->l3 + (g->ipv6 ? g->l4 - g->l3 + be16(ip + 4) : be16(ip + 2));
}

/* One segment that holds the whole frame has the checksum that is wanted. */
bool vif_checksum(uint8_t *frame, uint32_t bytes)
{
	uint32_t have = bytes, end;
	struct nm_gso g;
	unsigned k;

	headers_copy(&g, frame, &have);
	for (k = 0; k < sizeof(kinds); k++)
		if (!nm_gso_parse(&g, have, bytes, kinds[k], WHOLE_FRAME))
			break;
	if (k == sizeof(kinds))
		return false;
	end = ip_end(&g);
	if (end < g.hdr_bytes || end > bytes)
		return false;
	g.payload = end - g.hdr_bytes;
	g.ecn = false;
	nm_gso_headers(&g, 0, frame + g.hdr_bytes, frame);
	return true;
}

int vif_segments_plan(struct nm_gso *g, const uint8_t *frame, uint32_t bytes, uint8_t gso,
		      uint32_t mss, uint32_t room)
{
	uint8_t type = gso == VIF_GSO_TCPV4 ? NM_GSO_TCPV4 : NM_GSO_TCPV6;
	uint32_t have = bytes;

	headers_copy(g, frame, &have);
	if (nm_gso_parse(g, have, bytes, type | NM_GSO_ECN, room))
		return -EINVAL;
	if (mss < g->mss)
		g->mss = mss;
	return 0;
}

uint32_t vif_segment_write(const struct nm_gso *g, uint32_t index, const uint8_t *frame,
			   uint8_t *to)
{
	const uint8_t *payload = frame + g->hdr_bytes + index * g->mss;
	uint32_t bytes = nm_gso_bytes(g, index);

	nm_gso_headers(g, index, payload, to);
	memcpy(to + g->hdr_bytes, payload, bytes);
	return g->hdr_bytes + bytes;
}
