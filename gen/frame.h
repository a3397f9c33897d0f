/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame that a sender repeats: built once, then changed in place with incremental checksums. */
#ifndef PG_FRAME_H
#define PG_FRAME_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "err.h"
#include "range.h"
#include "rng.h"

#define ETH_HEADER_BYTES  14
#define MAC_BYTES	  6
#define ETHERTYPE_IPV4_HI 0x08
#define FRAME_V4_PAYLOAD  42 /* Ethernet, IPv4 without options, UDP */
#define FRAME_V6_PAYLOAD  62
#define FRAME_TAIL_BYTES  64 /* readable behind the frame, for copies in 64-byte units */

/* What a frame is made of. */
struct frame_spec {
	int family;	     /* 4 or 6 */
	uint32_t max_bytes;  /* longest frame, without CRC and without the virtio header */
	unsigned vnet_bytes; /* virtio header before the frame: 0, 10 or 12 zero bytes */
	bool indirect;	     /* the payload text of indirect buffers */
	uint8_t dst_mac[MAC_BYTES];
	uint8_t src_mac[MAC_BYTES];
	struct range src, dst;
	bool random_src, random_dst; /* address and port anew for every packet */
	uint32_t dst_macs;    /* consecutive destination MACs, one a packet; 0 or 1: only dst_mac */
	uint32_t src_macs;    /* source MACs, likewise */
	const uint8_t *image; /* a ready frame of max_bytes instead of all the above, or NULL */
};

/* Consecutive MAC addresses, one after the other and again. */
struct mac_wheel {
	uint64_t first;
	uint32_t count, at; /* 0 or 1: it stands still */
};

struct frame {
	uint8_t *buf;	       /* virtio header and frame */
	uint32_t bytes;	       /* current length of both together */
	uint32_t max_bytes;    /* of both together */
	uint32_t header_bytes; /* of both up to the payload: all that stepping and lengths change */
	unsigned vnet_bytes;
	struct frame_spec spec;
	uint32_t src_addr, dst_addr; /* where the odometer stands */
	uint16_t src_port, dst_port;
	struct mac_wheel dst_mac, src_mac;
	uint32_t *payload_sum; /* [i]: checksum of the first 2i bytes of the payload */
	struct rng rng;
};

/* Returns 0, or -1 with err (no memory). Layout: tools.md 1.4; the frame starts with every range at
 * its low end. */
int frame_init(struct frame *f, const struct frame_spec *spec, uint64_t seed, struct vb_err *err);
void frame_free(struct frame *f);

/* Makes the frame this long (without virtio header; at most max_bytes), lengths and checksums
 * included. */
void frame_set_bytes(struct frame *f, uint32_t bytes);

/* Moves on to the next packet of the odometer: source port, source address, destination port,
 * destination address. */
void frame_step(struct frame *f);

/* True if frame_step changes anything. */
bool frame_steps(const struct frame_spec *spec);

/* True if it changes addresses or ports. */
bool frame_flows(const struct frame_spec *spec);

/* A MAC address as a number, and back. */
static inline uint64_t mac_number(const uint8_t mac[MAC_BYTES])
{
	uint64_t be = 0;

	memcpy(&be, mac, MAC_BYTES);
	return __builtin_bswap64(be) >> 16;
}

static inline void frame_put_mac(uint8_t *mac, uint64_t value)
{
	uint64_t be = __builtin_bswap64(value << 16);

	memcpy(mac, &be, MAC_BYTES);
}

static inline bool mac_wheel_turns(const struct mac_wheel *w)
{
	return w->count > 1;
}

static inline void mac_wheel_turn(struct mac_wheel *w)
{
	w->at = w->at + 1 < w->count ? w->at + 1 : 0;
}

static inline uint64_t mac_wheel_mac(const struct mac_wheel *w)
{
	return w->first + w->at;
}

/* Overwrites `bytes` (even) of the payload at an even offset, adjusting the UDP checksum. Not for
 * an image. */
void frame_put_payload(struct frame *f, unsigned offset, const void *data, unsigned bytes);

/* The UDP checksum's place in f->buf. */
unsigned frame_udp_check_offset(const struct frame *f);

#endif
