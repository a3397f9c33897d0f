/* SPDX-License-Identifier: BSD-2-Clause */
#include "work.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "choose.h"
#include "disk.h"
#include "lane.h"

#define LOOK_MS 500

/* Names of kernels may be paths, and those of items have blanks. */
static char *file_name(const char *name)
{
	char *copy = alloc_string(name), *c;

	for (c = copy; *c; c++)
		if (strchr("/ ,\\", *c))
			*c = '_';
	return copy;
}

/* The log's path below the folder of results. */
static char *log_path(const struct work *work, size_t kernel, size_t item)
{
	char *k = file_name(work->grid->kernels[kernel].name);
	char *i = file_name(work->grid->items[item].name);
	char *path = alloc_printf("matrix/%s/%s/%s.log", work->run->name, k, i);

	free(k);
	free(i);
	return path;
}

static void tell(const struct work *work, size_t kernel, size_t item)
{
	const struct grid *grid = work->grid;
	const struct grid_cell *cell = grid_cell(grid, kernel, item);
	size_t all = grid->kernels_n * grid->items_n;

	fprintf(stderr, "[%zu/%zu] %s: %s: %s", all - grid_open(grid), all,
		grid->kernels[kernel].name, grid->items[item].name, grid_state_name(cell->state));
	if (cell->seconds >= 1)
		fprintf(stderr, " after %.0f s", cell->seconds);
	fprintf(stderr, "%s%s\n", cell->reason ? ": " : "", cell->reason ? cell->reason : "");
}

static int settle(struct work *work, size_t kernel, size_t item, enum cell_state state,
		  const char *reason, const char *log, double seconds, struct vb_err *err)
{
	grid_settle(grid_cell(work->grid, kernel, item), state, reason, log, seconds);
	tell(work, kernel, item);
	return rows_cell(work->store, work->run, work->grid, kernel, item, work->jobs, err);
}

static int start(struct work *work, struct lane *lane, size_t kernel, size_t item,
		 struct vb_err *err)
{
	char *relative = log_path(work, kernel, item);
	char *path = alloc_printf("%s/%s", work->results, relative);
	char *folder = alloc_string(path);
	char *command = grid_command(&work->grid->items[item], &work->grid->kernels[kernel]);
	int rc;

	*strrchr(folder, '/') = '\0';
	lane->kernel = kernel;
	lane->item = item;
	rc = disk_make_folder(folder, err);
	if (rc == 0)
		rc = lane_start(lane, command, path, work->grid->items[item].limit_s, err);
	if (rc == 0)
		grid_cell(work->grid, kernel, item)->state = CELL_RUNNING;
	free(relative);
	free(path);
	free(folder);
	free(command);
	return rc;
}

/* Of a cell that cannot run: it is settled. 1 when it can, -1 with err. */
static int settle_idle(struct work *work, size_t kernel, size_t item, struct vb_err *err)
{
	const struct grid *grid = work->grid;
	const struct grid_kernel *k = &grid->kernels[kernel];
	long need = grid_blocked(grid, kernel, item);
	char reason[160];

	if (k->release && need < 0)
		return 1;
	if (need < 0)
		return settle(work, kernel, item, CELL_FAILED, k->trouble, NULL, 0, err);
	snprintf(reason, sizeof(reason), "it needs '%s', which did not pass",
		 grid->items[need].name);
	return settle(work, kernel, item, CELL_NOT_RUN, reason, NULL, 0, err);
}

static int collect(struct work *work, struct lane *lane, struct vb_err *err)
{
	static const enum cell_state states[] = {[LANE_PASSED] = CELL_OK,
						 [LANE_FAILED] = CELL_FAILED,
						 [LANE_NOT_RUN] = CELL_NOT_RUN};
	char reason[LANE_REASON_BYTES];
	double seconds;
	enum lane_end end = lane_check(lane, &seconds, reason);
	char *log;
	int rc;

	if (end == LANE_RUNNING)
		return 0;
	log = log_path(work, lane->kernel, lane->item);
	rc = settle(work, lane->kernel, lane->item, states[end], reason[0] ? reason : NULL, log,
		    seconds, err);
	free(log);
	return rc;
}

static int fill(struct work *work, struct lane *lane, struct vb_err *err)
{
	size_t kernel, item;
	int rc = 0;

	while (rc == 0 && choose(work->grid, &kernel, &item))
		rc = settle_idle(work, kernel, item, err);
	return rc == 1 ? start(work, lane, kernel, item, err) : rc;
}

static void look(const struct lane *lanes, unsigned n)
{
	struct pollfd fds[WORK_MAX_JOBS];
	unsigned i;

	for (i = 0; i < n; i++)
		fds[i] =
			(struct pollfd){.fd = lanes[i].pid ? lanes[i].pidfd : -1, .events = POLLIN};
	poll(fds, n, LOOK_MS);
}

static bool busy(const struct lane *lanes, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (lanes[i].pid)
			return true;
	return false;
}

static int round_of(struct work *work, struct lane *lanes, struct vb_err *err)
{
	unsigned i;

	for (i = 0; i < work->jobs; i++)
		if (lanes[i].pid && collect(work, &lanes[i], err))
			return -1;
	/* Only now, as a cell may have waited for one of a later lane. */
	for (i = 0; i < work->jobs; i++)
		if (!lanes[i].pid && fill(work, &lanes[i], err))
			return -1;
	if (*work->interrupted)
		return vb_fail(err, VB_INTERRUPTED,
			       "interrupted; `make matrix`, or `make validate AGAIN=1`, goes on "
			       "from here when the same is asked for");
	return 0;
}

static void stop(struct work *work, struct lane *lane)
{
	if (!lane->pid)
		return;
	lane_stop(lane);
	grid_cell(work->grid, lane->kernel, lane->item)->state = CELL_PENDING;
}

int work_off(struct work *work, struct vb_err *err)
{
	struct lane lanes[WORK_MAX_JOBS] = {0};
	unsigned i;
	int rc;

	while ((rc = round_of(work, lanes, err)) == 0 && busy(lanes, work->jobs))
		look(lanes, work->jobs);
	for (i = 0; i < work->jobs; i++)
		stop(work, &lanes[i]);
	return rc;
}
