/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "csum.h"

#define IPV4_BYTES 20
#define IPV6_BYTES 40
#define UDP_BYTES  8
#define PROTO_UDP  17
#define HOP_LIMIT  64

/* Offsets inside each header. */
enum { IP4_TOTAL = 2, IP4_CHECK = 10, IP4_SRC = 12, IP4_DST = 16 };
enum { IP6_LENGTH = 4, IP6_SRC = 8, IP6_DST = 24 };
enum { UDP_SRC = 0, UDP_DST = 2, UDP_LENGTH = 4, UDP_CHECK = 6 };

static const char direct_text[] = "netmap pkt-gen DIRECT payload\n"
				  "http://info.iet.unipi.it/~luigi/netmap/ ";
static const char indirect_text[] = "netmap pkt-gen indirect payload\n"
				    "http://info.iet.unipi.it/~luigi/netmap/ ";

static uint8_t *ip_of(const struct frame *f)
{
	return f->buf + f->vnet_bytes + ETH_HEADER_BYTES;
}

static uint8_t *udp_of(const struct frame *f)
{
	return ip_of(f) + (f->spec.family == 4 ? IPV4_BYTES : IPV6_BYTES);
}

unsigned frame_udp_check_offset(const struct frame *f)
{
	return (unsigned)(udp_of(f) + UDP_CHECK - f->buf);
}

static void put16(uint8_t *p, uint32_t host_value)
{
	csum_store(p, htons((uint16_t)host_value));
}

/* Payload bytes of a frame this long; a frame too short for its headers has none. */
static uint32_t payload_of(const struct frame *f, uint32_t frame_bytes)
{
	uint32_t headers = f->header_bytes - f->vnet_bytes;

	return frame_bytes > headers ? frame_bytes - headers : 0;
}

static uint16_t payload_sum(const struct frame *f, uint32_t bytes)
{
	uint32_t sum = f->payload_sum[bytes / 2];
	uint8_t last[2] = {0, 0};

	if (bytes % 2) {
		last[0] = f->buf[f->header_bytes + bytes - 1];
		sum += csum_load(last);
	}
	return (uint16_t)~csum_finish(sum);
}

static void sum_payload(struct frame *f)
{
	uint32_t i, words = payload_of(f, f->max_bytes - f->vnet_bytes) / 2;
	const uint8_t *p = f->buf + f->header_bytes;

	for (i = 0; i < words; i++) {
		uint32_t sum = f->payload_sum[i] + csum_load(p + 2 * (size_t)i);

		f->payload_sum[i + 1] = (sum & 0xffff) + (sum >> 16);
	}
}

static void put_addr(const struct frame *f, uint8_t *p, const struct range *r, uint32_t value)
{
	memcpy(p, r->base, r->family == 4 ? 4 : 16);
	if (r->family == 4) {
		put16(p, value >> 16);
		put16(p + 2, value);
	} else {
		put16(p + 2 * r->group, value);
	}
}

/* A UDP checksum of 0 would mean "none": 0xffff is the same number (RFC 768). */
static void store_udp_check(uint8_t *udp, uint16_t check)
{
	csum_store(udp + UDP_CHECK, check ? check : 0xffff);
}

static void build_ip(struct frame *f, uint32_t frame_bytes)
{
	uint8_t *ip = ip_of(f);

	if (f->spec.family == 4) {
		static const uint8_t head[IPV4_BYTES] = {0x45, 0x10, 0, 0,	   0,
							 0,    0x40, 0, HOP_LIMIT, PROTO_UDP};

		memcpy(ip, head, sizeof(head));
		put16(ip + IP4_TOTAL, frame_bytes - ETH_HEADER_BYTES);
		put_addr(f, ip + IP4_SRC, &f->spec.src, f->src_addr);
		put_addr(f, ip + IP4_DST, &f->spec.dst, f->dst_addr);
		csum_store(ip + IP4_CHECK, csum_finish(csum_add(0, ip, IPV4_BYTES)));
	} else {
		static const uint8_t head[IP6_SRC] = {0x60, 0, 0, 0, 0, 0, PROTO_UDP, HOP_LIMIT};

		memcpy(ip, head, sizeof(head));
		put16(ip + IP6_LENGTH, UDP_BYTES + payload_of(f, frame_bytes));
		put_addr(f, ip + IP6_SRC, &f->spec.src, f->src_addr);
		put_addr(f, ip + IP6_DST, &f->spec.dst, f->dst_addr);
	}
}

static void build_udp(struct frame *f, uint32_t frame_bytes)
{
	const uint8_t *ip = ip_of(f);
	uint8_t *udp = udp_of(f);
	uint32_t payload = payload_of(f, frame_bytes), sum;

	put16(udp + UDP_SRC, f->src_port);
	put16(udp + UDP_DST, f->dst_port);
	put16(udp + UDP_LENGTH, UDP_BYTES + payload);
	sum = csum_add(htons(PROTO_UDP), udp, UDP_CHECK);
	sum += csum_load(udp + UDP_LENGTH);
	sum += payload_sum(f, payload);
	if (f->spec.family == 4)
		sum = csum_add(sum, ip + IP4_SRC, 8);
	else
		sum = csum_add(sum, ip + IP6_SRC, 32);
	store_udp_check(udp, csum_finish(sum));
}

static void build(struct frame *f)
{
	const char *text = f->spec.indirect ? indirect_text : direct_text;
	size_t text_bytes = strlen(text);
	uint32_t frame_bytes = f->max_bytes - f->vnet_bytes, i;
	uint8_t *eth = f->buf + f->vnet_bytes;

	memcpy(eth, f->spec.dst_mac, MAC_BYTES);
	memcpy(eth + MAC_BYTES, f->spec.src_mac, MAC_BYTES);
	put16(eth + 2 * MAC_BYTES, f->spec.family == 4 ? 0x0800 : 0x86dd);
	for (i = 0; i < payload_of(f, frame_bytes); i++)
		f->buf[f->header_bytes + i] = (uint8_t)text[i % text_bytes];
	sum_payload(f);
	build_ip(f, frame_bytes);
	build_udp(f, frame_bytes);
}

int frame_init(struct frame *f, const struct frame_spec *spec, uint64_t seed, struct vb_err *err)
{
	uint32_t headers = spec->family == 4 ? FRAME_V4_PAYLOAD : FRAME_V6_PAYLOAD;

	memset(f, 0, sizeof(*f));
	f->spec = *spec;
	f->vnet_bytes = spec->vnet_bytes;
	f->max_bytes = f->bytes = spec->vnet_bytes + spec->max_bytes;
	f->header_bytes = spec->vnet_bytes + headers;
	f->dst_mac = (struct mac_wheel){mac_number(spec->dst_mac), spec->dst_macs, 0};
	f->src_mac = (struct mac_wheel){mac_number(spec->src_mac), spec->src_macs, 0};
	rng_seed(&f->rng, seed);
	f->buf = calloc(1, f->max_bytes + f->header_bytes + FRAME_TAIL_BYTES);
	f->payload_sum = calloc(f->max_bytes / 2 + 1, sizeof(*f->payload_sum));
	if (!f->buf || !f->payload_sum) {
		frame_free(f);
		return vb_fail(err, VB_NO_SPACE, "no memory for a frame of %u bytes", f->max_bytes);
	}
	if (spec->image) {
		memcpy(f->buf + f->vnet_bytes, spec->image, spec->max_bytes);
		return 0;
	}
	f->src_addr = spec->src.addr_low;
	f->dst_addr = spec->dst.addr_low;
	f->src_port = spec->src.port_low;
	f->dst_port = spec->dst.port_low;
	build(f);
	return 0;
}

void frame_free(struct frame *f)
{
	free(f->buf);
	free(f->payload_sum);
	f->buf = NULL;
	f->payload_sum = NULL;
}

/* One word of the headers gets a new value, and the checksums that cover it follow. */
static void change16(struct frame *f, uint8_t *p, uint16_t to, bool in_ip)
{
	uint8_t *udp = udp_of(f), *ip_check = ip_of(f) + IP4_CHECK;
	uint16_t from = csum_load(p);

	if (from == to)
		return;
	csum_store(p, to);
	if (in_ip && f->spec.family == 4)
		csum_store(ip_check, csum_replace(csum_load(ip_check), from, to));
	store_udp_check(udp, csum_replace(csum_load(udp + UDP_CHECK), from, to));
}

void frame_set_bytes(struct frame *f, uint32_t bytes)
{
	uint32_t was = payload_of(f, f->bytes - f->vnet_bytes), now = payload_of(f, bytes);
	uint8_t *ip = ip_of(f), *udp = udp_of(f);
	uint16_t from = csum_load(udp + UDP_LENGTH), to = htons((uint16_t)(UDP_BYTES + now)), check;

	if (f->bytes == f->vnet_bytes + bytes || f->spec.image) {
		f->bytes = f->vnet_bytes + bytes;
		return;
	}
	f->bytes = f->vnet_bytes + bytes;
	if (f->spec.family == 4) {
		uint16_t total = htons((uint16_t)(bytes - ETH_HEADER_BYTES));

		check = csum_replace(csum_load(ip + IP4_CHECK), csum_load(ip + IP4_TOTAL), total);
		csum_store(ip + IP4_CHECK, check);
		csum_store(ip + IP4_TOTAL, total);
	} else {
		csum_store(ip + IP6_LENGTH, to);
	}
	/* The length is summed twice: in the header and in the pseudo header. */
	check = csum_replace(csum_load(udp + UDP_CHECK), from, to);
	check = csum_replace(check, from, to);
	check = csum_replace(check, payload_sum(f, was), payload_sum(f, now));
	csum_store(udp + UDP_LENGTH, to);
	store_udp_check(udp, check);
}

void frame_put_payload(struct frame *f, unsigned offset, const void *data, unsigned bytes)
{
	uint8_t *p = f->buf + f->header_bytes + offset, *udp = udp_of(f);

	store_udp_check(udp, csum_replace_bytes(csum_load(udp + UDP_CHECK), p, data, bytes));
	memcpy(p, data, bytes);
}

static void change_addr(struct frame *f, unsigned offset, const struct range *r, uint32_t value)
{
	uint8_t *p = ip_of(f) + offset;

	if (r->family == 4) {
		change16(f, p, htons((uint16_t)(value >> 16)), true);
		change16(f, p + 2, htons((uint16_t)value), true);
	} else {
		change16(f, p + 2 * r->group, htons((uint16_t)value), true);
	}
}

static bool step_port(uint16_t *port, const struct range *r)
{
	bool wrapped = *port >= r->port_high;

	*port = wrapped ? r->port_low : (uint16_t)(*port + 1);
	return wrapped;
}

static bool step_addr(uint32_t *addr, const struct range *r)
{
	bool wrapped = *addr >= r->addr_high;

	*addr = wrapped ? r->addr_low : *addr + 1;
	return wrapped;
}

/* Steps one end; true if it came round and the next wheel must turn. A random end never turns the
 * next wheel. */
static bool step_end(struct frame *f, const struct range *r, bool random, uint32_t *addr,
		     uint16_t *port)
{
	if (random) {
		uint64_t bits = rng_next(&f->rng);

		*addr = (uint32_t)bits;
		*port = (uint16_t)(bits >> 32);
		return true;
	}
	return step_port(port, r) && step_addr(addr, r);
}

static void step_mac(struct mac_wheel *w, uint8_t *mac)
{
	if (!mac_wheel_turns(w))
		return;
	mac_wheel_turn(w);
	frame_put_mac(mac, mac_wheel_mac(w));
}

bool frame_flows(const struct frame_spec *s)
{
	return s->random_src || s->random_dst || !range_is_single(&s->src) ||
	       !range_is_single(&s->dst);
}

bool frame_steps(const struct frame_spec *s)
{
	return !s->image && (frame_flows(s) || s->dst_macs > 1 || s->src_macs > 1);
}

void frame_step(struct frame *f)
{
	const struct frame_spec *s = &f->spec;
	unsigned src = s->family == 4 ? IP4_SRC : IP6_SRC, dst = s->family == 4 ? IP4_DST : IP6_DST;

	step_mac(&f->dst_mac, f->buf + f->vnet_bytes);
	step_mac(&f->src_mac, f->buf + f->vnet_bytes + MAC_BYTES);
	if (!frame_flows(s))
		return;
	if (step_end(f, &s->src, s->random_src, &f->src_addr, &f->src_port))
		step_end(f, &s->dst, s->random_dst, &f->dst_addr, &f->dst_port);
	else if (s->random_dst)
		step_end(f, &s->dst, true, &f->dst_addr, &f->dst_port);
	change_addr(f, src, &s->src, f->src_addr);
	change_addr(f, dst, &s->dst, f->dst_addr);
	change16(f, udp_of(f) + UDP_SRC, htons(f->src_port), false);
	change16(f, udp_of(f) + UDP_DST, htons(f->dst_port), false);
}
