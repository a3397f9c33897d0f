/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cell is next: the needs of cells and the fairness between kernels, apart from running any.
 */
#ifndef VB_MATRIX_CHOOSE_H
#define VB_MATRIX_CHOOSE_H

#include <stdbool.h>

#include "grid.h"

/*
 * The first pending cell that waits for no other, of the kernel that the fewest cells are running
 * of, so that places are spread over kernels before they share one, whose builds wait for each
 * other. It may turn out that it cannot run: grid_blocked(). False: nothing can begin now.
 */
bool choose(const struct grid *grid, size_t *kernel, size_t *item);

#endif
