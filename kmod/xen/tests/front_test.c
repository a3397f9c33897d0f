/* SPDX-License-Identifier: BSD-2-Clause */
/* The frontend's side of the standard protocol: what it asks of a backend, and what it believes. */
#include <stdlib.h>

#include "from_backend.h"
#include "guest.h"
#include "suite.h"
#include "to_backend.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define ENTRIES	  24
#define FIRST_REF 5000

/* Two rings of a frontend, and pages that have numbers but no memory. */
struct front {
	uint32_t gref[VIF_RING_ENTRIES];
	struct vif_shared *tx, *rx;
	struct vif_to_backend to;
	struct vif_from_backend from;
};

static struct front *front_new(void)
{
	struct front *f = calloc(1, sizeof(*f));
	unsigned i;

	for (i = 0; i < VIF_RING_ENTRIES; i++)
		f->gref[i] = FIRST_REF + i;
	f->tx = aligned_alloc(VIF_PAGE_BYTES, VIF_PAGE_BYTES);
	f->rx = aligned_alloc(VIF_PAGE_BYTES, VIF_PAGE_BYTES);
	vif_to_backend_init(&f->to, f->tx, f->gref);
	vif_from_backend_init(&f->from, f->rx, f->gref);
	vif_from_backend_publish(&f->from);
	return f;
}

static void front_free(struct front *f)
{
	free(f->tx);
	free(f->rx);
	free(f);
}

static union entry request(const struct front *f, uint32_t index)
{
	union entry entry;

	memcpy(&entry, vif_shared_entry(f->tx, index, sizeof(entry)), sizeof(entry));
	return entry;
}

/* The backend answers the next request. */
static void answer(struct front *f, uint16_t id, int16_t status)
{
	const struct vif_tx_response response = {id, status};

	memcpy(vif_shared_entry(f->tx, f->tx->rsp_prod++, sizeof(struct vif_tx_request)), &response,
	       sizeof(response));
}

static uint32_t put(struct front *f, uint32_t bytes, uint8_t gso, uint16_t *id)
{
	const struct vif_out_frame frame = {
		.bytes = bytes,
		.flags = VIF_TX_CSUM_BLANK,
		.gso = gso,
		.mss = gso ? 1448 : 0,
	};

	return vif_to_backend_put(&f->to, &frame, id);
}

static const struct {
	uint32_t bytes;
	uint8_t gso;
	unsigned pages;
} frames[] = {
	{14, 0, 1},
	{60, 0, 1},
	{VIF_PAGE_BYTES, 0, 1},
	{VIF_PAGE_BYTES + 1, 0, 2},
	{VIF_PAGE_BYTES, VIF_GSO_TCPV4, 1},
	{9000, VIF_GSO_TCPV6, 3},
	{VIF_FRAME_MAX, VIF_GSO_TCPV4, 16},
	{VIF_FRAME_MAX, 0, 16},
};

/* The first request has the length of all and the frame's flags, the others their own. */
static void check_requests(struct front *f, unsigned i, const uint16_t *id)
{
	unsigned pages = frames[i].pages, at = 0, n;
	uint32_t rest = 0;

	for (n = 0; n < pages; n++) {
		struct vif_tx_request r = request(f, at++).tx;

		CU_ASSERT_EQUAL(r.id, id[n]);
		CU_ASSERT_EQUAL(r.gref, FIRST_REF + id[n]);
		CU_ASSERT_EQUAL(r.offset, 0);
		CU_ASSERT_EQUAL(!(r.flags & VIF_TX_MORE), n + 1 == pages);
		CU_ASSERT_EQUAL(!(r.flags & VIF_TX_CSUM_BLANK), n > 0);
		CU_ASSERT_EQUAL(!(r.flags & VIF_TX_EXTRA), n > 0 || !frames[i].gso);
		CU_ASSERT(!n || r.bytes <= VIF_PAGE_BYTES);
		rest += n ? r.bytes : 0;
		if (!n && frames[i].gso) {
			struct vif_extra x = request(f, at++).extra;

			CU_ASSERT_EQUAL(x.type, VIF_EXTRA_GSO);
			CU_ASSERT_EQUAL(x.flags, 0);
			CU_ASSERT_EQUAL(x.gso.type, frames[i].gso);
			CU_ASSERT_EQUAL(x.gso.mss, 1448);
		}
	}
	CU_ASSERT_EQUAL(request(f, 0).tx.bytes, frames[i].bytes);
	CU_ASSERT_EQUAL(rest, frames[i].bytes - (pages > 1 ? VIF_PAGE_BYTES : frames[i].bytes));
	CU_ASSERT_EQUAL(f->tx->req_prod, at);
}

static void test_requests(void)
{
	uint16_t id[VIF_SLOTS_MAX];
	unsigned i;

	for (i = 0; i < COUNT(frames); i++) {
		struct front *f = front_new();

		CU_ASSERT_EQUAL(put(f, frames[i].bytes, frames[i].gso, id), frames[i].pages);
		CU_ASSERT_EQUAL(f->tx->req_prod, 0);
		vif_to_backend_publish(&f->to);
		CU_ASSERT_TRUE(f->to.notify);
		check_requests(f, i, id);
		front_free(f);
	}
}

/* Frames until there is no room, answers until there is, for more than a round of the ring. */
static void test_room(void)
{
	struct front *f = front_new();
	uint16_t id[VIF_SLOTS_MAX], taken = 0;
	unsigned sent = 0;

	while (vif_to_backend_room(&f->to) && ++sent)
		put(f, 60, 0, id);
	CU_ASSERT(sent > VIF_RING_ENTRIES - 20 && sent < VIF_RING_ENTRIES);
	vif_to_backend_publish(&f->to);
	CU_ASSERT_TRUE(vif_to_backend_await(&f->to));
	CU_ASSERT(f->tx->rsp_event > 1 && f->tx->rsp_event < VIF_RING_ENTRIES / 2);
	for (; sent < 3 * VIF_RING_ENTRIES; sent++) {
		answer(f, request(f, taken++).tx.id, VIF_OKAY);
		vif_to_backend_reap(&f->to);
		CU_ASSERT_PTR_NULL(f->to.broken);
		CU_ASSERT_TRUE(vif_to_backend_room(&f->to));
		put(f, 60, 0, id);
		vif_to_backend_publish(&f->to);
	}
	while (f->tx->rsp_prod != f->tx->req_prod)
		answer(f, request(f, taken++).tx.id, VIF_OKAY);
	CU_ASSERT_FALSE(vif_to_backend_await(&f->to));
	vif_to_backend_reap(&f->to);
	CU_ASSERT_EQUAL(f->to.nfree, VIF_RING_ENTRIES);
	CU_ASSERT_EQUAL(f->to.errors, 0);
	front_free(f);
}

/* After a frame of two pages with an extra (ids are taken from the highest down), and a command. */
static const struct {
	const char *what;
	struct {
		uint16_t id;
		int16_t status;
	} answer[6];
	unsigned n;
	uint32_t more; /* answers that are only said to be there */
	uint64_t errors;
	bool command_failed;
	const char *broken;
} answers[] = {
	{"what an honest backend says", .answer = {{255, 0}, {0, 1}, {254, 0}, {253, 0}, {0, 1}},
	 .n = 5},
	{"in another order", .answer = {{0, 1}, {253, 0}, {254, 0}, {0, 1}, {255, 0}}, .n = 5},
	{"an error", .answer = {{255, -1}, {0, 1}, {254, 0}}, .n = 3, .errors = 1},
	{"a dropped frame", .answer = {{255, -2}, {0, 1}, {254, -2}}, .n = 3, .errors = 2},
	{"a status that is none", .answer = {{255, 7}}, .n = 1, .errors = 1},
	{"a command that fails", .answer = {{253, -1}, {0, 1}}, .n = 2, .command_failed = true},
	{"an id twice", .answer = {{255, 0}, {255, 0}}, .n = 2, .broken = "nothing that was sent"},
	{"an id that was not sent", .answer = {{3, 0}}, .n = 1, .broken = "nothing that was sent"},
	{"an id beyond the ring", .answer = {{256, 0}}, .n = 1, .broken = "nothing that was sent"},
	{"a high id", .answer = {{65535, 0}}, .n = 1, .broken = "nothing that was sent"},
	{"more extras than there were", .answer = {{0, 1}, {0, 1}, {0, 1}}, .n = 3,
	 .broken = "nothing that"},
	{"more answers than requests", .answer = {{255, 0}}, .n = 1, .more = 5,
	 .broken = "more answers"},
	{"answers far ahead", .answer = {{255, 0}}, .n = 1, .more = 0x80000000,
	 .broken = "more answers"},
	{"answers behind", .answer = {{255, 0}}, .n = 1, .more = -2, .broken = "more answers"},
};

static void check_answers(unsigned i)
{
	static const uint8_t mac[6] = {1, 0, 0x5e, 0, 0, 1};
	struct front *f = front_new();
	uint16_t id[VIF_SLOTS_MAX];
	unsigned n;
	bool as_said;

	put(f, 5000, VIF_GSO_TCPV4, id);
	vif_to_backend_command(&f->to, VIF_EXTRA_MCAST_ADD, mac);
	vif_to_backend_publish(&f->to);
	CU_ASSERT_EQUAL(f->tx->req_prod, 5);
	for (n = 0; n < answers[i].n; n++)
		answer(f, answers[i].answer[n].id, answers[i].answer[n].status);
	f->tx->rsp_prod += answers[i].more;
	vif_to_backend_reap(&f->to);
	as_said = f->to.errors == answers[i].errors &&
		  f->to.command_failed == answers[i].command_failed &&
		  !f->to.broken == !answers[i].broken &&
		  (!f->to.broken || strstr(f->to.broken, answers[i].broken));
	if (!as_said)
		printf("  %s: %lu errors, %s\n", answers[i].what, (unsigned long)f->to.errors,
		       f->to.broken ? f->to.broken : "not broken");
	CU_ASSERT(as_said);
	front_free(f);
}

static void test_answers(void)
{
	unsigned i;

	for (i = 0; i < COUNT(answers); i++)
		check_answers(i);
}

/* A command has an address and no frame. */
static void test_command(void)
{
	static const uint8_t mac[6] = {0x33, 0x33, 1, 2, 3, 4};
	struct front *f = front_new();

	vif_to_backend_command(&f->to, VIF_EXTRA_MCAST_DEL, mac);
	CU_ASSERT_EQUAL(request(f, 0).tx.flags, VIF_TX_EXTRA);
	CU_ASSERT_EQUAL(request(f, 1).extra.type, VIF_EXTRA_MCAST_DEL);
	CU_ASSERT_EQUAL(memcmp(request(f, 1).extra.mac, mac, 6), 0);
	CU_ASSERT_EQUAL(f->to.packets, 0);
	front_free(f);
}

#define MORE VIF_RX_MORE
#define XTRA VIF_RX_EXTRA

/* What is in a place of the receive ring; an id of -1 stands for the place's own. */
struct in {
	int id;
	uint16_t offset, flags;
	int16_t status;
	struct vif_extra extra; /* if it is one */
};

#define RSP(at, fl, n)                                                                             \
	{                                                                                          \
		-1, (at), (fl), (n),                                                               \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

#define VERDICT(v, b, p, s) .verdict = (v), .bytes = (b), .pieces = (p), .slots = (s), .wanted = 1
#define GOOD(b, p, s)	    VERDICT(VIF_GOOD, b, p, s)
#define BAD(b, p, s)	    VERDICT(VIF_BAD, b, p, s)

static const struct received {
	const char *what;
	struct in in[ENTRIES];
	unsigned n;
	uint32_t more; /* said to be there */
	enum vif_verdict verdict;
	uint32_t bytes;
	unsigned pieces, slots, wanted;
	const char *broken;
} received[] = {
	{"nothing", .verdict = VIF_INCOMPLETE, .wanted = 1},
	{"a frame", .in = {RSP(0, 0, 60)}, .n = 1, GOOD(60, 1, 1)},
	{"the end of the page", .in = {RSP(4036, 0, 60)}, .n = 1, GOOD(60, 1, 1)},
	{"a byte beyond the page", .in = {RSP(4037, 0, 60)}, .n = 1, BAD(0, 0, 1)},
	{"an offset beyond the page", .in = {RSP(65535, 0, 60)}, .n = 1, BAD(0, 0, 1)},
	{"a length beyond the page", .in = {RSP(0, 0, 32767)}, .n = 1, BAD(0, 0, 1)},
	{"an error", .in = {RSP(0, 0, -1)}, .n = 1, BAD(0, 0, 1)},
	{"shorter than its header", .in = {RSP(0, 0, 13)}, .n = 1, BAD(13, 1, 1)},
	{"no bytes", .in = {RSP(0, 0, 0)}, .n = 1, BAD(0, 1, 1)},
	{"two pieces", .in = {RSP(0, MORE, 4096), RSP(8, 0, 900)}, .n = 2, GOOD(4996, 2, 2)},
	{"a bad piece among good ones",
	 .in = {RSP(0, MORE, 4096), RSP(0, MORE, -1), RSP(0, 0, 900)}, .n = 3, BAD(4996, 2, 3)},
	{"a piece that does not come", .in = {RSP(0, MORE, 4096)}, .n = 1,
	 .verdict = VIF_INCOMPLETE, .wanted = 2},
	{"a large segment",
	 .in = {RSP(0, XTRA | MORE, 4096), GSO(VIF_GSO_TCPV4, 1448, 0), RSP(0, 0, 900)}, .n = 3,
	 GOOD(4996, 2, 3)},
	{"segments of no bytes", .in = {RSP(0, XTRA, 900), GSO(VIF_GSO_TCPV6, 0, 0)}, .n = 2,
	 BAD(900, 1, 2)},
	{"segments of an unknown kind", .in = {RSP(0, XTRA, 900), GSO(9, 100, 0)}, .n = 2,
	 BAD(900, 1, 2)},
	{"an extra that does not come", .in = {RSP(0, XTRA, 900)}, .n = 1,
	 .verdict = VIF_INCOMPLETE, .wanted = 2},
	{"a hash", .in = {RSP(0, XTRA, 900), EXTRA(VIF_EXTRA_HASH, 0)}, .n = 2, GOOD(900, 1, 2)},
	{"a command", .in = {RSP(0, XTRA, 900), EXTRA(VIF_EXTRA_MCAST_ADD, 0)}, .n = 2,
	 .verdict = VIF_BROKEN, .broken = "not asked for"},
	{"extras without end",
	 .in = {RSP(0, XTRA, 900), EXTRA(4, 1), EXTRA(4, 1), EXTRA(4, 1), EXTRA(4, 1), EXTRA(4, 1)},
	 .n = 6, .verdict = VIF_BROKEN, .broken = "too many extras"},
	{"another place", .in = {{1, 0, 0, 60, {0}}}, .n = 1, .verdict = VIF_BROKEN,
	 .broken = "another place"},
	{"a high id", .in = {{65535, 0, 0, 60, {0}}}, .n = 1, .verdict = VIF_BROKEN,
	 .broken = "another place"},
	{"more than was offered", .in = {RSP(0, 0, 60)}, .n = 1, .more = 256, .verdict = VIF_BROKEN,
	 .broken = "more answers"},
	{"indices far ahead", .in = {RSP(0, 0, 60)}, .n = 1, .more = 0x7fffffff,
	 .verdict = VIF_BROKEN, .broken = "more answers"},
};

static void respond(struct front *f, const struct in *in)
{
	struct vif_rx_response response = {
		.id = in->id < 0 ? f->rx->rsp_prod % VIF_RING_ENTRIES : (uint32_t)in->id,
		.offset = in->offset,
		.flags = in->flags,
		.status = in->status,
	};
	void *to = vif_shared_entry(f->rx, f->rx->rsp_prod++, sizeof(response));

	if (in->extra.type)
		memcpy(to, &in->extra, sizeof(response));
	else
		memcpy(to, &response, sizeof(response));
}

/* begin: indices are there when the frame comes. */
static void check_received(const struct received *r, uint32_t begin)
{
	struct front *f = front_new();
	struct vif_in_frame frame = {0};
	enum vif_verdict verdict;
	bool as_said;
	unsigned i;

	f->from.ring.req_prod += begin;
	f->from.ring.rsp_cons += begin;
	f->rx->rsp_prod = begin;
	for (i = 0; i < r->n; i++)
		respond(f, &r->in[i]);
	f->rx->rsp_prod += r->more;
	verdict = vif_from_backend_read(&f->from, &frame);
	as_said = verdict == r->verdict && !f->from.broken == !r->broken &&
		  (!r->broken || strstr(f->from.broken, r->broken));
	if (verdict == VIF_GOOD || verdict == VIF_BAD)
		as_said &= frame.bytes == r->bytes && frame.npieces == r->pieces &&
			   frame.slots == r->slots;
	if (verdict != VIF_BROKEN)
		as_said &= f->from.wanted == r->wanted;
	if (!as_said)
		printf("  %s: verdict %d, %u bytes, %u pieces, %u slots, %s\n", r->what, verdict,
		       frame.bytes, frame.npieces, frame.slots,
		       f->from.broken ? f->from.broken : "not broken");
	CU_ASSERT(as_said);
	front_free(f);
}

static void test_received(void)
{
	unsigned i;

	for (i = 0; i < COUNT(received); i++) {
		check_received(&received[i], 0);
		check_received(&received[i], 0xfffffffe);
	}
}

/* Pieces without end, of which none is wrong by itself. */
static void test_pieces_without_end(void)
{
	static const struct in piece = RSP(0, MORE, 1);
	struct front *f = front_new();
	struct vif_in_frame frame;
	unsigned i;

	for (i = 0; i < VIF_RING_ENTRIES; i++)
		respond(f, &piece);
	CU_ASSERT_EQUAL(vif_from_backend_read(&f->from, &frame), VIF_BROKEN);
	CU_ASSERT_PTR_NOT_NULL(strstr(f->from.broken, "too many pieces"));
	front_free(f);
}

/* A page that was taken is offered again in the place that comes round to it. */
static void test_offers(void)
{
	static const struct in good = RSP(0, 0, 60);
	struct front *f = front_new();
	struct vif_in_frame frame;
	struct vif_rx_request r;
	unsigned i;

	CU_ASSERT_EQUAL(f->rx->req_prod, VIF_RING_ENTRIES);
	for (i = 0; i < 2 * VIF_RING_ENTRIES; i++) {
		memcpy(&r, vif_shared_entry(f->rx, i, sizeof(r)), sizeof(r));
		CU_ASSERT_EQUAL(r.id, i % VIF_RING_ENTRIES);
		CU_ASSERT_EQUAL(r.gref, FIRST_REF + i % VIF_RING_ENTRIES);
		respond(f, &good);
		CU_ASSERT_EQUAL(vif_from_backend_read(&f->from, &frame), VIF_GOOD);
		CU_ASSERT_EQUAL(frame.piece[0].page, i % VIF_RING_ENTRIES);
		vif_from_backend_take(&f->from, &frame);
		vif_from_backend_publish(&f->from);
	}
	CU_ASSERT_EQUAL(f->rx->req_prod, 3 * VIF_RING_ENTRIES);
	CU_ASSERT_TRUE(vif_from_backend_await(&f->from));
	CU_ASSERT_EQUAL(f->rx->rsp_event, 2 * VIF_RING_ENTRIES + 1);
	respond(f, &good);
	CU_ASSERT_FALSE(vif_from_backend_await(&f->from));
	front_free(f);
}

/* A backend that writes anything anywhere, at any time. */
static void scribble(struct front *f, unsigned n)
{
	while (n--) {
		uint8_t *page = rand() & 1 ? (uint8_t *)f->tx : (uint8_t *)f->rx;

		page[rand() % VIF_PAGE_BYTES] = rand();
		if (rand() & 1)
			f->tx->rsp_prod = f->to.ring.rsp_cons + rand() % 4;
		if (rand() & 1)
			f->rx->rsp_prod = f->from.ring.rsp_cons + rand() % 8;
	}
}

static void use(struct front *f)
{
	uint16_t id[VIF_SLOTS_MAX], used = 0, i;
	struct vif_in_frame frame;
	enum vif_verdict verdict;

	if (vif_to_backend_room(&f->to))
		put(f, 14 + rand() % (VIF_FRAME_MAX - 14), rand() % 3, id);
	vif_to_backend_publish(&f->to);
	vif_to_backend_reap(&f->to);
	for (i = 0; i < VIF_RING_ENTRIES; i++)
		used += f->to.use[i] != VIF_OUT_FREE;
	CU_ASSERT_EQUAL(used + f->to.nfree, VIF_RING_ENTRIES);
	verdict = vif_from_backend_read(&f->from, &frame);
	if (verdict != VIF_GOOD && verdict != VIF_BAD)
		return;
	for (i = 0; i < frame.npieces; i++)
		CU_ASSERT(frame.piece[i].page < VIF_RING_ENTRIES &&
			  frame.piece[i].offset + frame.piece[i].bytes <= VIF_PAGE_BYTES);
	vif_from_backend_take(&f->from, &frame);
	vif_from_backend_publish(&f->from);
}

static void test_chance(void)
{
	unsigned run, step;

	for (run = 0; run < 2000; run++) {
		struct front *f = front_new();

		srand(run);
		for (step = 0; step < 60 && !(f->to.broken && f->from.broken); step++) {
			use(f);
			scribble(f, rand() % 3);
		}
		front_free(f);
	}
}

static const struct suite_test tests[] = {
	{"requests of a frame", test_requests},
	{"room, and waiting for it", test_room},
	{"answers", test_answers},
	{"commands", test_command},
	{"what is received", test_received},
	{"pieces without end", test_pieces_without_end},
	{"pages are offered again", test_offers},
	{"a backend by chance", test_chance},
};

SUITE_MAIN("xen_front", tests)
