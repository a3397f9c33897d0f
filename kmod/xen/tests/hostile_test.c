/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that no honest frontend makes: what becomes of the frame, of the interface, of the
 * others. */
#include "guest.h"
#include "suite.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ENTRIES	 32

#define REQ(page, at, fl, n)                                                                       \
	{                                                                                          \
		.tx = {.gref = GREF(page),                                                         \
		       .offset = (at),                                                             \
		       .flags = (fl),                                                              \
		       .id = (page),                                                               \
		       .bytes = (n) }                                                              \
	}
#define FOREIGN(n)                                                                                 \
	{                                                                                          \
		.tx = {.gref = 0xffffffff, .id = 1, .bytes = (n) }                                 \
	}

#define MORE  VIF_TX_MORE
#define XTRA  VIF_TX_EXTRA
#define BLANK VIF_TX_CSUM_BLANK

static const struct hostile {
	const char *what;
	union entry entry[ENTRIES];
	unsigned repeat;    /* the last one goes on so often */
	union entry end;    /* then this, if it is one */
	unsigned frames;    /* delivered */
	unsigned errors;    /* answered with VIF_ERROR */
	const char *broken; /* why the interface is closed, or NULL */
} table[] = {
	{"an honest frame", .entry = {REQ(0, 0, 0, 60)}, .frames = 1},
	{"a frame of two fragments", .entry = {REQ(0, 0, MORE, 160), REQ(1, 0, 0, 100)},
	 .frames = 1},
	{"a frame shorter than its header", .entry = {REQ(0, 0, 0, 13)}, .errors = 1},
	{"a frame of no bytes", .entry = {REQ(0, 0, 0, 0)}, .errors = 1},
	{"the end of the page", .entry = {REQ(0, 4036, 0, 60)}, .frames = 1},
	{"a byte beyond the page", .entry = {REQ(0, 4037, 0, 60)}, .broken = "crosses"},
	{"an offset beyond the page", .entry = {REQ(0, 4097, 0, 60)}, .broken = "crosses"},
	{"an offset that overflows", .entry = {REQ(0, 65535, 0, 65535)}, .broken = "crosses"},
	{"a second fragment beyond its page", .entry = {REQ(0, 0, MORE, 200), REQ(1, 4090, 0, 100)},
	 .broken = "crosses"},
	{"fragments that are longer than all", .entry = {REQ(0, 0, MORE, 60), REQ(1, 0, 0, 100)},
	 .errors = 2},
	{"fragments that leave the first none", .entry = {REQ(0, 0, MORE, 100), REQ(1, 0, 0, 100)},
	 .errors = 2},
	{"a fragment of no bytes", .entry = {REQ(0, 0, MORE, 100), REQ(1, 0, 0, 0)}, .errors = 2},
	{"the sum of fragments wraps",
	 .entry = {REQ(0, 0, MORE, 100), REQ(1, 0, MORE, 65535), REQ(2, 0, 0, 65535)}, .errors = 3},
	{"as many fragments as may be, of one byte",
	 .entry = {REQ(0, 0, MORE, 79), REQ(1, 0, MORE, 1)}, .repeat = 17, .end = REQ(2, 0, 0, 1),
	 .frames = 1},
	{"one more", .entry = {REQ(0, 0, MORE, 79), REQ(1, 0, MORE, 1)}, .repeat = 18,
	 .end = REQ(2, 0, 0, 1), .broken = "too many fragments"},
	{"fragments without end", .entry = {REQ(0, 0, MORE, 100), REQ(1, 0, MORE, 1)},
	 .repeat = 100, .broken = "too many fragments"},
	{"a grant that is none", .entry = {FOREIGN(60)}, .errors = 1},
	{"a grant that is none among good ones",
	 .entry = {REQ(0, 0, 0, 60), FOREIGN(60), REQ(2, 0, 0, 60)}, .frames = 2, .errors = 1},
	{"a fragment that is not granted", .entry = {REQ(0, 0, MORE, 160), FOREIGN(100)},
	 .errors = 2},
	{"an extra of no type", .entry = {REQ(0, 0, XTRA, 60), EXTRA(0, 2)},
	 .broken = "unknown type"},
	{"an extra of a high type", .entry = {REQ(0, 0, XTRA, 60), EXTRA(255, 0)},
	 .broken = "unknown type"},
	{"extras without end",
	 .entry = {REQ(0, 0, XTRA, 60), EXTRA(VIF_EXTRA_HASH, VIF_EXTRA_MORE)}, .repeat = 10,
	 .broken = "too many extras"},
	{"an extra that does not come", .entry = {REQ(0, 0, XTRA, 60)}},
	{"a fragment that does not come", .entry = {REQ(0, 0, MORE, 60)}},
	{"segments of no bytes", .entry = {REQ(0, 0, XTRA, 1000), GSO(VIF_GSO_TCPV4, 0, 0)},
	 .broken = "no bytes"},
	{"segments of an unknown kind", .entry = {REQ(0, 0, XTRA, 1000), GSO(7, 100, 0)},
	 .broken = "type"},
	{"segments of what is no TCP", .entry = {REQ(0, 0, XTRA, 1000), GSO(VIF_GSO_TCPV4, 100, 0)},
	 .errors = 1},
	{"more segments than slots", .entry = {REQ(0, 0, XTRA, 4000), GSO(VIF_GSO_TCPV6, 1, 0)},
	 .errors = 1},
	{"a checksum for what has none", .entry = {REQ(0, 0, BLANK, 60)}, .errors = 1},
	{"a checksum for a frame of two fragments that has none",
	 .entry = {REQ(0, 0, BLANK | MORE, 4000), REQ(1, 0, 0, 1000)}, .errors = 2},
	{"an address that is not multicast",
	 .entry = {REQ(0, 0, XTRA, 0), EXTRA(VIF_EXTRA_MCAST_ADD, 0)}, .errors = 1},
	{"to forget an address that never was",
	 .entry = {REQ(0, 0, XTRA, 0), EXTRA(VIF_EXTRA_MCAST_DEL, 0)}},
	{"all flags at once",
	 .entry = {REQ(0, 0, 0xffff, 100), GSO(VIF_GSO_TCPV4, 100, 0), REQ(1, 0, 0, 50)},
	 .errors = 2},
};

static bool is_entry(const union entry *entry)
{
	static const union entry none;

	return memcmp(entry, &none, sizeof(none));
}

static unsigned entries_of(const struct hostile *h)
{
	unsigned n = 0;

	while (n < ENTRIES && is_entry(&h->entry[n]))
		n++;
	return n;
}

static void send_all(struct guest *g, const struct hostile *h)
{
	unsigned n = entries_of(h), i;

	for (i = 0; i < n; i++)
		guest_send(g, &h->entry[i]);
	for (i = 0; i < h->repeat; i++)
		guest_send(g, &h->entry[n - 1]);
	if (is_entry(&h->end))
		guest_send(g, &h->end);
}

static unsigned errors_of(const struct guest *g)
{
	unsigned errors = 0;
	uint32_t i;

	for (i = 0; i < g->tx->rsp_prod; i++)
		errors += guest_tx_response(g, i).status == VIF_ERROR;
	return errors;
}

static void check(const struct hostile *h)
{
	struct guest *g = guest_new();
	bool as_said;

	send_all(g, h);
	guest_fill(g, 0, OUR_SLOTS - 1, 0);
	as_said = g->got.packets == h->frames && errors_of(g) == h->errors &&
		  !g->from.broken == !h->broken &&
		  (!h->broken || strstr(g->from.broken, h->broken));
	if (!as_said)
		printf("  %s: %lu frames, %u errors, %s\n", h->what, (unsigned long)g->got.packets,
		       errors_of(g), g->from.broken ? g->from.broken : "not broken");
	CU_ASSERT(as_said);
	/* Whatever happened, no response was made up and none is missing. */
	CU_ASSERT(g->tx->rsp_prod <= g->tx->req_prod);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, g->from.ring.req_cons);
	guest_free(g);
}

static void test_table(void)
{
	unsigned i;

	for (i = 0; i < COUNT(table); i++)
		check(&table[i]);
}

/* The same, where the ring's indices and our slots wrap. */
static void test_wrapped(void)
{
	const union entry two[] = {REQ(0, 0, MORE, 3000), REQ(1, 0, 0, 1000)};
	struct guest *g = guest_new();
	uint32_t i;

	g->tx->req_prod = g->tx->rsp_prod = 0xffffffff;
	CU_ASSERT_EQUAL(vif_ring_init(&g->from.ring, g->tx, sizeof(two[0])), 0);
	for (i = 0; i < 2; i++)
		guest_send(g, &two[i]);
	CU_ASSERT_EQUAL(guest_fill(g, OUR_SLOTS - 1, 10, 0), 2);
	CU_ASSERT_EQUAL(g->slot[OUR_SLOTS - 1].len, BUF_BYTES);
	CU_ASSERT_EQUAL(g->slot[OUR_SLOTS - 1].flags, NS_MOREFRAG);
	CU_ASSERT_EQUAL(g->slot[0].len, 3000 - BUF_BYTES);
	CU_ASSERT_EQUAL(g->tx->rsp_prod, 1);
	guest_free(g);
}

static const struct {
	const char *what;
	uint32_t req_prod, rsp_prod;
	bool ok;
} indices[] = {
	{"nothing", 0, 0, true},
	{"a full ring", 256, 0, true},
	{"one more", 257, 0, false},
	{"far ahead", 0x80000000, 0, false},
	{"behind", 0, 1, false},
	{"wrapped", 5, 0xffffffff, true},
	{"wrapped too far", 256, 0xffffffff, false},
};

static void test_indices(void)
{
	unsigned i;

	for (i = 0; i < COUNT(indices); i++) {
		struct guest *g = guest_new();
		int error;

		g->tx->req_prod = indices[i].req_prod;
		g->tx->rsp_prod = indices[i].rsp_prod;
		error = vif_ring_init(&g->from.ring, g->tx, sizeof(struct vif_tx_request));
		CU_ASSERT_EQUAL(!error, indices[i].ok);
		guest_free(g);
	}
}

/* Indices that run away after the start. */
static void test_index_later(void)
{
	struct guest *g = guest_new();

	g->tx->req_prod = 1000;
	CU_ASSERT_EQUAL(guest_fill(g, 0, 100, 0), 0);
	CU_ASSERT_PTR_NOT_NULL(g->from.broken);
	g->rx->req_prod = 0x12345678;
	guest_slot(g, 0, 60, 0, 1);
	CU_ASSERT_EQUAL(vif_to_guest(&g->to, &g->slots, 0, 1, &g->sent), 1);
	CU_ASSERT_PTR_NOT_NULL(g->to.broken);
	guest_free(g);
}

/* What comes after a bad frame is delivered in the slots that come next. */
static void test_no_holes(void)
{
	static const union entry mix[] = {
		REQ(0, 0, 0, 60),   FOREIGN(3000), REQ(1, 0, 0, 61), REQ(2, 0, MORE, 3000),
		REQ(3, 0, 0, 1000), FOREIGN(60),   REQ(4, 0, 0, 62),
	};
	struct guest *g = guest_new();
	bool seen[OUR_SLOTS + NM_BUF_RESERVED] = {false};
	unsigned i;

	for (i = 0; i < 5; i++)
		memset(g->page[i], 'a' + i, VIF_PAGE_BYTES);
	for (i = 0; i < COUNT(mix); i++)
		guest_send(g, &mix[i]);
	CU_ASSERT_EQUAL(guest_fill(g, OUR_SLOTS - 2, 100, 0), 5);
	CU_ASSERT_EQUAL(guest_buf(g, OUR_SLOTS - 2)[0], 'a');
	CU_ASSERT_EQUAL(guest_buf(g, OUR_SLOTS - 1)[0], 'b');
	CU_ASSERT_EQUAL(guest_buf(g, 0)[0], 'c');
	CU_ASSERT_EQUAL(guest_buf(g, 1)[3000 - BUF_BYTES - 1], 'd');
	CU_ASSERT_EQUAL(guest_buf(g, 2)[0], 'e');
	CU_ASSERT_EQUAL(g->slot[2].len, 62);
	for (i = 0; i < OUR_SLOTS; i++) {
		CU_ASSERT_FALSE(seen[g->slot[i].buf_idx]);
		seen[g->slot[i].buf_idx] = true;
	}
	guest_free(g);
}

/* A guest that sends what is of no use without end is not heard without end. */
static void test_patience(void)
{
	static const union entry bad = REQ(0, 0, 0, 1);
	struct guest *g = guest_new();
	unsigned i;

	for (i = 0; i < VIF_RING_ENTRIES; i++)
		guest_send(g, &bad);
	CU_ASSERT_EQUAL(guest_fill(g, 0, 100, 0), 0);
	CU_ASSERT_EQUAL(g->from.bad, VIF_RING_ENTRIES);
	CU_ASSERT_EQUAL(g->hypercalls, 0);
	guest_free(g);
}

static const struct suite_test tests[] = {
	{"hostile requests", test_table},
	{"rings that wrap", test_wrapped},
	{"indices at the start", test_indices},
	{"indices that run away", test_index_later},
	{"lost frames leave no holes", test_no_holes},
	{"useless requests end", test_patience},
};

SUITE_MAIN("xen_hostile", tests)
