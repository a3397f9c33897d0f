/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cell is next, as cells begin and end. */
#include <string.h>

#include "alloc.h"
#include "choose.h"
#include "suite.h"

/* Two kernels; b needs a, c needs nothing, d needs b and c. */
static void set_up(struct grid *grid)
{
	static const struct {
		const char *name;
		size_t needs[2], needs_n;
	} items[] = {{"a", {0}, 0}, {"b", {0}, 1}, {"c", {0}, 0}, {"d", {1, 2}, 2}};
	size_t i;

	*grid = (struct grid){0};
	grid_kernel(grid, "old", "bookworm", "amd64")->release = alloc_string("1");
	grid_kernel(grid, "new", "sid", "amd64")->release = alloc_string("2");
	grid->items = alloc_zero(4, sizeof(*grid->items));
	grid->items_n = 4;
	for (i = 0; i < 4; i++) {
		grid->items[i] = (struct grid_item){.name = alloc_string(items[i].name),
						    .needs = alloc_zero(2, sizeof(size_t)),
						    .needs_n = items[i].needs_n};
		memcpy(grid->items[i].needs, items[i].needs, sizeof(items[i].needs));
	}
	grid_cells(grid);
}

/* Chooses and begins: "old a", or nothing. */
static void expect(struct grid *grid, const char *kernel, const char *item)
{
	size_t k, i;

	CU_ASSERT_EQUAL_FATAL(choose(grid, &k, &i), kernel != NULL);
	if (!kernel)
		return;
	CU_ASSERT_STRING_EQUAL(grid->kernels[k].name, kernel);
	CU_ASSERT_STRING_EQUAL(grid->items[i].name, item);
	grid_cell(grid, k, i)->state = CELL_RUNNING;
}

static void end(struct grid *grid, size_t kernel, size_t item, enum cell_state state)
{
	grid_settle(grid_cell(grid, kernel, item), state, NULL, NULL, 1);
}

/* All that needs nothing has begun, on both kernels in turn. */
static void begin_all(struct grid *grid)
{
	set_up(grid);
	expect(grid, "old", "a");
	expect(grid, "new", "a");
	expect(grid, "old", "c");
	expect(grid, "new", "c");
}

static void places_are_spread_over_kernels(void)
{
	struct grid grid;

	begin_all(&grid);
	end(&grid, 1, 0, CELL_OK);
	expect(&grid, "new", "b");
	grid_free(&grid);
}

static void a_cell_waits_for_those_that_it_needs(void)
{
	struct grid grid;

	begin_all(&grid);
	expect(&grid, NULL, NULL);
	end(&grid, 0, 2, CELL_OK);
	expect(&grid, NULL, NULL);
	end(&grid, 0, 0, CELL_OK);
	expect(&grid, "old", "b");
	expect(&grid, NULL, NULL);
	end(&grid, 0, 1, CELL_OK);
	expect(&grid, "old", "d");
	grid_free(&grid);
}

static void a_cell_whose_need_failed_waits_no_longer(void)
{
	struct grid grid;

	set_up(&grid);
	expect(&grid, "old", "a");
	end(&grid, 0, 0, CELL_FAILED);
	expect(&grid, "old", "b");
	CU_ASSERT_EQUAL(grid_blocked(&grid, 0, 1), 0);
	grid_free(&grid);
}

static void when_all_is_settled_nothing_is_next(void)
{
	struct grid grid;
	size_t k, i;

	set_up(&grid);
	for (k = 0; k < 2; k++)
		for (i = 0; i < 4; i++)
			end(&grid, k, i, CELL_NOT_RUN);
	expect(&grid, NULL, NULL);
	CU_ASSERT_EQUAL(grid_open(&grid), 0);
	grid_free(&grid);
}

static const struct suite_test tests[] = {
	{"places are spread over kernels", places_are_spread_over_kernels},
	{"a cell waits for those that it needs", a_cell_waits_for_those_that_it_needs},
	{"a cell whose need failed waits no longer", a_cell_whose_need_failed_waits_no_longer},
	{"when all is settled nothing is next", when_all_is_settled_nothing_is_next},
};

SUITE_MAIN("matrix_choose", tests)
