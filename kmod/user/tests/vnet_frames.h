/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large frames, and what a network card would make of them: written from the RFCs, on flat memory
 * and a byte at a time, so that the switch is compared with something that shares nothing with it.
 */
#ifndef NM_TEST_VNET_FRAMES_H
#define NM_TEST_VNET_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#define FRAME_MAX 65000
#define WIRE_MAX  1514

struct frame_kind {
	const char *name;
	uint8_t gso_type;
	bool ipv6, tcp;
	unsigned tags;	      /* 802.1Q */
	unsigned ip_options;  /* bytes */
	unsigned tcp_options; /* bytes */
	uint8_t tcp_flags;
};

struct frame {
	uint8_t byte[FRAME_MAX];
	uint32_t bytes;
	uint32_t l3, l4, payload; /* where they begin */
};

/* A whole frame with that many bytes of payload. */
void frame_build(struct frame *f, const struct frame_kind *kind, uint32_t payload_bytes);
unsigned frame_segments(const struct frame *f);
/* Segment i as it has to look on the wire. */
void frame_segment(const struct frame *f, const struct frame_kind *kind, unsigned i,
		   struct frame *out);
/* The ones' complement sum of RFC 1071, in host order. */
uint16_t naive_sum(const uint8_t *p, uint32_t bytes, uint32_t start);

#endif
