/* SPDX-License-Identifier: BSD-2-Clause */
/* Netmap mode: both sides over the same memory, and a guest that writes what it likes into it. */
#include <assert.h>

#include "front_ring.h"
#include "guest.h"
#include "suite.h"

#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))
#define SLOTS	      16
#define FRAMES_A_PAGE (VIF_PAGE_BYTES / VIF_SHARE_BUF_BYTES)

/* A port of ours with two rings, which a guest has; and a port of the guest's. */
struct pair {
	struct guest *ours,
		*theirs; /* only their slots are used: SLOTS to receive, SLOTS to send */
	struct vif_share share;
	struct vif_front front;
	struct netmap_ring *shared[2];
	uint32_t home[2][SLOTS];
	void *page[2][SLOTS / FRAMES_A_PAGE];
	struct nm_rx_stats got;
	struct nm_tx_stats sent;
	uint64_t now_ns;
};

static struct vif_slots slots_of(struct guest *g, unsigned ring)
{
	return (struct vif_slots){.slot = g->slot + ring * SLOTS, .bufs = &g->pool, .n = SLOTS};
}

static void ring_init(struct pair *p, unsigned i, struct vif_share_ring *s,
		      struct vif_front_ring *f)
{
	size_t bytes = sizeof(struct netmap_ring) + SLOTS * sizeof(struct netmap_slot);
	const struct vif_slots slots = slots_of(p->ours, i);
	uint32_t k;

	p->shared[i] = calloc(1, bytes);
	assert(p->shared[i]);
	for (k = 0; k < SLOTS; k++)
		p->home[i][k] = slots.slot[k].buf_idx;
	for (k = 0; k < SLOTS; k += FRAMES_A_PAGE)
		p->page[i][k / FRAMES_A_PAGE] = vif_slot_buf(&slots, k);
	*s = (struct vif_share_ring){.ring = p->shared[i], .home = p->home[i], .n = SLOTS};
	*f = (struct vif_front_ring){.ring = p->shared[i], .page = p->page[i], .n = SLOTS};
}

static struct pair *pair_new(uint32_t start)
{
	struct pair *p = calloc(1, sizeof(*p));

	assert(p);
	p->ours = guest_new();
	p->theirs = guest_new();
	ring_init(p, 0, &p->share.from, &p->front.tx);
	ring_init(p, 1, &p->share.to, &p->front.rx);
	vif_share_begin_from(&p->share, start, (start + SLOTS - 1) % SLOTS);
	vif_share_begin_to(&p->share, start);
	vif_front_begin(&p->front);
	return p;
}

static void pair_free(struct pair *p)
{
	guest_free(p->ours);
	guest_free(p->theirs);
	free(p->shared[0]);
	free(p->shared[1]);
	free(p);
}

/* The guest's application has a frame in a slot that it sends from. */
static void put(struct guest *g, unsigned ring, uint32_t slot, uint8_t byte, uint16_t bytes)
{
	const struct vif_slots slots = slots_of(g, ring);

	memset(vif_slot_buf(&slots, slot), byte, bytes);
	slots.slot[slot].len = bytes;
	slots.slot[slot].flags = 0;
}

static uint32_t fill(struct pair *p, uint32_t pos)
{
	const struct vif_slots slots = slots_of(p->ours, 0);

	return vif_share_fill(&p->share, &slots, pos, SLOTS - 1, p->now_ns, &p->got);
}

static uint32_t front_send(struct pair *p, uint32_t from, uint32_t to)
{
	const struct vif_slots slots = slots_of(p->theirs, 0);

	return vif_front_send(&p->front, &slots, from, to, &p->sent);
}

/* What a guest that was let go leaves behind is seen, and gone when the rings begin anew. */
static void test_left_behind(void)
{
	const uint32_t start = 2;
	struct pair *p = pair_new(start);
	uint32_t *const words[] = {&p->shared[0]->head, &p->shared[0]->tail, &p->shared[1]->head,
				   &p->shared[1]->tail};
	unsigned i;

	CU_ASSERT_TRUE(vif_share_possible(&p->share, start));
	for (i = 0; i < 4; i++) {
		*words[i] = SLOTS;
		CU_ASSERT_FALSE(vif_share_possible(&p->share, start));
		vif_share_begin_from(&p->share, start, (start + SLOTS - 1) % SLOTS);
		vif_share_begin_to(&p->share, start);
		CU_ASSERT_TRUE(vif_share_possible(&p->share, start));
	}
	p->share.broken = "it was let go";
	CU_ASSERT_FALSE(vif_share_possible(&p->share, start));
	pair_free(p);
}

/* A frame each way, wherever the rings begin. */
static void test_frames(void)
{
	uint32_t start;

	for (start = 0; start < SLOTS; start++) {
		struct pair *p = pair_new(start);
		const struct vif_slots ours = slots_of(p->ours, 0), arrive = slots_of(p->theirs, 1);
		const struct vif_slots leave = slots_of(p->ours, 1);
		uint32_t next = (start + 1) % SLOTS;

		put(p->theirs, 0, 3, 'x', 100);
		CU_ASSERT_EQUAL(front_send(p, 3, 4), 4);
		CU_ASSERT_TRUE(p->front.tx.kick);
		CU_ASSERT_EQUAL(fill(p, start), next);
		CU_ASSERT_EQUAL(ours.slot[start].len, 100);
		CU_ASSERT_EQUAL(*(char *)vif_slot_buf(&ours, start), 'x');

		put(p->ours, 1, start, 'y', 200);
		vif_share_send(&p->share, &leave, next, &p->sent);
		CU_ASSERT_TRUE(p->share.notify_to);
		CU_ASSERT_EQUAL(vif_share_sent(&p->share), start);
		vif_front_told(&p->front);
		CU_ASSERT_EQUAL(vif_front_receive(&p->front, &arrive, 5, 10, &p->got), 6);
		CU_ASSERT_EQUAL(arrive.slot[5].len, 200);
		CU_ASSERT_EQUAL(*(char *)vif_slot_buf(&arrive, 5), 'y');
		CU_ASSERT_TRUE(p->front.rx.kick);
		CU_ASSERT_EQUAL(vif_share_sent(&p->share), next);
		pair_free(p);
	}
}

/* What is sent while the other side is at work goes with the next kick, and none is lost. */
static void test_one_kick(void)
{
	struct pair *p = pair_new(0);
	uint32_t i;

	for (i = 0; i < 6; i++)
		put(p->theirs, 0, i, 'a' + i, 60);
	p->front.tx.kick = false;
	front_send(p, 0, 2);
	CU_ASSERT_TRUE(p->front.tx.kick);
	p->front.tx.kick = false;
	front_send(p, 2, 6);
	CU_ASSERT_FALSE(p->front.tx.kick);
	CU_ASSERT_EQUAL(fill(p, 0), 2);
	CU_ASSERT_EQUAL(fill(p, 2), 2);
	vif_front_answered(&p->front);
	CU_ASSERT_TRUE(p->front.tx.kick);
	CU_ASSERT_EQUAL(fill(p, 2), 6);
	CU_ASSERT_EQUAL(p->got.packets, 6);
	pair_free(p);
}

/* A sender that goes at once leaves nothing behind that nobody would come for. */
static void test_last_frames(void)
{
	struct pair *p = pair_new(SLOTS - 2);
	uint32_t i;

	for (i = 0; i < 6; i++)
		put(p->theirs, 0, i, 'a' + i, 60);
	front_send(p, 0, 1);
	front_send(p, 1, 6);
	CU_ASSERT_EQUAL(vif_share_waiting(&p->share, SLOTS - 2), 1);
	p->front.tx.kick = false;
	vif_front_finish(&p->front);
	CU_ASSERT_TRUE(p->front.tx.kick);
	CU_ASSERT_EQUAL(vif_share_waiting(&p->share, SLOTS - 2), 6);
	CU_ASSERT_EQUAL(fill(p, SLOTS - 2), 4);
	CU_ASSERT_EQUAL(vif_share_waiting(&p->share, 4), 0);
	p->front.tx.kick = false;
	vif_front_finish(&p->front);
	CU_ASSERT_FALSE(p->front.tx.kick);
	pair_free(p);
}

/* A guest with a limit sends what it has credit for, and the rest in the next interval. */
static void test_rate(void)
{
	struct pair *p = pair_new(0);
	uint32_t i;

	for (i = 0; i < 5; i++)
		put(p->theirs, 0, i, 'a', 60);
	p->share.credit = (struct vif_credit){.bytes = 130, .interval_ns = 1000};
	p->now_ns = 5000;
	front_send(p, 0, 5);
	CU_ASSERT_EQUAL(fill(p, 0), 2);
	CU_ASSERT_EQUAL(p->share.wait_ns, 1000);
	p->now_ns = 5600;
	CU_ASSERT_EQUAL(fill(p, 2), 2);
	CU_ASSERT_EQUAL(p->share.wait_ns, 400);
	p->now_ns = 6000;
	CU_ASSERT_EQUAL(fill(p, 2), 4);
	p->now_ns = 7000;
	CU_ASSERT_EQUAL(fill(p, 4), 5);
	CU_ASSERT_EQUAL(p->share.wait_ns, 0);
	pair_free(p);
}

/* A full ring stops the sender until slots are released. */
static void test_full(void)
{
	struct pair *p = pair_new(0);
	uint32_t i;

	for (i = 0; i < SLOTS; i++)
		put(p->theirs, 0, i, 'a', 60);
	CU_ASSERT_EQUAL(front_send(p, 0, SLOTS - 1), SLOTS - 1);
	CU_ASSERT_EQUAL(front_send(p, SLOTS - 1, 0), SLOTS - 1);
	CU_ASSERT_EQUAL(fill(p, 0), SLOTS - 1);
	vif_share_release(&p->share, SLOTS - 2);
	CU_ASSERT_EQUAL(front_send(p, SLOTS - 1, 0), 0);
	pair_free(p);
}

/* News come once between two looks, and none is forgotten. */
static void test_news(void)
{
	struct pair *p = pair_new(0);
	const struct vif_slots leave = slots_of(p->ours, 1);

	put(p->ours, 1, 0, 'a', 60);
	put(p->ours, 1, 1, 'b', 60);
	vif_share_send(&p->share, &leave, 1, &p->sent);
	CU_ASSERT_TRUE(p->share.notify_to);
	p->share.notify_to = p->share.wants_news = false; /* as who tells does */
	vif_share_send(&p->share, &leave, 2, &p->sent);
	CU_ASSERT_FALSE(p->share.notify_to);
	p->shared[1]->head = 1; /* it saw only the first */
	vif_share_looked(&p->share);
	CU_ASSERT_TRUE(p->share.notify_to);
	p->share.notify_to = p->share.wants_news = false;
	p->shared[1]->head = 2;
	vif_share_looked(&p->share);
	CU_ASSERT_FALSE(p->share.notify_to);
	CU_ASSERT_TRUE(p->share.wants_news);
	pair_free(p);
}

static const uint32_t heads[] = {1, SLOTS - 1, SLOTS, SLOTS + 1, 0x80000000, 0xffffffff};

/* Of what it sends, it can say no more than that it filled its slots. */
static void test_sender_lies(void)
{
	unsigned i;

	for (i = 0; i < COUNT(heads); i++) {
		struct pair *p = pair_new(0);
		uint32_t head = heads[i], expected = head < SLOTS ? head : 0;

		p->shared[0]->head = head;
		CU_ASSERT_EQUAL(vif_share_waiting(&p->share, 0), expected);
		CU_ASSERT_EQUAL(fill(p, 0), expected);
		CU_ASSERT_EQUAL(!p->share.broken, head < SLOTS);
		pair_free(p);
	}
}

/* Of what it receives, it can give back no more than it got. */
static void test_receiver_lies(void)
{
	unsigned i;

	for (i = 0; i < COUNT(heads); i++) {
		struct pair *p = pair_new(0);
		const struct vif_slots leave = slots_of(p->ours, 1);

		put(p->ours, 1, 0, 'a', 60);
		vif_share_send(&p->share, &leave, 1, &p->sent);
		p->shared[1]->head = heads[i];
		vif_share_sent(&p->share);
		CU_ASSERT_EQUAL(!p->share.broken, heads[i] == 1);
		pair_free(p);
	}
}

/* Whatever it writes into its slots, ours hold our buffers, and lengths that fit. */
static void test_slots_lie(void)
{
	struct pair *p = pair_new(0);
	const struct vif_slots ours = slots_of(p->ours, 0);

	memset(p->shared[0]->slot, 0xff, SLOTS * sizeof(struct netmap_slot));
	p->shared[0]->head = 3;
	CU_ASSERT_EQUAL(fill(p, 0), 3);
	CU_ASSERT_EQUAL(ours.slot[1].len, 0);
	CU_ASSERT_EQUAL(ours.slot[1].flags, 0);
	CU_ASSERT_EQUAL(ours.slot[1].buf_idx, p->home[0][1]);
	CU_ASSERT_EQUAL(p->share.from_bad, 3);
	pair_free(p);
}

/* A buffer that is no longer the port's own must not be seen by the guest. */
static void test_exchanged(void)
{
	struct pair *p = pair_new(0);
	const struct vif_slots ours = slots_of(p->ours, 0), leave = slots_of(p->ours, 1);

	leave.slot[0].buf_idx = ours.slot[5].buf_idx;
	vif_share_send(&p->share, &leave, 1, &p->sent);
	CU_ASSERT_PTR_NOT_NULL(p->share.broken);
	CU_ASSERT_EQUAL(p->shared[1]->tail, 0);
	CU_ASSERT_EQUAL(fill(p, 0), 0);
	pair_free(p);
}

static const struct suite_test tests[] = {
	{"what was left behind is seen", test_left_behind},
	{"frames cross", test_frames},
	{"one kick at a time", test_one_kick},
	{"the last frames", test_last_frames},
	{"a limit of its rate", test_rate},
	{"a full ring", test_full},
	{"news come once", test_news},
	{"a sender that lies", test_sender_lies},
	{"a receiver that lies", test_receiver_lies},
	{"slots that lie", test_slots_lie},
	{"buffers that were exchanged", test_exchanged},
};

SUITE_MAIN("xen_share", tests)
