/* SPDX-License-Identifier: BSD-2-Clause */
/* Ring macros, nm_inject, nm_dispatch, nm_nextpkt over a region made by hand: 2 tx, 2 rx rings. */
#define NETMAP_WITH_LIBS
#include <net/netmap_user.h>

#include "suite.h"

enum { RINGS = 2, SLOTS = 8, BUF_BYTES = 64, FIRST_BUF = 2, RING_BYTES = 512, IF_BYTES = 128 };
enum { BUFS = FIRST_BUF + 2 * RINGS * SLOTS };
enum { BUF_OFS = IF_BYTES + 2 * RINGS * RING_BYTES, REGION_BYTES = BUF_OFS + BUFS * BUF_BYTES };

static struct {
	char bytes[REGION_BYTES] __attribute__((aligned(128)));
	struct nm_desc d;
	struct netmap_if *nifp;
} w;

static struct netmap_ring *ring_at(int i)
{
	return (struct netmap_ring *)(void *)(w.bytes + IF_BYTES + i * RING_BYTES);
}

static void make_ring(int i, uint16_t dir)
{
	struct netmap_ring *ring = ring_at(i);
	uint32_t s;

	ring->buf_ofs = BUF_OFS - (IF_BYTES + i * RING_BYTES);
	ring->num_slots = SLOTS;
	ring->nr_buf_size = BUF_BYTES;
	ring->dir = dir;
	ring->tail = dir ? SLOTS - 1 : 0;
	for (s = 0; s < SLOTS; s++) {
		ring->slot[s].buf_idx = FIRST_BUF + (uint32_t)i * SLOTS + s;
		ring->slot[s].len = BUF_BYTES;
	}
}

/* ring_ofs: two tx, the unbound host tx, two rx, the unbound host rx. */
static void make_world(void)
{
	int i;

	memset(&w, 0, sizeof(w));
	w.nifp = (struct netmap_if *)(void *)w.bytes;
	w.nifp->ni_tx_rings = w.nifp->ni_rx_rings = RINGS;
	w.nifp->ni_host_tx_rings = w.nifp->ni_host_rx_rings = 1;
	for (i = 0; i < RINGS; i++) {
		make_ring(i, 1);
		make_ring(RINGS + i, 0);
		w.nifp->ring_ofs[i] = IF_BYTES + i * RING_BYTES;
		w.nifp->ring_ofs[RINGS + 1 + i] = IF_BYTES + (RINGS + i) * RING_BYTES;
	}
	w.d = (struct nm_desc){.self = &w.d, .fd = -1, .nifp = w.nifp, .mem = w.bytes};
	w.d.req.nr_flags = NR_REG_ALL_NIC;
	w.d.req.nr_tx_rings = w.d.req.nr_rx_rings = RINGS;
	nm_set_ring_range(&w.d);
}

/* Puts a slot of len bytes, each of value fill, at the tail of rx ring i. */
static void receive(uint32_t i, uint16_t len, char fill, uint16_t flags)
{
	struct netmap_ring *ring = NETMAP_RXRING(w.nifp, i);
	struct netmap_slot *slot = &ring->slot[ring->tail];

	memset(NETMAP_BUF(ring, slot->buf_idx), fill, len);
	slot->len = len;
	slot->flags = flags;
	ring->tail = nm_ring_next(ring, ring->tail);
}

struct seen {
	int calls;
	uint32_t len[16], caplen[16];
	uint64_t flags[16];
	char first[16];
};

static void note(unsigned char *arg, const struct nm_pkthdr *hdr, const unsigned char *buf)
{
	struct seen *seen = (struct seen *)(void *)arg;

	seen->len[seen->calls] = hdr->len;
	seen->caplen[seen->calls] = hdr->caplen;
	seen->flags[seen->calls] = hdr->flags;
	seen->first[seen->calls++] = (char)buf[0];
}

static int dispatch(int cnt, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	return nm_dispatch(&w.d, cnt, note, (unsigned char *)seen);
}

static void addresses(void)
{
	struct netmap_ring *rx1;

	make_world();
	rx1 = NETMAP_RXRING(w.nifp, 1);
	CU_ASSERT_PTR_EQUAL(NETMAP_IF(w.bytes, 0), w.nifp);
	CU_ASSERT_PTR_EQUAL(NETMAP_TXRING(w.nifp, 1), ring_at(1));
	CU_ASSERT_PTR_EQUAL(rx1, ring_at(RINGS + 1));
	CU_ASSERT_PTR_EQUAL(NETMAP_BUF(rx1, 5), w.bytes + BUF_OFS + 5 * BUF_BYTES);
	CU_ASSERT_EQUAL(NETMAP_BUF_IDX(rx1, NETMAP_BUF(rx1, 5)), 5);
	CU_ASSERT_PTR_NULL(nm_txring(&w.d, RINGS));
}

static void offsets_touch_only_their_bits(void)
{
	struct netmap_ring *ring;
	struct netmap_slot *slot;

	make_world();
	ring = NETMAP_TXRING(w.nifp, 0);
	slot = &ring->slot[0];
	ring->offset_mask = 0xff;
	slot->ptr = 0xabcd00;
	NETMAP_WOFFSET(ring, slot, 0x110);
	CU_ASSERT_EQUAL(slot->ptr, 0xabcd10);
	CU_ASSERT_EQUAL(NETMAP_ROFFSET(ring, slot), 0x10);
	CU_ASSERT_PTR_EQUAL(NETMAP_BUF_OFFSET(ring, slot), NETMAP_BUF(ring, slot->buf_idx) + 0x10);
}

static void ring_arithmetic_wraps(void)
{
	static const struct {
		uint32_t head, tail, space;
		int empty, pending;
	} t[] = {
		{0, SLOTS - 1, SLOTS - 1, 0, 0}, {3, 3, 0, 1, 1}, {6, 1, 3, 0, 1},
		{1, 0, SLOTS - 1, 0, 0},	 {2, 5, 3, 0, 1},
	};
	struct netmap_ring *ring;
	size_t i;

	make_world();
	ring = NETMAP_TXRING(w.nifp, 0);
	CU_ASSERT_EQUAL(nm_ring_next(ring, SLOTS - 1), 0);
	CU_ASSERT_EQUAL(nm_ring_next(ring, 2), 3);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ring->head = t[i].head;
		ring->tail = t[i].tail;
		CU_ASSERT_EQUAL(nm_ring_space(ring), t[i].space);
		CU_ASSERT_EQUAL(nm_ring_empty(ring), t[i].empty);
		CU_ASSERT_EQUAL(nm_tx_pending(ring), t[i].pending);
	}
}

static void ring_ranges_follow_the_mode(void)
{
	static const struct {
		uint32_t mode;
		uint16_t ringid, first_tx, last_tx, first_rx, last_rx;
	} t[] = {
		{NR_REG_SW, 0, 4, 4, 2, 2},	     {NR_REG_ALL_NIC, 0, 0, 3, 0, 1},
		{NR_REG_NIC_SW, 0, 0, 4, 0, 2},	     {NR_REG_ONE_NIC, 1, 1, 1, 1, 1},
		{NR_REG_PIPE_MASTER, 1, 0, 0, 0, 0}, {NR_REG_NULL, 0, 0, 0, 0, 0},
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct nm_desc d = {.fd = -1};

		d.req.nr_tx_rings = 4;
		d.req.nr_rx_rings = 2;
		d.req.nr_flags = t[i].mode | NR_EXCLUSIVE;
		d.req.nr_ringid = t[i].ringid | NETMAP_NO_TX_POLL;
		nm_set_ring_range(&d);
		CU_ASSERT_EQUAL(d.first_tx_ring, t[i].first_tx);
		CU_ASSERT_EQUAL(d.last_tx_ring, t[i].last_tx);
		CU_ASSERT_EQUAL(d.cur_tx_ring, t[i].first_tx);
		CU_ASSERT_EQUAL(d.first_rx_ring, t[i].first_rx);
		CU_ASSERT_EQUAL(d.last_rx_ring, t[i].last_rx);
		CU_ASSERT_EQUAL(d.cur_rx_ring, t[i].first_rx);
	}
}

static void inject_splits_and_keeps_buf_changed(void)
{
	char frame[BUF_BYTES * 2 + 10];
	struct netmap_ring *ring;

	make_world();
	memset(frame, 'f', sizeof(frame));
	ring = NETMAP_TXRING(w.nifp, 0);
	ring->slot[0].flags = NS_BUF_CHANGED | NS_INDIRECT;
	ring->slot[2].flags = NS_MOREFRAG;
	CU_ASSERT_EQUAL(nm_inject(&w.d, frame, sizeof(frame)), (int)sizeof(frame));
	CU_ASSERT_EQUAL(ring->head, 3);
	CU_ASSERT_EQUAL(ring->cur, 3);
	CU_ASSERT_EQUAL(ring->slot[0].flags, NS_BUF_CHANGED | NS_MOREFRAG);
	CU_ASSERT_EQUAL(ring->slot[1].flags, NS_MOREFRAG);
	CU_ASSERT_EQUAL(ring->slot[2].flags, 0);
	CU_ASSERT_EQUAL(ring->slot[1].len, BUF_BYTES);
	CU_ASSERT_EQUAL(ring->slot[2].len, 10);
	CU_ASSERT_EQUAL(NETMAP_BUF(ring, ring->slot[2].buf_idx)[9], 'f');
}

static void inject_goes_round_the_rings_and_then_says_no_room(void)
{
	char frame[BUF_BYTES + 1] = "x";
	int i;

	make_world();
	for (i = 0; i < RINGS * (SLOTS - 1); i++)
		CU_ASSERT_EQUAL(nm_inject(&w.d, frame, BUF_BYTES), BUF_BYTES);
	CU_ASSERT_EQUAL(nm_inject(&w.d, frame, BUF_BYTES), 0);
	CU_ASSERT(nm_ring_empty(NETMAP_TXRING(w.nifp, 0)));
	CU_ASSERT(nm_ring_empty(NETMAP_TXRING(w.nifp, 1)));
	NETMAP_TXRING(w.nifp, 0)->tail = 1;
	CU_ASSERT_EQUAL(nm_inject(&w.d, frame, BUF_BYTES + 1), BUF_BYTES + 1);
	CU_ASSERT_EQUAL(w.d.cur_tx_ring, 0);
}

static void dispatch_marks_all_but_the_last(void)
{
	struct seen seen;

	make_world();
	receive(0, 60, 'a', 0);
	receive(0, 61, 'b', 0);
	receive(1, 62, 'c', 0);
	CU_ASSERT_EQUAL(dispatch(-1, &seen), 3);
	CU_ASSERT_EQUAL(seen.calls, 3);
	CU_ASSERT_NSTRING_EQUAL(seen.first, "abc", 3);
	CU_ASSERT_EQUAL(seen.len[1], 61);
	CU_ASSERT_EQUAL(seen.flags[0], NM_MORE_PKTS);
	CU_ASSERT_EQUAL(seen.flags[1], NM_MORE_PKTS);
	CU_ASSERT_EQUAL(seen.flags[2], 0);
	CU_ASSERT_EQUAL(dispatch(0, &seen), 0);
	CU_ASSERT_EQUAL(seen.calls, 0);
}

static void dispatch_stops_at_the_count(void)
{
	struct seen seen;
	int i;

	make_world();
	for (i = 0; i < 5; i++)
		receive(1, 60, (char)('a' + i), 0);
	CU_ASSERT_EQUAL(dispatch(2, &seen), 2);
	CU_ASSERT_EQUAL(seen.flags[1], 0);
	CU_ASSERT_EQUAL(dispatch(0, &seen), 3);
	CU_ASSERT_NSTRING_EQUAL(seen.first, "cde", 3);
}

static void dispatch_joins_fragments(void)
{
	struct seen seen;

	make_world();
	receive(0, BUF_BYTES, 'a', NS_MOREFRAG);
	receive(0, BUF_BYTES, 'b', NS_MOREFRAG);
	receive(0, 5, 'c', 0);
	receive(0, 7, 'd', NS_MOREFRAG); /* not full: the next fragment does not follow in memory */
	receive(0, 9, 'e', 0);
	CU_ASSERT_EQUAL(dispatch(0, &seen), 2);
	CU_ASSERT_EQUAL(seen.len[0], 2 * BUF_BYTES + 5);
	CU_ASSERT_EQUAL(seen.caplen[0], 2 * BUF_BYTES + 5);
	CU_ASSERT_EQUAL(seen.len[1], 16);
	CU_ASSERT_EQUAL(seen.caplen[1], 7);
	CU_ASSERT(nm_ring_empty(NETMAP_RXRING(w.nifp, 0)));
}

static void dispatch_sees_a_gap_between_buffers(void)
{
	struct netmap_ring *ring;
	struct seen seen;
	uint32_t first;

	make_world();
	ring = NETMAP_RXRING(w.nifp, 0);
	first = ring->slot[0].buf_idx;
	ring->slot[0].buf_idx = ring->slot[1].buf_idx;
	ring->slot[1].buf_idx = first;
	receive(0, BUF_BYTES, 'a', NS_MOREFRAG);
	receive(0, 20, 'b', 0);
	CU_ASSERT_EQUAL(dispatch(0, &seen), 1);
	CU_ASSERT_EQUAL(seen.len[0], BUF_BYTES + 20);
	CU_ASSERT_EQUAL(seen.caplen[0], BUF_BYTES);
}

static void nextpkt_takes_single_slots(void)
{
	struct nm_pkthdr hdr;
	unsigned char *buf;

	make_world();
	NETMAP_RXRING(w.nifp, 1)->ts.tv_sec = 77;
	receive(1, BUF_BYTES, 'a', NS_MOREFRAG);
	receive(1, 3, 'b', 0);
	buf = nm_nextpkt(&w.d, &hdr);
	CU_ASSERT_PTR_NOT_NULL_FATAL(buf);
	CU_ASSERT_EQUAL(*buf, 'a');
	CU_ASSERT_EQUAL(hdr.len, BUF_BYTES);
	CU_ASSERT_EQUAL(hdr.ts.tv_sec, 77);
	CU_ASSERT_EQUAL(nm_ring_space(NETMAP_RXRING(w.nifp, 1)), 1);
	buf = nm_nextpkt(&w.d, &hdr);
	CU_ASSERT_PTR_NOT_NULL_FATAL(buf);
	CU_ASSERT_EQUAL(hdr.caplen, 3);
	CU_ASSERT_PTR_NULL(nm_nextpkt(&w.d, &hdr));
}

static void one_direction_only(void)
{
	struct nm_pkthdr hdr;
	char byte = 'x';

	make_world();
	w.nifp->ring_ofs[0] = w.nifp->ring_ofs[1] = 0;
	CU_ASSERT_EQUAL(nm_inject(&w.d, &byte, 1), 0);
	w.nifp->ring_ofs[3] = w.nifp->ring_ofs[4] = 0;
	CU_ASSERT_PTR_NULL(nm_nextpkt(&w.d, &hdr));
}

static void descriptors_are_told_from_other_memory(void)
{
	struct nm_desc *copy = malloc(sizeof(*copy));

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	make_world();
	*copy = w.d;
	CU_ASSERT(IS_NETMAP_DESC(w.d.self));
	CU_ASSERT_FALSE(IS_NETMAP_DESC(copy));
	CU_ASSERT_EQUAL(nm_close(copy), EINVAL);
	free(copy);
	CU_ASSERT_EQUAL(nm_close(NULL), EINVAL);
	CU_ASSERT_EQUAL(NETMAP_FD(&w.d), -1);
}

static void a_parent_lends_what_the_flags_say(void)
{
	const struct nmreq parent = {.nr_name = "vale0:p",
				     .nr_ringid = 3,
				     .nr_flags = 4,
				     .nr_arg1 = 7,
				     .nr_arg2 = 8,
				     .nr_arg3 = 9,
				     .nr_tx_slots = 64};
	struct nmreq req = {.nr_arg2 = 1, .nr_arg3 = 2};

	nm_import(&req, &parent, NM_OPEN_NO_MMAP);
	CU_ASSERT_EQUAL(req.nr_arg1, 4);
	CU_ASSERT_EQUAL(req.nr_arg2, 1);
	CU_ASSERT_EQUAL(req.nr_arg3, 0);
	CU_ASSERT_EQUAL(req.nr_tx_slots, 0);
	nm_import(&req, &parent,
		  NM_OPEN_ARG1 | NM_OPEN_ARG2 | NM_OPEN_ARG3 | NM_OPEN_RING_CFG | NM_OPEN_IFNAME);
	CU_ASSERT_EQUAL(req.nr_arg1, 7);
	CU_ASSERT_EQUAL(req.nr_arg2, 8);
	CU_ASSERT_EQUAL(req.nr_arg3, 9);
	CU_ASSERT_EQUAL(req.nr_tx_slots, 64);
	CU_ASSERT_EQUAL(req.nr_ringid, 3);
	CU_ASSERT_EQUAL(req.nr_flags, 4);
	CU_ASSERT_STRING_EQUAL(req.nr_name, "vale0:p");
}

#define TEST(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}
static const struct suite_test tests[] = {
	TEST(addresses),
	TEST(offsets_touch_only_their_bits),
	TEST(ring_arithmetic_wraps),
	TEST(ring_ranges_follow_the_mode),
	TEST(inject_splits_and_keeps_buf_changed),
	TEST(inject_goes_round_the_rings_and_then_says_no_room),
	TEST(dispatch_marks_all_but_the_last),
	TEST(dispatch_stops_at_the_count),
	TEST(dispatch_joins_fragments),
	TEST(dispatch_sees_a_gap_between_buffers),
	TEST(nextpkt_takes_single_slots),
	TEST(one_direction_only),
	TEST(descriptors_are_told_from_other_memory),
	TEST(a_parent_lends_what_the_flags_say),
};

SUITE_MAIN("netmap rings", tests)
