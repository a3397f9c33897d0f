/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of two ways a sender finds better, by clocks of all kinds. */
#include <stdlib.h>

#include "asking.h"
#include "suite.h"

#define EARLY	   1000 /* ticks of a block asked for early, if nothing disturbs */
#define A_TRIAL	   (2 * NM_ASKING_TRIES)
#define DISTURBED  1000000
#define MANY_TIMES 200

struct clocked {
	struct nm_asking asking;
	uint64_t now;
};

/* One block, or one rest; it takes so long. */
static void pass(struct clocked *c, uint64_t ticks)
{
	c->now += ticks;
	nm_asking_next(&c->asking, c->now);
}

/* The whole of a trial in which a block asked for late takes so long. */
static void trial(struct clocked *c, uint64_t late)
{
	unsigned i;

	pass(c, rand());
	for (i = 0; i < A_TRIAL; i++)
		pass(c, c->asking.late ? late : EARLY);
}

static bool rests(const struct clocked *c)
{
	return !c->asking.blocks && c->asking.left == NM_ASKING_REST;
}

static void the_shorter_is_kept(void)
{
	static const struct {
		uint64_t late;
		bool kept;
	} cases[] = {
		{EARLY / 2, true},  {EARLY - EARLY / 16, true}, {EARLY - 1, false}, {EARLY, false},
		{EARLY + 1, false}, {EARLY * 2, false},		{0, true},
	};
	unsigned i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct clocked c = {0};

		trial(&c, cases[i].late);
		CU_ASSERT(rests(&c));
		CU_ASSERT_EQUAL(c.asking.late, cases[i].kept);
	}
}

static void what_changes_is_found_out(void)
{
	struct clocked c = {0};
	unsigned i;

	for (i = 0; i < MANY_TIMES; i++) {
		bool late = rand() & 1;

		trial(&c, late ? EARLY / 2 : EARLY * 2);
		CU_ASSERT_EQUAL(c.asking.late, late);
	}
}

/* All blocks but one of each way are disturbed. */
static void who_lost_its_cpu_does_not_decide(void)
{
	unsigned good, i;

	for (good = 0; good < A_TRIAL; good += 2) {
		struct clocked c = {0};

		pass(&c, 0);
		for (i = 0; i < A_TRIAL; i++)
			pass(&c, i / 2 != good / 2 ? DISTURBED + rand()
				 : c.asking.late   ? EARLY / 2
						   : EARLY);
		CU_ASSERT(c.asking.late);
	}
}

static void without_a_clock_it_stays_as_it_is(void)
{
	struct nm_asking asking = {0};
	unsigned i;

	for (i = 0; i < MANY_TIMES * (A_TRIAL + 1); i++) {
		nm_asking_next(&asking, 0);
		CU_ASSERT(asking.blocks || !asking.late);
	}
}

/* One that jumps and goes back decides anything, but trials end, and rests begin. */
static void no_clock_keeps_a_trial_from_its_end(void)
{
	struct clocked c = {0};
	unsigned i, k;

	for (i = 0; i < MANY_TIMES; i++) {
		pass(&c, (uint64_t)rand() << 33);
		for (k = 0; k < A_TRIAL; k++) {
			CU_ASSERT_EQUAL(c.asking.blocks, A_TRIAL - k);
			CU_ASSERT_EQUAL(c.asking.left, NM_ASKING_BLOCK);
			pass(&c,
			     rand() & 1 ? -(uint64_t)rand() : (uint64_t)rand() << (rand() % 34));
		}
		CU_ASSERT(rests(&c));
	}
}

static void it_is_asked_once_a_block(void)
{
	struct nm_asking asking = {0};
	unsigned i, changes = 0;
	bool late = false;

	nm_asking_count(&asking, 1);
	for (i = 0; i < A_TRIAL * NM_ASKING_BLOCK; i++) {
		nm_asking_count(&asking, 1);
		changes += i + 1 < A_TRIAL * NM_ASKING_BLOCK && asking.late != late;
		late = asking.late;
	}
	CU_ASSERT_EQUAL(changes, A_TRIAL - 1);
	CU_ASSERT(!asking.blocks);
	CU_ASSERT_EQUAL(asking.left, NM_ASKING_REST);
}

static const struct suite_test tests[] = {
	{"the_shorter_is_kept", the_shorter_is_kept},
	{"what_changes_is_found_out", what_changes_is_found_out},
	{"who_lost_its_cpu_does_not_decide", who_lost_its_cpu_does_not_decide},
	{"without_a_clock_it_stays_as_it_is", without_a_clock_it_stays_as_it_is},
	{"no_clock_keeps_a_trial_from_its_end", no_clock_keeps_a_trial_from_its_end},
	{"it_is_asked_once_a_block", it_is_asked_once_a_block},
};

SUITE_MAIN("core_asking", tests)
