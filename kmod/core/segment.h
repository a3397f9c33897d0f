/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Segmentation in software: one large TCP or UDP packet becomes frames that a port without
 * virtio-net headers can take. Source: vale-switch section 8; RFC 9293, RFC 768, RFC 791, RFC 8200.
 */
#ifndef NM_SEGMENT_H
#define NM_SEGMENT_H

#include "os.h"

/* Ethernet with many 802.1Q tags, IPv6 and the longest TCP header fit. */
#define NM_SEG_HDR_MAX 192

enum nm_gso_type {
	NM_GSO_NONE = 0,
	NM_GSO_TCPV4 = 1,
	NM_GSO_UDP = 3,
	NM_GSO_TCPV6 = 4,
	NM_GSO_ECN = 0x80, /* with TCP: congestion window reduced, said in the first segment */
};

struct nm_gso {
	uint8_t hdr[NM_SEG_HDR_MAX]; /* of the large packet */
	uint32_t hdr_bytes;
	uint32_t l3, l4;  /* where the IP and the transport header begin */
	uint32_t payload; /* bytes after the headers, of all segments */
	uint32_t mss;	  /* at most so many in one */
	bool ipv6, tcp, ecn;
};

/*
 * Understands the headers in the first bytes of a frame (g->hdr, as many as the frame has, at most
 * NM_SEG_HDR_MAX) of frame_bytes in all, to be cut into frames of at most mfs bytes. 0, or -EINVAL:
 * not what type says, short, or a fragment.
 */
int nm_gso_parse(struct nm_gso *g, uint32_t bytes, uint32_t frame_bytes, uint8_t type,
		 uint32_t mfs);
uint32_t nm_gso_segments(const struct nm_gso *g);
/* Payload bytes of a segment. */
uint32_t nm_gso_bytes(const struct nm_gso *g, uint32_t index);
/* The headers of a segment, whose payload begins at payload, with their checksums: hdr_bytes at
 * hdr. */
void nm_gso_headers(const struct nm_gso *g, uint32_t index, const void *payload, uint8_t *hdr);

#endif
