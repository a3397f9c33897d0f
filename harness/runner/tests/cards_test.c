/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cards a run asks its platform for. */
#include "cards.h"
#include "suite.h"

static char *drivers[] = {"e1000", "veth"};
static struct scenario_parameter parameters[] = {
	{.name = "driver", .value = "igb", .type = TYPE_TEXT}};
static struct scenario_axis sweep[] = {
	{.parameter = "driver", .values = drivers, .values_count = 2}};

static const struct row {
	struct scenario_cards entries[2];
	unsigned entries_n;
	bool swept;
	size_t n; /* 0: refused */
	struct platform_cards cards[2];
} rows[] = {
	{{{"{driver}", 1, false}}, 1, false, 1, {{"igb", 1, false}}},
	{{{"{driver}", 2, false}}, 1, true, 2, {{"e1000", 2, false}, {"veth", 2, false}}},
	{{{"{driver}", 1, false}, {"e1000", 3, false}},
	 2,
	 true,
	 2,
	 {{"e1000", 3, false}, {"veth", 1, false}}},
	{{{"e1000", 1, true}, {"e1000", 2, true}}, 2, false, 1, {{"e1000", 2, true}}},
	{{{"e1000", 1, true}, {"e1000", 1, false}},
	 2,
	 false,
	 2,
	 {{"e1000", 1, true}, {"e1000", 1, false}}},
	{{{"{nic}", 1, false}}, 1, false, 0, {{0}}},
};

static void one(const struct row *row)
{
	struct scenario sc = {.parameters = parameters,
			      .parameters_count = 1,
			      .sweep = sweep,
			      .sweep_count = row->swept,
			      .trials = 1,
			      .cards = (struct scenario_cards *)row->entries,
			      .cards_count = row->entries_n};
	const struct plan_options as_is = {0};
	struct cards cards = {0};
	struct sweep sw;
	struct plan plan;
	struct vb_err err;
	size_t i;

	sweep_init(&sw, &sc);
	CU_ASSERT_EQUAL_FATAL(plan_build(&plan, &sc, &sw, &as_is, &err), 0);
	CU_ASSERT_EQUAL(cards_of(&cards, &sc, &plan, &err), row->n ? 0 : -1);
	CU_ASSERT_EQUAL_FATAL(cards.n, row->n);
	for (i = 0; i < row->n; i++) {
		CU_ASSERT_STRING_EQUAL(cards.items[i].driver, row->cards[i].driver);
		CU_ASSERT_EQUAL(cards.items[i].wires, row->cards[i].wires);
		CU_ASSERT_EQUAL(cards.items[i].outside, row->cards[i].outside);
	}
	cards_free(&cards);
	plan_free(&plan);
	sweep_free(&sw);
}

static void test_rows(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		one(&rows[i]);
}

static const struct suite_test tests[] = {{"each driver of the points", test_rows}};

SUITE_MAIN("runner_cards", tests)
