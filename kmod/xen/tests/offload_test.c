/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums and segments that a guest leaves to us, and how fast it may send. */
#include "checksum.h"
#include "guest.h"
#include "offload.h"
#include "suite.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ETHER	 14
#define PAYLOAD	 3000

/* Headers up to where the payload begins. */
static const struct kind {
	const char *what;
	uint32_t l4, headers;
	uint8_t proto;
	bool ipv6;
} kinds[] = {
	{"TCP over IPv4", ETHER + 20, ETHER + 40, 6, false},
	{"UDP over IPv4", ETHER + 20, ETHER + 28, 17, false},
	{"TCP over IPv6", ETHER + 40, ETHER + 60, 6, true},
	{"UDP over IPv6", ETHER + 40, ETHER + 48, 17, true},
};

static uint32_t make(const struct kind *k, uint8_t *f, uint32_t payload)
{
	uint32_t bytes = k->headers + payload, i;

	for (i = 0; i < bytes; i++)
		f[i] = i * 7;
	f[12] = k->ipv6 ? 0x86 : 8;
	f[13] = k->ipv6 ? 0xdd : 0;
	if (k->ipv6) {
		f[ETHER] = 0x60;
		f[ETHER + 4] = (bytes - k->l4) >> 8;
		f[ETHER + 5] = bytes - k->l4;
		f[ETHER + 6] = k->proto;
	} else {
		f[ETHER] = 0x45;
		f[ETHER + 2] = (bytes - ETHER) >> 8;
		f[ETHER + 3] = bytes - ETHER;
		f[ETHER + 6] = f[ETHER + 7] = 0;
		f[ETHER + 9] = k->proto;
	}
	if (k->proto == 6) {
		f[k->l4 + 12] = 0x50;
	} else {
		f[k->l4 + 4] = (bytes - k->l4) >> 8;
		f[k->l4 + 5] = bytes - k->l4;
	}
	return bytes;
}

/* The sum over everything, with the checksum in it, is 0: RFC 1071. */
static bool sums_up(const struct kind *k, const uint8_t *f, uint32_t bytes)
{
	uint32_t own = bytes - k->l4;
	uint8_t rest[4] = {0, k->proto, own >> 8, own};
	struct nm_csum c = {0};

	nm_csum_add(&c, f + ETHER + (k->ipv6 ? 8 : 12), k->ipv6 ? 32 : 8);
	nm_csum_add(&c, rest, sizeof(rest));
	nm_csum_add(&c, f + k->l4, own);
	return nm_csum_fold(&c) == 0;
}

static void test_checksum(void)
{
	static uint8_t frame[4096];
	uint32_t bytes, cut;
	unsigned i;

	for (i = 0; i < COUNT(kinds); i++) {
		bytes = make(&kinds[i], frame, 333);
		CU_ASSERT_FALSE(sums_up(&kinds[i], frame, bytes));
		CU_ASSERT_TRUE(vif_checksum(frame, bytes));
		CU_ASSERT_TRUE(sums_up(&kinds[i], frame, bytes));
		memset(frame + bytes, 0xff, 20); /* padding */
		CU_ASSERT_TRUE(vif_checksum(frame, bytes + 20));
		CU_ASSERT_TRUE(sums_up(&kinds[i], frame, bytes));
		for (cut = 14; cut < bytes; cut++)
			CU_ASSERT_FALSE(vif_checksum(frame, cut));
	}
}

static void test_no_checksum(void)
{
	static uint8_t frame[4096];
	uint32_t bytes = make(&kinds[0], frame, 100);

	frame[ETHER + 7] = 1; /* a fragment */
	CU_ASSERT_FALSE(vif_checksum(frame, bytes));
	bytes = make(&kinds[0], frame, 100);
	frame[ETHER + 9] = 1; /* ICMP */
	CU_ASSERT_FALSE(vif_checksum(frame, bytes));
	bytes = make(&kinds[0], frame, 100);
	frame[12] = 0x12;
	CU_ASSERT_FALSE(vif_checksum(frame, bytes));
}

/* A large frame in pages of a guest, split at every byte of its headers. */
static void send_large(struct guest *g, const struct kind *k, uint32_t split, uint16_t mss)
{
	static uint8_t frame[8192];
	uint32_t bytes = make(k, frame, PAYLOAD);
	const union entry entries[] = {
		{.tx = {.gref = GREF(0),
			.flags = VIF_TX_EXTRA | VIF_TX_MORE | VIF_TX_CSUM_BLANK,
			.bytes = bytes}},
		{.extra = {.type = VIF_EXTRA_GSO,
			   .gso = {.mss = mss, .type = k->ipv6 ? VIF_GSO_TCPV6 : VIF_GSO_TCPV4}}},
		{.tx = {.gref = GREF(1), .offset = 5, .bytes = bytes - split}},
	};
	unsigned i;

	memcpy(g->page[0], frame, split);
	memcpy(g->page[1] + 5, frame + split, bytes - split);
	for (i = 0; i < COUNT(entries); i++)
		guest_send(g, &entries[i]);
}

static bool segments_good(struct guest *g, const struct kind *k, uint16_t mss)
{
	static uint8_t frame[8192];
	uint32_t n = (PAYLOAD + mss - 1) / mss, i, at = k->headers;

	make(k, frame, PAYLOAD);
	if (g->got.packets != n)
		return false;
	for (i = 0; i < n; i++) {
		uint32_t bytes = g->slot[i].len, part = bytes - k->headers;
		const uint8_t *f = guest_buf(g, i);

		if (!sums_up(k, f, bytes) || memcmp(f + k->headers, frame + at, part))
			return false;
		at += part;
	}
	return at == k->headers + PAYLOAD;
}

static void test_segments(void)
{
	static const uint16_t sizes[] = {100, 536, 1448, 1460, 2999, 3000, 9000};
	uint32_t split;
	unsigned i, k;

	for (k = 0; k < COUNT(kinds); k += 2)
		for (i = 0; i < 4; i++)
			for (split = 1; split < kinds[k].headers + 2; split++) {
				struct guest *g = guest_new();

				send_large(g, &kinds[k], split, sizes[i]);
				guest_fill(g, 0, OUR_SLOTS - 1, 0);
				CU_ASSERT(segments_good(g, &kinds[k], sizes[i]));
				CU_ASSERT_EQUAL(g->tx->rsp_prod, 3);
				CU_ASSERT_EQUAL(guest_tx_response(g, 1).status, VIF_NULL);
				guest_free(g);
			}
}

/* Larger segments than a slot holds become smaller ones. */
static void test_large_segments(void)
{
	struct guest *g = guest_new();

	send_large(g, &kinds[0], 1000, 2999);
	guest_fill(g, 0, OUR_SLOTS - 1, 0);
	CU_ASSERT(segments_good(g, &kinds[0], BUF_BYTES - kinds[0].headers));
	guest_free(g);
}

/* No room for all segments: none is made, and the frame waits. */
static void test_no_room(void)
{
	struct guest *g = guest_new();

	send_large(g, &kinds[0], 1000, 100);
	CU_ASSERT_EQUAL(guest_fill(g, 0, 20, 0), 0);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 0);
	CU_ASSERT_EQUAL(guest_fill(g, 0, 60, 0), 30);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 3);
	guest_free(g);
}

/* More segments than the ring holds at once are made as slots come back, and paid for once. */
static void test_in_parts(void)
{
	struct guest *g = guest_new();

	g->slots.n = 16;
	g->from.credit = (struct vif_credit){.interval_ns = 1000000, .bytes = 4000};
	send_large(g, &kinds[0], 1000, 100);
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 0, 15, 5000000, &g->got), 15);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 0);
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 15, 10, 5000000, &g->got), 9);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 0);
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 9, 15, 5000000, &g->got), 14);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 3);
	CU_ASSERT_EQUAL(guest_tx_response(g, 0).status, VIF_OKAY);
	CU_ASSERT_EQUAL(g->got.packets, PAYLOAD / 100);
	CU_ASSERT_EQUAL(g->got.bytes, PAYLOAD + PAYLOAD / 100 * kinds[0].headers);
	guest_free(g);
}

/* In between the guest makes another frame of it: that one is sent whole. */
static void test_other_between_parts(void)
{
	static const union entry frame = {.tx = {.gref = GREF(2), .bytes = 100}};
	struct guest *g = guest_new();

	g->slots.n = 16;
	send_large(g, &kinds[0], 1000, 100);
	vif_from_guest(&g->from, &g->slots, 0, 15, 0, &g->got);
	g->tx->req_prod -= 3;
	guest_send(g, &frame);
	g->tx->req_prod += 2;
	memcpy(&g->tx->entries[sizeof(frame)], &frame, sizeof(frame));
	memcpy(&g->tx->entries[2 * sizeof(frame)], &frame, sizeof(frame));
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 15, 15, 0, &g->got), 2);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 3);
	CU_ASSERT_EQUAL(g->slot[15].len, 100);
	guest_free(g);
}

/* Its pages vanish in between: it is answered, and nothing is sent again. */
static void test_gone_between_parts(void)
{
	struct guest *g = guest_new();

	g->slots.n = 16;
	send_large(g, &kinds[0], 1000, 100);
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 0, 15, 0, &g->got), 15);
	g->granted[1] = false;
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 15, 15, 0, &g->got), 15);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 3);
	CU_ASSERT_EQUAL(guest_tx_response(g, 0).status, VIF_ERROR);
	guest_free(g);
}

/* One request is not to be work without end. */
static void test_too_many_parts(void)
{
	struct guest *g = guest_new();

	g->slots.n = 16;
	send_large(g, &kinds[0], 1000, 20);
	CU_ASSERT_EQUAL(vif_from_guest(&g->from, &g->slots, 0, 15, 0, &g->got), 0);
	CU_ASSERT_EQUAL(guest_tx_response(g, 0).status, VIF_ERROR);
	guest_free(g);
}

static void test_rate(void)
{
	static const union entry frame = {.tx = {.gref = GREF(0), .bytes = 1000}};
	struct guest *g = guest_new();
	unsigned i;

	g->from.credit = (struct vif_credit){.interval_ns = 1000000, .bytes = 2500};
	for (i = 0; i < 6; i++)
		guest_send(g, &frame);
	CU_ASSERT_EQUAL(guest_fill(g, 0, 100, 5000000), 2);
	CU_ASSERT_EQUAL(g->from.wait_ns, 1000000);
	CU_ASSERT_EQUAL(guest_fill(g, 2, 100, 5400000), 0);
	CU_ASSERT_EQUAL(g->from.wait_ns, 600000);
	CU_ASSERT_EQUAL(guest_fill(g, 2, 100, 6000000), 2);
	g->from.credit.bytes = 10; /* less than a frame: one an interval */
	CU_ASSERT_EQUAL(guest_fill(g, 4, 100, 7000000), 1);
	CU_ASSERT_EQUAL(guest_fill(g, 5, 100, 8000000), 1);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 6);
	guest_free(g);
}

static const struct suite_test tests[] = {
	{"checksums", test_checksum},
	{"what has no checksum", test_no_checksum},
	{"segments", test_segments},
	{"segments that are too large", test_large_segments},
	{"no room for segments", test_no_room},
	{"segments in parts", test_in_parts},
	{"another frame between parts", test_other_between_parts},
	{"gone between parts", test_gone_between_parts},
	{"too many parts", test_too_many_parts},
	{"a rate", test_rate},
};

SUITE_MAIN("xen_offload", tests)
