/* SPDX-License-Identifier: BSD-2-Clause */
#include "choose.h"

static bool open_still(const struct grid_cell *cell)
{
	return cell->state == CELL_PENDING || cell->state == CELL_RUNNING;
}

/* Not before all that it needs is settled, whichever way. */
static bool waits(const struct grid *grid, size_t kernel, size_t item)
{
	const struct grid_item *it = &grid->items[item];
	size_t i;

	for (i = 0; i < it->needs_n; i++)
		if (open_still(grid_cell(grid, kernel, it->needs[i])))
			return true;
	return false;
}

static bool first_of(const struct grid *grid, size_t kernel, size_t *item)
{
	for (*item = 0; *item < grid->items_n; (*item)++)
		if (grid_cell(grid, kernel, *item)->state == CELL_PENDING &&
		    !waits(grid, kernel, *item))
			return true;
	return false;
}

static size_t running(const struct grid *grid, size_t kernel)
{
	size_t item, n = 0;

	for (item = 0; item < grid->items_n; item++)
		n += grid_cell(grid, kernel, item)->state == CELL_RUNNING;
	return n;
}

bool choose(const struct grid *grid, size_t *kernel, size_t *item)
{
	size_t k, i, fewest = grid->items_n + 1;

	for (k = 0; k < grid->kernels_n; k++)
		if (running(grid, k) < fewest && first_of(grid, k, &i)) {
			fewest = running(grid, k);
			*kernel = k;
			*item = i;
		}
	return fewest <= grid->items_n;
}
