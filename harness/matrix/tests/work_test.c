/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells that pass, fail, hang and wait for each other; stopping in the middle and going on. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "figures.h"
#include "suite.h"
#include "takeover.h"
#include "work.h"

#define SELECTION "{}"
#define SOURCE	  "here"

struct rig {
	char folder[64];
	struct store store;
	struct grid grid;
	struct rows_run run;
	volatile sig_atomic_t interrupted;
};

static void add_item(struct grid *grid, const char *name, const char *run, unsigned limit_s,
		     long need)
{
	struct grid_item item = {.name = alloc_string(name),
				 .about = alloc_string("about"),
				 .run = alloc_string(run),
				 .limit_s = limit_s,
				 .needs = alloc_zero(1, sizeof(size_t)),
				 .needs_n = need >= 0};

	item.needs[0] = need >= 0 ? (size_t)need : 0;
	grid->items = alloc_grow(grid->items, grid->items_n + 1, sizeof(*grid->items));
	grid->items[grid->items_n++] = item;
}

static void add_kernel(struct grid *grid, const char *name, const char *release)
{
	struct grid_kernel *k = grid_kernel(grid, name, "sid", "amd64");

	if (!release) {
		k->trouble = alloc_string("nobody has it");
		return;
	}
	k->release = alloc_string(release);
	k->version = alloc_string("1");
}

static void items_of(struct grid *grid)
{
	add_item(grid, "pass", "echo {release}", 20, -1);
	add_item(grid, "fail", "echo because; exit 3", 20, -1);
	add_item(grid, "blocked", "true", 20, 1);
	add_item(grid, "hang", "sleep 100", 1, 0);
	add_item(grid, "no device", "echo not run: no device; exit 77", 20, 0);
}

static void open_store(struct rig *rig)
{
	char path[96];
	struct vb_err err = {0};

	snprintf(path, sizeof(path), "%s/store.sqlite", rig->folder);
	if (store_open(&rig->store, path, &err) || rows_prepare(&rig->store, &err)) {
		printf("%s\n", err.text);
		abort();
	}
}

static void set_up(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	strcpy(rig->folder, "/tmp/vb-matrix-work-XXXXXX");
	if (!mkdtemp(rig->folder))
		abort();
	open_store(rig);
	items_of(&rig->grid);
}

static void begin(struct rig *rig)
{
	static const struct provenance where = {.dirty = -1, .cpus = 1};
	struct vb_err err = {0};

	grid_cells(&rig->grid);
	CU_ASSERT_EQUAL(
		rows_begin(&rig->store, &rig->run, &rig->grid, SELECTION, SOURCE, &where, &err), 0);
}

static int work(struct rig *rig, unsigned jobs, struct vb_err *err)
{
	struct work w = {.grid = &rig->grid,
			 .store = &rig->store,
			 .run = &rig->run,
			 .results = rig->folder,
			 .jobs = jobs,
			 .interrupted = &rig->interrupted};

	return work_off(&w, err);
}

static void tear_down(struct rig *rig)
{
	char command[96];

	grid_free(&rig->grid);
	store_close(&rig->store);
	snprintf(command, sizeof(command), "rm -rf %s", rig->folder);
	if (system(command))
		abort();
}

static int number(struct rig *rig, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int n = -1;

	if (sqlite3_prepare_v2(rig->store.db, sql, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return n;
}

static void a_red_cell_stops_only_what_needs_it(void)
{
	static const struct {
		enum cell_state state;
		const char *reason;
	} expected[] = {{CELL_OK, NULL},
			{CELL_FAILED, "because"},
			{CELL_NOT_RUN, "it needs 'fail', which did not pass"},
			{CELL_FAILED, "reached its limit of 1 s and was ended"},
			{CELL_NOT_RUN, "no device"}};
	struct vb_err err = {0};
	struct rig rig;
	size_t k, i;

	set_up(&rig);
	add_kernel(&rig.grid, "a", "1.0");
	add_kernel(&rig.grid, "b/c", "2.0");
	begin(&rig);
	CU_ASSERT_EQUAL(work(&rig, 2, &err), 0);
	for (k = 0; k < 2; k++)
		for (i = 0; i < 5; i++) {
			const struct grid_cell *cell = grid_cell(&rig.grid, k, i);

			CU_ASSERT_EQUAL(cell->state, expected[i].state);
			if (expected[i].reason)
				CU_ASSERT_STRING_EQUAL(cell->reason, expected[i].reason);
		}
	CU_ASSERT_EQUAL(number(&rig, "SELECT count(*) FROM matrix_cells"), 10);
	CU_ASSERT_EQUAL(number(&rig, "SELECT count(*) FROM matrix_cells WHERE state = 'ok'"), 2);
	CU_ASSERT_EQUAL(number(&rig, "SELECT count(*) FROM matrix_cells WHERE log LIKE '%/b_c/%'"),
			4);
	tear_down(&rig);
}

static void a_kernel_that_nobody_carries_is_red(void)
{
	struct vb_err err = {0};
	struct rig rig;

	set_up(&rig);
	add_kernel(&rig.grid, "gone", NULL);
	add_kernel(&rig.grid, "there", "1.0");
	begin(&rig);
	CU_ASSERT_EQUAL(work(&rig, 1, &err), 0);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 0, 0)->state, CELL_FAILED);
	CU_ASSERT_STRING_EQUAL(grid_cell(&rig.grid, 0, 0)->reason, "nobody has it");
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 0, 3)->state, CELL_NOT_RUN);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 1, 0)->state, CELL_OK);
	tear_down(&rig);
}

/* As after kill -9: the run is "running" in the store, its program is gone. */
static void orphan(struct rig *rig)
{
	CU_ASSERT_EQUAL(sqlite3_exec(rig->store.db,
				     "UPDATE matrix_runs SET runner_pid = 0, runner_identity = 'x'",
				     NULL, NULL, NULL),
			SQLITE_OK);
	grid_free(&rig->grid);
}

static void an_interrupted_matrix_goes_on(void)
{
	struct vb_err err = {0};
	struct rows_run run;
	struct rig rig;

	set_up(&rig);
	add_kernel(&rig.grid, "a", "1.0");
	begin(&rig);
	grid_settle(grid_cell(&rig.grid, 0, 0), CELL_FAILED, "earlier", NULL, 7);
	CU_ASSERT_EQUAL(rows_cell(&rig.store, &rig.run, &rig.grid, 0, 0, 1, &err), 0);
	rig.interrupted = 1;
	CU_ASSERT_EQUAL(work(&rig, 1, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_INTERRUPTED);
	orphan(&rig);

	items_of(&rig.grid);
	CU_ASSERT_EQUAL(rows_unfinished(&rig.store, &run, &rig.grid, SELECTION, "elsewhere", &err),
			0);
	CU_ASSERT_EQUAL(rows_unfinished(&rig.store, &run, &rig.grid, SELECTION, SOURCE, &err), 1);
	CU_ASSERT_EQUAL_FATAL(rig.grid.kernels_n, 1);
	CU_ASSERT_STRING_EQUAL(rig.grid.kernels[0].release, "1.0");
	CU_ASSERT_STRING_EQUAL(run.name, rig.run.name);
	grid_cells(&rig.grid);
	CU_ASSERT_EQUAL(rows_resume(&rig.store, &run, &rig.grid, &err), 0);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 0, 0)->state, CELL_FAILED);
	CU_ASSERT_STRING_EQUAL(grid_cell(&rig.grid, 0, 0)->reason, "earlier");
	CU_ASSERT_EQUAL(grid_count(&rig.grid, CELL_PENDING), 4);
	rig.interrupted = 0;
	CU_ASSERT_EQUAL(work(&rig, 1, &err), 0);
	CU_ASSERT_EQUAL(grid_count(&rig.grid, CELL_PENDING), 0);
	tear_down(&rig);
}

static void a_living_or_complete_run_is_left_alone(void)
{
	struct vb_err err = {0};
	struct rows_run run;
	struct rig rig;

	set_up(&rig);
	add_kernel(&rig.grid, "a", "1.0");
	begin(&rig);
	CU_ASSERT_EQUAL(rows_unfinished(&rig.store, &run, &rig.grid, SELECTION, SOURCE, &err), 0);
	CU_ASSERT_EQUAL(rows_finish(&rig.store, &rig.run, "complete", &err), 0);
	orphan(&rig);
	CU_ASSERT_EQUAL(rows_unfinished(&rig.store, &run, &rig.grid, SELECTION, SOURCE, &err), 0);
	tear_down(&rig);
}

/* A second matrix in the same store: of kernel a as it was, kernel b of a newer release, one of a
 * user. */
static void begin_again(struct rig *rig)
{
	struct vb_err err = {0};

	CU_ASSERT_EQUAL(rows_finish(&rig->store, &rig->run, "complete", &err), 0);
	grid_free(&rig->grid);
	items_of(&rig->grid);
	add_kernel(&rig->grid, "a", "1.0");
	add_kernel(&rig->grid, "b", "2.1");
	add_kernel(&rig->grid, "mine", "3.0");
	begin(rig);
}

static void start_first(struct rig *rig)
{
	set_up(rig);
	add_kernel(&rig->grid, "a", "1.0");
	add_kernel(&rig->grid, "b", "2.0");
	add_kernel(&rig->grid, "mine", "3.0");
	begin(rig);
}

static void what_passed_is_taken_over(void)
{
	struct vb_err err = {0};
	struct rig rig;

	start_first(&rig);
	CU_ASSERT_EQUAL(work(&rig, 3, &err), 0);
	begin_again(&rig);
	CU_ASSERT_EQUAL(take_over(&rig.store, &rig.run, &rig.grid, &err), 0);
	/* Of each kernel one cell passes: b's release is another one now. */
	CU_ASSERT_EQUAL(grid_count(&rig.grid, CELL_OK), 2);
	CU_ASSERT_EQUAL(grid_count(&rig.grid, CELL_PENDING), 13);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 0, 0)->state, CELL_OK);
	CU_ASSERT_EQUAL(number(&rig, "SELECT count(*) FROM matrix_origins o JOIN matrix_runs r"
				     " ON r.name = o.from_run WHERE o.run_id = 2 AND r.id = 1"),
			2);
	/* What is taken over twice still is the first one's. */
	begin_again(&rig);
	CU_ASSERT_EQUAL(take_over(&rig.store, &rig.run, &rig.grid, &err), 0);
	CU_ASSERT_EQUAL(number(&rig, "SELECT count(*) FROM matrix_origins o JOIN matrix_runs r"
				     " ON r.name = o.from_run WHERE o.run_id = 3 AND r.id = 1"),
			2);
	tear_down(&rig);
}

static void what_turned_red_is_not_taken_over(void)
{
	struct vb_err err = {0};
	struct rig rig;

	start_first(&rig);
	CU_ASSERT_EQUAL(work(&rig, 3, &err), 0);
	begin_again(&rig);
	grid_settle(grid_cell(&rig.grid, 0, 0), CELL_FAILED, "now", NULL, 1);
	CU_ASSERT_EQUAL(rows_cell(&rig.store, &rig.run, &rig.grid, 0, 0, 1, &err), 0);
	begin_again(&rig);
	CU_ASSERT_EQUAL(take_over(&rig.store, &rig.run, &rig.grid, &err), 0);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 0, 0)->state, CELL_PENDING);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 2, 0)->state, CELL_OK);
	tear_down(&rig);
}

static void a_kernel_of_the_user_is_not_taken_over(void)
{
	struct vb_err err = {0};
	struct rig rig;

	start_first(&rig);
	CU_ASSERT_EQUAL(work(&rig, 3, &err), 0);
	CU_ASSERT_EQUAL(
		sqlite3_exec(rig.store.db,
			     "UPDATE matrix_kernels SET suite = 'local' WHERE name = 'mine'", NULL,
			     NULL, NULL),
		SQLITE_OK);
	begin_again(&rig);
	CU_ASSERT_EQUAL(
		sqlite3_exec(rig.store.db,
			     "UPDATE matrix_kernels SET suite = 'local' WHERE name = 'mine'", NULL,
			     NULL, NULL),
		SQLITE_OK);
	CU_ASSERT_EQUAL(take_over(&rig.store, &rig.run, &rig.grid, &err), 0);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 0, 0)->state, CELL_OK);
	CU_ASSERT_EQUAL(grid_cell(&rig.grid, 2, 0)->state, CELL_PENDING);
	tear_down(&rig);
}

static void no_file_serves_some_kernels_only(void)
{
	struct vb_err err = {0};
	struct rig rig;

	set_up(&rig);
	add_kernel(&rig.grid, "a", "1.0");
	begin(&rig);
	CU_ASSERT_EQUAL(figures_store(&rig.store, &rig.run, &err), 0);
	CU_ASSERT_EQUAL(number(&rig, "SELECT value FROM matrix_figures"
				     " WHERE name = 'version-specific files'"),
			0);
	CU_ASSERT_EQUAL(number(&rig, "SELECT value > 0 FROM matrix_figures WHERE name = 'probes'"),
			1);
	tear_down(&rig);
}

static const struct suite_test tests[] = {
	{"a red cell stops only what needs it", a_red_cell_stops_only_what_needs_it},
	{"a kernel that nobody carries is red", a_kernel_that_nobody_carries_is_red},
	{"an interrupted matrix goes on", an_interrupted_matrix_goes_on},
	{"a living or complete run is left alone", a_living_or_complete_run_is_left_alone},
	{"what passed is taken over", what_passed_is_taken_over},
	{"what turned red is not taken over", what_turned_red_is_not_taken_over},
	{"a kernel of the user is not taken over", a_kernel_of_the_user_is_not_taken_over},
	{"no file serves some kernels only", no_file_serves_some_kernels_only},
};

SUITE_MAIN("matrix_work", tests)
