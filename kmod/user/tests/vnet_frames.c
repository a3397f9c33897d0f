/* SPDX-License-Identifier: BSD-2-Clause */
#include "vnet_frames.h"

#include <string.h>

enum { TCP = 6, UDP = 17, FIN = 1, PSH = 8, CWR = 0x80, ECN = 0x80 };

static void set(uint8_t *p, unsigned bytes, uint32_t value)
{
	while (bytes--) {
		p[bytes] = value & 0xff;
		value >>= 8;
	}
}

static uint32_t get(const uint8_t *p, unsigned bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value * 256 + *p++;
	return value;
}

uint16_t naive_sum(const uint8_t *p, uint32_t bytes, uint32_t start)
{
	uint32_t sum = start, i;

	for (i = 0; i < bytes; i++) {
		sum += i % 2 ? p[i] : p[i] * 256;
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return sum;
}

static void build_ether(struct frame *f, const struct frame_kind *kind)
{
	unsigned i;

	memset(f->byte, 0xff, 6);
	memcpy(f->byte + 6, "\2\0\0\0\0\1", 6);
	f->l3 = 14;
	for (i = 0; i < kind->tags; i++) {
		set(f->byte + f->l3 - 2, 2, i ? 0x8100 : 0x88a8);
		set(f->byte + f->l3, 2, 100 + i);
		f->l3 += 4;
	}
	if (!kind->tags)
		f->l3 = 14;
	set(f->byte + f->l3 - 2, 2, kind->ipv6 ? 0x86dd : 0x0800);
}

static void build_ip(struct frame *f, const struct frame_kind *kind)
{
	uint8_t *ip = f->byte + f->l3;
	unsigned i;

	if (kind->ipv6) {
		ip[0] = 0x60;
		ip[6] = kind->tcp ? TCP : UDP;
		ip[7] = 64;
		for (i = 8; i < 40; i++)
			ip[i] = 0x20 + i;
		f->l4 = f->l3 + 40;
		return;
	}
	ip[0] = 0x40 | (5 + kind->ip_options / 4);
	set(ip + 4, 2, 0xfffe); /* so that the identification wraps */
	ip[8] = 64;
	ip[9] = kind->tcp ? TCP : UDP;
	memcpy(ip + 12, "\12\0\0\1\12\0\0\2", 8);
	memset(ip + 20, 1, kind->ip_options);
	f->l4 = f->l3 + 20 + kind->ip_options;
}

static void build_transport(struct frame *f, const struct frame_kind *kind)
{
	uint8_t *l4 = f->byte + f->l4;

	set(l4, 2, 4000);
	set(l4 + 2, 2, 5000);
	f->payload = f->l4 + 8;
	if (!kind->tcp)
		return;
	set(l4 + 4, 4, 0xfffffc00); /* so that the sequence number wraps */
	set(l4 + 8, 4, 77);
	l4[12] = (5 + kind->tcp_options / 4) << 4;
	l4[13] = kind->tcp_flags;
	set(l4 + 14, 2, 512);
	memset(l4 + 20, 1, kind->tcp_options);
	f->payload = f->l4 + 20 + kind->tcp_options;
}

void frame_build(struct frame *f, const struct frame_kind *kind, uint32_t payload_bytes)
{
	uint32_t i, seed = payload_bytes;

	memset(f, 0, sizeof(*f));
	build_ether(f, kind);
	build_ip(f, kind);
	build_transport(f, kind);
	f->bytes = f->payload + payload_bytes;
	for (i = f->payload; i < f->bytes; i++) {
		seed = seed * 1103515245 + 12345;
		f->byte[i] = seed >> 16;
	}
}

unsigned frame_segments(const struct frame *f)
{
	uint32_t room = WIRE_MAX - f->payload, left = f->bytes - f->payload;
	unsigned n = 1;

	for (; left > room; left -= room)
		n++;
	return n;
}

static uint16_t transport_sum(const struct frame *f, bool ipv6)
{
	uint32_t bytes = f->bytes - f->l4;
	uint8_t pseudo[40];
	unsigned n = ipv6 ? 32 : 8;

	memcpy(pseudo, f->byte + f->l3 + (ipv6 ? 8 : 12), n);
	set(pseudo + n, 4, bytes);
	set(pseudo + n + 4, 4, f->byte[f->l3 + (ipv6 ? 6 : 9)]);
	return naive_sum(f->byte + f->l4, bytes, naive_sum(pseudo, n + 8, 0));
}

static void finish_ip(struct frame *out, bool ipv6, unsigned i)
{
	uint8_t *ip = out->byte + out->l3;

	if (ipv6) {
		set(ip + 4, 2, out->bytes - out->l4);
		return;
	}
	set(ip + 2, 2, out->bytes - out->l3);
	set(ip + 4, 2, (get(ip + 4, 2) + i) & 0xffff);
	set(ip + 10, 2, 0);
	set(ip + 10, 2, 0xffff - naive_sum(ip, out->l4 - out->l3, 0));
}

void frame_segment(const struct frame *f, const struct frame_kind *kind, unsigned i,
		   struct frame *out)
{
	uint32_t room = WIRE_MAX - f->payload, at = f->payload + i * room;
	uint32_t left = f->bytes - at, bytes = left < room ? left : room;
	uint8_t *l4 = out->byte + f->l4;
	uint32_t field;

	memset(out, 0, sizeof(*out));
	memcpy(out->byte, f->byte, f->payload);
	memcpy(out->byte + f->payload, f->byte + at, bytes);
	out->l3 = f->l3;
	out->l4 = f->l4;
	out->payload = f->payload;
	out->bytes = f->payload + bytes;
	finish_ip(out, kind->ipv6, i);
	if (kind->tcp) {
		set(l4 + 4, 4, get(l4 + 4, 4) + i * room);
		if (at + bytes < f->bytes)
			l4[13] &= ~(FIN | PSH);
		if (i && kind->gso_type & ECN)
			l4[13] &= ~CWR;
	} else {
		set(l4 + 4, 2, bytes + 8);
	}
	field = kind->tcp ? 16 : 6;
	set(l4 + field, 2, 0);
	set(l4 + field, 2, 0xffff - transport_sum(out, kind->ipv6));
	if (!kind->tcp && !get(l4 + field, 2))
		set(l4 + field, 2, 0xffff);
}
