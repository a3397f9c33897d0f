/* SPDX-License-Identifier: BSD-2-Clause */
/* The flow hash against a reference that knows only the definition, and its reach into headers. */
#include <string.h>

#include "flow.h"
#include "suite.h"

/* Toeplitz bit by bit: for each set bit of the input, the 32 key bits that begin there. */
static uint32_t reference(const uint8_t *input, size_t bytes)
{
	static const uint8_t key[2] = {0x50, 0x6d};
	uint32_t hash = 0;
	size_t bit, k;

	for (bit = 0; bit < bytes * 8; bit++) {
		uint32_t window = 0;

		for (k = bit; k < bit + 32; k++)
			window = window << 1 | (key[k / 8 % 2] >> (7 - k % 8) & 1);
		if (input[bit / 8] >> (7 - bit % 8) & 1)
			hash ^= window;
	}
	return hash;
}

struct flow {
	uint8_t src[4], dst[4];
	uint16_t sport, dport;
};

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* Source, destination, ports with the seed: what the definition hashes. */
static uint32_t expected(const struct flow *f, bool ports)
{
	uint8_t input[12];

	memcpy(input, f->src, 4);
	memcpy(input + 4, f->dst, 4);
	put16(input + 8, f->sport + 'B');
	put16(input + 10, f->dport + 'B');
	return reference(input, ports ? 12 : 8);
}

static size_t put_ethernet(uint8_t *p, unsigned type)
{
	memcpy(p, "\2\0\0\1\2\3\2\0\0\4\5\6", 12);
	put16(p + 12, type);
	return 14;
}

static size_t put_ipv4(uint8_t *p, const struct flow *f, uint8_t proto, unsigned fragment)
{
	memset(p, 0, 20);
	p[0] = 0x45;
	put16(p + 6, fragment);
	p[9] = proto;
	memcpy(p + 12, f->src, 4);
	memcpy(p + 16, f->dst, 4);
	return 20;
}

static size_t put_ipv6(uint8_t *p, const struct flow *f, uint8_t next)
{
	memset(p, 0, 40);
	p[0] = 0x60;
	p[6] = next;
	memcpy(p + 8, f->src, 4);
	memcpy(p + 24, f->dst, 4);
	return 40;
}

static size_t put_ports(uint8_t *p, const struct flow *f)
{
	put16(p, f->sport);
	put16(p + 2, f->dport);
	return 4;
}

static size_t put_gre(uint8_t *p, unsigned flags, unsigned type)
{
	put16(p, flags);
	put16(p + 2, type);
	memset(p + 4, 0xab, 12);
	return 4 + 4 * (size_t)(!!(flags & 0x8000) + !!(flags & 0x2000) + !!(flags & 0x1000));
}

static const struct flow outer = {{10, 9, 8, 7}, {172, 16, 1, 2}, 1, 2};
static const struct flow inner = {{10, 0, 0, 1}, {192, 168, 3, 200}, 40000, 443};

enum wrap { PLAIN, VLAN, IPIP, GRE, GRE_KEY, GRE_BRIDGED, IPV6, IPV6_IN_IPV4, WRAPS };

static size_t build(uint8_t *p, enum wrap wrap, const struct flow *f, uint8_t proto)
{
	static const unsigned types[WRAPS] = {[VLAN] = 0x8100, [IPV6] = 0x86dd};
	size_t n = put_ethernet(p, types[wrap] ? types[wrap] : 0x0800);

	if (wrap == VLAN) {
		put16(p + n, 5);
		put16(p + n + 2, 0x0800);
		n += 4;
	}
	if (wrap == IPIP)
		n += put_ipv4(p + n, &outer, 4, 0);
	if (wrap == IPV6_IN_IPV4)
		n += put_ipv4(p + n, &outer, 41, 0);
	if (wrap == GRE || wrap == GRE_KEY || wrap == GRE_BRIDGED) {
		n += put_ipv4(p + n, &outer, 47, 0);
		n += put_gre(p + n, wrap == GRE_KEY ? 0xb000 : 0,
			     wrap == GRE_BRIDGED ? 0x6558 : 0x0800);
	}
	if (wrap == GRE_BRIDGED)
		n += put_ethernet(p + n, 0x0800);
	if (wrap == IPV6 || wrap == IPV6_IN_IPV4)
		n += put_ipv6(p + n, f, proto);
	else
		n += put_ipv4(p + n, f, proto, 0);
	return n + put_ports(p + n, f);
}

static struct flow reversed(const struct flow *f)
{
	struct flow r = {.sport = f->dport, .dport = f->sport};

	memcpy(r.src, f->dst, 4);
	memcpy(r.dst, f->src, 4);
	return r;
}

static void every_wrapping_hashes_as_defined(void)
{
	static const struct {
		uint8_t proto;
		bool ports;
	} protos[] = {{6, true}, {17, true}, {1, false}, {50, false}};
	const struct flow back = reversed(&inner);
	uint8_t frame[256];
	size_t i, n;
	int wrap;
	bool ip;

	for (wrap = 0; wrap < WRAPS; wrap++)
		for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
			uint32_t want = expected(&inner, protos[i].ports);

			n = build(frame, wrap, &inner, protos[i].proto);
			CU_ASSERT_EQUAL(flow_hash(frame, n, &ip), want);
			CU_ASSERT(ip);
			n = build(frame, wrap, &back, protos[i].proto);
			CU_ASSERT_EQUAL(flow_hash(frame, n, &ip), want);
		}
}

static void fragments_of_a_datagram_hash_alike(void)
{
	static const unsigned fields[] = {0x2000, 0x2001, 0x0064};
	uint8_t frame[64];
	size_t i, n;
	bool ip;

	for (i = 0; i < 3; i++) {
		n = put_ethernet(frame, 0x0800);
		n += put_ipv4(frame + n, &inner, 17, fields[i]);
		put16(frame + n, (unsigned)i * 1000);
		CU_ASSERT_EQUAL(flow_hash(frame, n + 4, &ip), expected(&inner, false));
	}
	/* "Do not fragment" is no fragment. */
	n = put_ethernet(frame, 0x0800);
	n += put_ipv4(frame + n, &inner, 17, 0x4000);
	n += put_ports(frame + n, &inner);
	CU_ASSERT_EQUAL(flow_hash(frame, n, &ip), expected(&inner, true));
}

static void other_frames_go_by_address(void)
{
	uint8_t frame[60] = {0}, back[60] = {0};
	uint32_t hash;
	bool ip = true;

	put_ethernet(frame, 0x0806);
	memcpy(back, frame + 6, 6);
	memcpy(back + 6, frame, 6);
	put16(back + 12, 0x0806);
	hash = flow_hash(frame, sizeof(frame), &ip);
	CU_ASSERT_FALSE(ip);
	CU_ASSERT_EQUAL(flow_hash(back, sizeof(back), &ip), hash);
	frame[5] ^= 1;
	CU_ASSERT_NOT_EQUAL(flow_hash(frame, sizeof(frame), &ip), hash);
}

/* Every length of every wrapping, in memory that ends with the frame. */
static void short_frames_are_read_no_further(void)
{
	uint8_t frame[256];
	size_t n, whole;
	int wrap;
	bool ip;

	for (wrap = 0; wrap < WRAPS; wrap++) {
		whole = build(frame, wrap, &inner, 6);
		for (n = 0; n <= whole; n++) {
			uint8_t *exact = malloc(n ? n : 1);

			memcpy(exact, frame, n);
			flow_hash(exact, n, &ip);
			CU_ASSERT(ip || n < whole);
			free(exact);
		}
	}
}

/* Headers inside headers without end must not recurse without end, and hash the last one read. */
static void nesting_has_an_end(void)
{
	uint8_t frame[14 + 20 * 40];
	size_t n = put_ethernet(frame, 0x0800);
	bool ip;
	int i;

	for (i = 0; i < 40; i++)
		n += put_ipv4(frame + n, &outer, 4, 0);
	CU_ASSERT_EQUAL(flow_hash(frame, n, &ip), expected(&outer, false));
	CU_ASSERT(ip);
}

static void flows_spread_evenly(void)
{
	enum { FLOWS = 20000, PIPES = 8 };
	unsigned count[PIPES] = {0}, seed = 1, i;
	uint8_t frame[64];
	bool ip;

	for (i = 0; i < FLOWS; i++) {
		struct flow f = {{10, 0, (uint8_t)rand_r(&seed), (uint8_t)rand_r(&seed)},
				 {10, 1, 0, 1},
				 (uint16_t)rand_r(&seed),
				 80};

		count[flow_hash(frame, build(frame, PLAIN, &f, 6), &ip) % PIPES]++;
	}
	for (i = 0; i < PIPES; i++)
		CU_ASSERT(count[i] > FLOWS / PIPES * 9 / 10 && count[i] < FLOWS / PIPES * 11 / 10);
}

static const struct suite_test tests[] = {
	{"every wrapping hashes as defined", every_wrapping_hashes_as_defined},
	{"fragments of a datagram hash alike", fragments_of_a_datagram_hash_alike},
	{"other frames go by address", other_frames_go_by_address},
	{"short frames are read no further", short_frames_are_read_no_further},
	{"nesting has an end", nesting_has_an_end},
	{"flows spread evenly", flows_spread_evenly},
};

SUITE_MAIN("lb_flow", tests)
