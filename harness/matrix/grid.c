/* SPDX-License-Identifier: BSD-2-Clause */
#include "grid.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define DRIVER "{driver}"

/* Every `what` in text becomes `with`. */
static char *replaced(const char *text, const char *what, const char *with)
{
	const char *at = strstr(text, what);
	char *rest, *whole;

	if (!at)
		return alloc_string(text);
	rest = replaced(at + strlen(what), what, with);
	whole = alloc_printf("%.*s%s%s", (int)(at - text), text, with, rest);
	free(rest);
	return whole;
}

static long find_item(const struct grid *grid, const char *name)
{
	size_t i;

	for (i = 0; i < grid->items_n; i++)
		if (strcmp(grid->items[i].name, name) == 0)
			return (long)i;
	return -1;
}

/* A need of every driver, asked by an item that is not of one, is the need of each of them. */
static void add_needs(struct grid *grid, struct grid_item *item, const struct config_item *from,
		      const char *driver)
{
	unsigned i;

	item->needs = alloc_zero(from->needs_count, sizeof(*item->needs));
	for (i = 0; i < from->needs_count; i++) {
		char *name = replaced(from->needs[i], DRIVER, driver);
		long at = find_item(grid, name);

		if (at >= 0)
			item->needs[item->needs_n++] = (size_t)at;
		free(name);
	}
}

static void add_item(struct grid *grid, const struct config_item *from, const char *driver)
{
	struct grid_item item = {.name = replaced(from->name, DRIVER, driver),
				 .about = replaced(from->about, DRIVER, driver),
				 .run = replaced(from->run, DRIVER, driver),
				 .limit_s = (unsigned)from->limit_s};

	add_needs(grid, &item, from, driver);
	grid->items = alloc_grow(grid->items, grid->items_n + 1, sizeof(*grid->items));
	grid->items[grid->items_n++] = item;
}

static bool matches(const char *name, char *const *patterns, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fnmatch(patterns[i], name, 0) == 0)
			return true;
	return n == 0;
}

static void free_item(struct grid_item *item)
{
	free(item->name);
	free(item->about);
	free(item->run);
	free(item->needs);
}

/* Needs point backwards, so one pass from the end finds all that is needed. */
static void keep_wanted(struct grid *grid, char *const *patterns, size_t patterns_n)
{
	bool *keep = alloc_zero(grid->items_n, sizeof(*keep));
	size_t *moved = alloc_zero(grid->items_n, sizeof(*moved)), i, j, n = 0;

	for (i = grid->items_n; i-- > 0;) {
		keep[i] = keep[i] || matches(grid->items[i].name, patterns, patterns_n);
		for (j = 0; keep[i] && j < grid->items[i].needs_n; j++)
			keep[grid->items[i].needs[j]] = true;
	}
	for (i = 0; i < grid->items_n; i++) {
		struct grid_item *item = &grid->items[i];

		for (j = 0; keep[i] && j < item->needs_n; j++)
			item->needs[j] = moved[item->needs[j]];
		moved[i] = n;
		if (keep[i])
			grid->items[n++] = *item;
		else
			free_item(item);
	}
	grid->items_n = n;
	free(keep);
	free(moved);
}

int grid_items(struct grid *grid, const struct config_items *items, char *const *drivers,
	       size_t drivers_n, char *const *patterns, size_t patterns_n, struct vb_err *err)
{
	unsigned i;
	size_t d;

	for (i = 0; i < items->items_count; i++) {
		if (items->items[i].each == EACH_KERNEL)
			add_item(grid, &items->items[i], "");
		for (d = 0; items->items[i].each == EACH_DRIVER && d < drivers_n; d++)
			add_item(grid, &items->items[i], drivers[d]);
	}
	keep_wanted(grid, patterns, patterns_n);
	if (grid->items_n)
		return 0;
	return vb_fail(err, VB_USAGE, "no item of the matrix is called '%s'; see --list",
		       patterns_n ? patterns[0] : "");
}

struct grid_kernel *grid_kernel(struct grid *grid, const char *name, const char *suite,
				const char *flavour)
{
	struct grid_kernel *kernel;

	grid->kernels = alloc_grow(grid->kernels, grid->kernels_n + 1, sizeof(*grid->kernels));
	kernel = &grid->kernels[grid->kernels_n++];
	*kernel = (struct grid_kernel){.name = alloc_string(name),
				       .suite = alloc_string(suite),
				       .flavour = alloc_string(flavour)};
	return kernel;
}

void grid_cells(struct grid *grid)
{
	grid->cells = alloc_zero(grid->kernels_n * grid->items_n, sizeof(*grid->cells));
}

struct grid_cell *grid_cell(const struct grid *grid, size_t kernel, size_t item)
{
	return &grid->cells[kernel * grid->items_n + item];
}

void grid_settle(struct grid_cell *cell, enum cell_state state, const char *reason, const char *log,
		 double seconds)
{
	free(cell->reason);
	free(cell->log);
	*cell = (struct grid_cell){.state = state,
				   .reason = reason ? alloc_string(reason) : NULL,
				   .log = log ? alloc_string(log) : NULL,
				   .seconds = seconds};
}

long grid_blocked(const struct grid *grid, size_t kernel, size_t item)
{
	const struct grid_item *it = &grid->items[item];
	size_t i;

	for (i = 0; i < it->needs_n; i++)
		if (grid_cell(grid, kernel, it->needs[i])->state != CELL_OK)
			return (long)it->needs[i];
	return -1;
}

char *grid_command(const struct grid_item *item, const struct grid_kernel *kernel)
{
	char *release = replaced(item->run, "{release}", kernel->release);
	char *suite = replaced(release, "{suite}", kernel->suite);
	char *command = replaced(suite, "{flavour}", kernel->flavour);

	free(release);
	free(suite);
	return command;
}

size_t grid_count(const struct grid *grid, enum cell_state state)
{
	size_t i, n = 0;

	for (i = 0; i < grid->kernels_n * grid->items_n; i++)
		n += grid->cells[i].state == state;
	return n;
}

size_t grid_open(const struct grid *grid)
{
	return grid_count(grid, CELL_PENDING) + grid_count(grid, CELL_RUNNING);
}

const char *grid_state_name(enum cell_state state)
{
	static const char *const names[] = {"pending", "ok", "failed", "not run", "running"};

	return names[state];
}

void grid_free(struct grid *grid)
{
	size_t i;

	for (i = 0; grid->cells && i < grid->kernels_n * grid->items_n; i++) {
		free(grid->cells[i].reason);
		free(grid->cells[i].log);
	}
	for (i = 0; i < grid->kernels_n; i++) {
		struct grid_kernel *k = &grid->kernels[i];

		free(k->name);
		free(k->suite);
		free(k->flavour);
		free(k->release);
		free(k->version);
		free(k->trouble);
	}
	for (i = 0; i < grid->items_n; i++)
		free_item(&grid->items[i]);
	free(grid->cells);
	free(grid->kernels);
	free(grid->items);
	*grid = (struct grid){0};
}
