/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases of a receive ring, step by step: who publishes what, and when. */
#include <stdlib.h>

#include "lease.h"
#include "suite.h"

#define SLOTS	     8
#define HELD_MAX     SLOTS
#define STEPS	     20000
#define SHORT_FIT    2
#define PROGRESS_MIN 1000

static const struct nm_rx_stats nothing;

static void ring_open(struct nm_ring *ring)
{
	memset(ring, 0, sizeof(*ring));
	nm_ring_init(ring, NULL, NM_RX, 0, SLOTS);
	ring->lease_ends = os_alloc(SLOTS * sizeof(*ring->lease_ends));
	CU_ASSERT_PTR_NOT_NULL_FATAL(ring->lease_ends);
}

static void ring_close(struct nm_ring *ring)
{
	os_free(ring->lease_ends);
	nm_ring_exit(ring);
	CU_ASSERT_EQUAL(os_live_bytes(), 0);
}

static uint32_t fit_room(void *arg, uint32_t room)
{
	return room;
}

static uint32_t fit_two(void *arg, uint32_t room)
{
	return room < SHORT_FIT ? 0 : SHORT_FIT;
}

static void the_oldest_publishes_for_those_behind_it(void)
{
	struct nm_lease a, b, c;
	struct nm_ring ring;

	ring_open(&ring);
	CU_ASSERT(nm_lease_take(&ring, &a, 2, fit_room, NULL));
	CU_ASSERT(nm_lease_take(&ring, &b, 3, fit_room, NULL));
	CU_ASSERT(nm_lease_take(&ring, &c, 1, fit_room, NULL));
	CU_ASSERT_EQUAL(a.first, 0);
	CU_ASSERT_EQUAL(b.first, 2);
	CU_ASSERT_EQUAL(c.first, 5);
	CU_ASSERT_FALSE(nm_lease_finish(&ring, &b, &nothing));
	CU_ASSERT_EQUAL(ring.hwtail, 0);
	CU_ASSERT(nm_lease_finish(&ring, &a, &nothing));
	CU_ASSERT_EQUAL(ring.hwtail, 5); /* not 6: c is still being filled */
	CU_ASSERT(nm_lease_finish(&ring, &c, &nothing));
	CU_ASSERT_EQUAL(ring.hwtail, 6);
	ring_close(&ring);
}

static void what_does_not_fit_is_cut_where_it_may_be(void)
{
	struct nm_lease a, b;
	struct nm_ring ring;

	ring_open(&ring);
	CU_ASSERT(nm_lease_take(&ring, &a, SLOTS - 1, fit_room, NULL)); /* all there is */
	CU_ASSERT_FALSE(nm_lease_take(&ring, &b, 1, fit_room, NULL));
	nm_lease_finish(&ring, &a, &nothing);
	ring.hwcur = 1; /* one given back: nothing of two slots fits */
	CU_ASSERT_FALSE(nm_lease_take(&ring, &b, 4, fit_two, NULL));
	ring.hwcur = 4;
	CU_ASSERT(nm_lease_take(&ring, &b, 6, fit_two, NULL));
	CU_ASSERT_EQUAL(b.slots, SHORT_FIT);
	CU_ASSERT_EQUAL(b.first, SLOTS - 1);
	nm_lease_finish(&ring, &b, &nothing);
	CU_ASSERT_EQUAL(ring.hwtail, 1);
	ring_close(&ring);
}

static void what_was_delivered_is_added_up(void)
{
	const struct nm_rx_stats part = {.packets = 2, .bytes = 100, .ring_full = 3, .bad_slot = 1};
	struct nm_ring ring;
	struct nm_lease a;
	int i;

	ring_open(&ring);
	for (i = 0; i < 2; i++) {
		CU_ASSERT(nm_lease_take(&ring, &a, 1, fit_room, NULL));
		nm_lease_finish(&ring, &a, &part);
	}
	CU_ASSERT_EQUAL(ring.rx_stats.packets, 4);
	CU_ASSERT_EQUAL(ring.rx_stats.bytes, 200);
	CU_ASSERT_EQUAL(ring.rx_stats.ring_full, 6);
	CU_ASSERT_EQUAL(ring.rx_stats.bad_slot, 2);
	ring_close(&ring);
}

/* The same ring, told in absolute slot numbers and a flag a lease. */
struct model {
	uint64_t consumed, published, leased;
	struct {
		struct nm_lease lease;
		uint64_t end;
		bool done;
	} held[HELD_MAX];
	unsigned nheld;
};

static unsigned model_take(struct model *m, struct nm_ring *ring, uint32_t wanted)
{
	uint64_t room = SLOTS - 1 - (m->leased - m->consumed);
	uint64_t got = wanted < room ? wanted : room;
	struct nm_lease lease;
	unsigned wrong = 0;

	if (m->nheld == HELD_MAX)
		return 0;
	if (nm_lease_take(ring, &lease, wanted, fit_room, NULL) != (got > 0))
		return 1;
	if (!got)
		return 0;
	wrong += lease.first != m->leased % SLOTS || lease.slots != got;
	m->leased += got;
	m->held[m->nheld].lease = lease;
	m->held[m->nheld].end = m->leased;
	m->held[m->nheld++].done = false;
	return wrong;
}

static unsigned model_finish(struct model *m, struct nm_ring *ring, unsigned which)
{
	bool oldest = which == 0;
	unsigned n = 0;

	if (which >= m->nheld || m->held[which].done)
		return 0;
	m->held[which].done = true;
	if (nm_lease_finish(ring, &m->held[which].lease, &nothing) != oldest)
		return 1;
	while (n < m->nheld && m->held[n].done)
		m->published = m->held[n++].end;
	memmove(m->held, m->held + n, (m->nheld - n) * sizeof(m->held[0]));
	m->nheld -= n;
	return ring->hwtail != m->published % SLOTS;
}

static void random_steps_agree_with_the_model(void)
{
	struct model m = {0};
	struct nm_ring ring;
	unsigned seed = 7, i, wrong = 0;

	ring_open(&ring);
	for (i = 0; i < STEPS; i++) {
		unsigned choice = rand_r(&seed) % 3, amount = rand_r(&seed);

		if (choice == 0)
			wrong += model_take(&m, &ring, 1 + amount % SLOTS);
		else if (choice == 1)
			wrong += model_finish(&m, &ring, amount % HELD_MAX);
		else
			m.consumed += amount % (m.published - m.consumed + 1);
		ring.hwcur = m.consumed % SLOTS;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(m.published > PROGRESS_MIN);
	ring_close(&ring);
}

static void a_ring_is_held_by_one(void)
{
	const struct nm_rx_stats two = {.packets = 2, .bytes = 120};
	struct nm_lease lease;
	struct nm_ring ring;

	ring_open(&ring);
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 2), 2);
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 1), 0); /* and nobody waits for the lock */
	CU_ASSERT_EQUAL(ring.hwtail, 0);
	nm_lease_let_go(&ring, 2, &two);
	CU_ASSERT_EQUAL(ring.hwtail, 2);
	CU_ASSERT_EQUAL(ring.rx_stats.packets, 2);
	CU_ASSERT_EQUAL(ring.rx_stats.bytes, 120);
	CU_ASSERT(nm_lease_take(&ring, &lease, 1, fit_room, NULL));
	CU_ASSERT_EQUAL(lease.first, 2);
	nm_lease_finish(&ring, &lease, &nothing);
	ring_close(&ring);
}

static void no_ring_is_held_where_others_are_at_work_or_look_on(void)
{
	struct nm_lease lease;
	struct nm_ring ring;

	ring_open(&ring);
	CU_ASSERT(nm_lease_take(&ring, &lease, 2, fit_room, NULL));
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 1), 0);
	nm_lease_finish(&ring, &lease, &nothing);
	ring.taps = (struct nm_tap *)&ring; /* anything but NULL */
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 1), 0);
	ring.taps = NULL;
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 1), 1);
	nm_lease_let_go(&ring, 1, &nothing);
	ring_close(&ring);
}

static void a_ring_is_held_for_what_there_is_room_for(void)
{
	struct nm_ring ring;

	ring_open(&ring);
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, SLOTS), SLOTS - 1);
	nm_lease_let_go(&ring, SLOTS - 1, &nothing);
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 1), 0);
	ring.hwcur = 3; /* given back */
	CU_ASSERT_EQUAL_FATAL(nm_lease_hold(&ring, 5), 3);
	nm_lease_let_go(&ring, 3, &nothing);
	CU_ASSERT_EQUAL(ring.hwtail, 2);
	ring_close(&ring);
}

static const struct suite_test tests[] = {
	{"the_oldest_publishes_for_those_behind_it", the_oldest_publishes_for_those_behind_it},
	{"a_ring_is_held_by_one", a_ring_is_held_by_one},
	{"no_ring_is_held_where_others_are_at_work_or_look_on",
	 no_ring_is_held_where_others_are_at_work_or_look_on},
	{"a_ring_is_held_for_what_there_is_room_for", a_ring_is_held_for_what_there_is_room_for},
	{"what_does_not_fit_is_cut_where_it_may_be", what_does_not_fit_is_cut_where_it_may_be},
	{"what_was_delivered_is_added_up", what_was_delivered_is_added_up},
	{"random_steps_agree_with_the_model", random_steps_agree_with_the_model},
};

SUITE_MAIN("core_lease", tests)
