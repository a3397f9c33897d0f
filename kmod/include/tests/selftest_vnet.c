/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports that put a virtio-net header before each packet, and what becomes of it on the way. */
#include "selftest.h"

#include <string.h>
#include <sys/ioctl.h>

enum { TCPV4 = 1, NEEDS_CSUM = 1, ETHER = 14, IP = 20, TCP = 20, MFS = 1514 };

/* The header in front of a packet; numbers in host order. */
struct vnet_hdr {
	uint8_t flags, gso_type;
	uint16_t hdr_len, gso_size, csum_start, csum_offset, num_buffers;
};

static struct st_port a, b;

static int set_header(const char *name, uint32_t bytes)
{
	struct nmreq_port_hdr hdr = {.nr_hdr_len = bytes};

	return st_ctrl(a.fd, NETMAP_REQ_PORT_HDR_SET, name, &hdr);
}

static int bind_pair(uint32_t from, uint32_t to)
{
	int ret = st_bind(&a, "valest:a");

	if (!ret)
		ret = st_bind(&b, "valest:b");
	if (!ret)
		ret = set_header("valest:a", from);
	return ret ? ret : set_header("valest:b", to);
}

static unsigned char *tx_buffer(uint32_t slot)
{
	return (unsigned char *)NETMAP_BUF(a.tx, a.tx->slot[slot].buf_idx);
}

static const unsigned char *rx_buffer(uint32_t slot)
{
	return (const unsigned char *)NETMAP_BUF(b.rx, b.rx->slot[slot].buf_idx);
}

static void put_ether(unsigned char *frame, uint16_t type)
{
	memset(frame, 0xff, 6);
	memset(frame + 6, 0, 6);
	frame[6] = 2;
	frame[12] = (unsigned char)(type >> 8);
	frame[13] = (unsigned char)type;
}

static int send_slots(uint32_t n)
{
	a.tx->head = a.tx->cur = n;
	return ioctl(a.fd, NIOCTXSYNC, NULL) ? errno : 0;
}

/* One frame of 60 bytes behind a header of zeros, or without one. */
static int send_plain(uint32_t hdr_bytes)
{
	unsigned char *at = tx_buffer(0);
	int i;

	memset(at, 0, hdr_bytes);
	put_ether(at + hdr_bytes, 0x88b5);
	for (i = ETHER; i < 60; i++)
		at[hdr_bytes + (unsigned)i] = (unsigned char)i;
	a.tx->slot[0].len = (uint16_t)(hdr_bytes + 60);
	a.tx->slot[0].flags = 0;
	return send_slots(1);
}

/* The bytes of what arrived, over however many slots. */
static size_t collect(unsigned char *to, size_t room)
{
	size_t bytes = 0;
	int slots = st_pending(&b), i;

	for (i = 0; i < slots && bytes + b.rx->slot[i].len <= room; i++) {
		memcpy(to + bytes, rx_buffer((uint32_t)i), b.rx->slot[i].len);
		bytes += b.rx->slot[i].len;
	}
	return bytes;
}

static void headers_come_and_go(void)
{
	static const uint32_t lengths[] = {0, 10, 12};
	unsigned char got[200], zeros[12] = {0};
	size_t from, to;

	for (from = 0; from < ST_COUNT(lengths); from++)
		for (to = 0; to < ST_COUNT(lengths); to++) {
			CHECK_EQ(bind_pair(lengths[from], lengths[to]), 0);
			CHECK_EQ(send_plain(lengths[from]), 0);
			CHECK_EQ(collect(got, sizeof(got)), lengths[to] + 60);
			CHECK_EQ(memcmp(got, zeros, lengths[to]), 0);
			CHECK_EQ(memcmp(got + lengths[to], tx_buffer(0) + lengths[from], 60), 0);
			st_end_all();
		}
}

static void equal_headers_are_not_looked_at(void)
{
	const struct vnet_hdr odd = {0xff, 0xff, 1, 2, 3, 4, 5};
	unsigned char got[200];

	CHECK_EQ(bind_pair(12, 12), 0);
	CHECK_EQ(send_plain(12), 0);
	st_drain(&b);
	st_unbind(&b);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	CHECK_EQ(set_header("valest:b", 12), 0);
	memcpy(tx_buffer(1), &odd, sizeof(odd));
	put_ether(tx_buffer(1) + 12, 0x88b5);
	a.tx->slot[1].len = 72;
	CHECK_EQ(send_slots(2), 0);
	CHECK_EQ(collect(got, sizeof(got)), 72);
	CHECK_EQ(memcmp(got, &odd, sizeof(odd)), 0);
}

static uint32_t sum(const unsigned char *at, size_t bytes, uint32_t from)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		from += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (from >> 16)
		from = (from & 0xffff) + (from >> 16);
	return from;
}

/* Addresses, protocol and length, as they are part of a TCP checksum. */
static uint32_t pseudo_sum(const unsigned char *ip, uint16_t segment_bytes)
{
	return sum(ip + 12, 8, 6U + segment_bytes);
}

/* An IPv4 TCP frame with payload bytes behind it; checksums are left to the switch. */
static void put_tcp(unsigned char *frame, uint16_t payload)
{
	unsigned char *ip = frame + ETHER, *tcp = ip + IP;
	uint16_t total = (uint16_t)(IP + TCP + payload);
	uint32_t i;

	put_ether(frame, 0x0800);
	memset(ip, 0, IP + TCP);
	ip[0] = 0x45;
	ip[2] = (unsigned char)(total >> 8);
	ip[3] = (unsigned char)total;
	ip[5] = 7;
	ip[8] = 64;
	ip[9] = 6;
	ip[12] = ip[16] = 10;
	ip[15] = 1;
	ip[19] = 2;
	tcp[0] = tcp[2] = 1;
	tcp[12] = 0x50;
	tcp[13] = 0x19; /* FIN, PSH, ACK */
	for (i = 0; i < payload; i++)
		tcp[TCP + i] = (unsigned char)(i * 7);
}

static void checksums_are_completed(void)
{
	struct vnet_hdr hdr = {.flags = NEEDS_CSUM, .csum_start = ETHER + IP, .csum_offset = 16};
	unsigned char *frame, *tcp;
	const unsigned char *got;
	uint32_t pseudo;

	CHECK_EQ(bind_pair(12, 0), 0);
	frame = tx_buffer(0) + 12;
	tcp = frame + ETHER + IP;
	put_tcp(frame, 101);
	pseudo = pseudo_sum(frame + ETHER, TCP + 101);
	tcp[16] = (unsigned char)(pseudo >> 8);
	tcp[17] = (unsigned char)pseudo;
	memcpy(tx_buffer(0), &hdr, sizeof(hdr));
	a.tx->slot[0].len = 12 + ETHER + IP + TCP + 101;
	CHECK_EQ(send_slots(1), 0);
	CHECK_EQ(st_pending(&b), 1);
	got = rx_buffer(0);
	CHECK_EQ(b.rx->slot[0].len, ETHER + IP + TCP + 101);
	CHECK_EQ(sum(got + ETHER + IP, TCP + 101, pseudo_sum(got + ETHER, TCP + 101)), 0xffff);
}

static uint32_t word(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* One segment: lengths, checksums, sequence number, flags and payload. */
static void check_segment(uint32_t slot, uint32_t at, uint16_t payload, bool last)
{
	const unsigned char *frame = rx_buffer(slot), *ip = frame + ETHER, *tcp = ip + IP;
	uint32_t i;

	CHECK_EQ(b.rx->slot[slot].len, ETHER + IP + TCP + payload);
	CHECK_EQ(ip[2] << 8 | ip[3], IP + TCP + payload);
	CHECK_EQ(ip[4] << 8 | ip[5], 7 + slot);
	CHECK_EQ(sum(ip, IP, 0), 0xffff);
	CHECK_EQ(word(tcp + 4), at);
	CHECK_EQ(tcp[13], last ? 0x19 : 0x10);
	CHECK_EQ(sum(tcp, TCP + payload, pseudo_sum(ip, (uint16_t)(TCP + payload))), 0xffff);
	for (i = 0; i < payload; i++)
		CHECK_EQ(tcp[TCP + i], (unsigned char)((at + i) * 7));
}

/* More than a frame holds, in three slots, becomes frames of at most 1514 bytes. */
static void big_packets_are_segmented(void)
{
	enum {
		PAYLOAD = 4000,
		PER_FRAME = MFS - ETHER - IP - TCP,
		HEADERS = 12 + ETHER + IP + TCP
	};
	static unsigned char whole[HEADERS + PAYLOAD];
	struct vnet_hdr hdr = {.flags = NEEDS_CSUM,
			       .gso_type = TCPV4,
			       .hdr_len = ETHER + IP + TCP,
			       .gso_size = PER_FRAME,
			       .csum_start = ETHER + IP,
			       .csum_offset = 16};
	uint32_t slot, at;

	CHECK_EQ(bind_pair(12, 0), 0);
	memcpy(whole, &hdr, sizeof(hdr));
	put_tcp(whole + 12, PAYLOAD);
	for (slot = 0, at = 0; at < sizeof(whole); slot++, at += 1500) {
		uint32_t bytes = sizeof(whole) - at < 1500 ? (uint32_t)sizeof(whole) - at : 1500;

		memcpy(tx_buffer(slot), whole + at, bytes);
		a.tx->slot[slot].len = (uint16_t)bytes;
		a.tx->slot[slot].flags = at + bytes < sizeof(whole) ? NS_MOREFRAG : 0;
	}
	CHECK_EQ(send_slots(slot), 0);
	CHECK_EQ(st_pending(&b), 3);
	check_segment(0, 0, PER_FRAME, false);
	check_segment(1, PER_FRAME, PER_FRAME, false);
	check_segment(2, 2 * PER_FRAME, PAYLOAD - 2 * PER_FRAME, true);
}

static void headers_without_sense_are_dropped(void)
{
	static const struct vnet_hdr t[] = {
		{.gso_type = 9}, {.flags = 0x40}, {.gso_type = TCPV4}, /* and no TCP behind it */
	};
	size_t i;

	for (i = 0; i < ST_COUNT(t); i++) {
		CHECK_EQ(bind_pair(12, 0), 0);
		put_ether(tx_buffer(0) + 12, 0x88b5);
		memcpy(tx_buffer(0), &t[i], sizeof(t[i]));
		a.tx->slot[0].len = 72;
		CHECK_EQ(send_slots(1), 0);
		CHECK_EQ(st_pending(&b), 0);
		st_end_all();
	}
}

static const struct st_test tests[] = {
	{"vnet-lengths", headers_come_and_go},
	{"vnet-equal", equal_headers_are_not_looked_at},
	{"vnet-checksum", checksums_are_completed},
	{"vnet-segments", big_packets_are_segmented},
	{"vnet-senseless", headers_without_sense_are_dropped},
};

const struct st_group st_vnet_group = {tests, ST_COUNT(tests)};
