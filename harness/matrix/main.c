/* SPDX-License-Identifier: BSD-2-Clause */
/* vb-matrix: which kernels, which items, run or go on, and the report at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "disk.h"
#include "drivers.h"
#include "figures.h"
#include "interrupt.h"
#include "options.h"
#include "paths.h"
#include "process.h"
#include "resolve.h"
#include "source.h"
#include "takeover.h"
#include "work.h"

#define KERNELS_FILE	"ci/kernels.yaml"
#define ITEMS_FILE	"ci/matrix.yaml"
#define REPORT		"harness/matrix/matrix-report"
#define REPORT_LIMIT_MS 120000
#define NEEDED_BYTES	(4ll << 30)

static volatile sig_atomic_t interrupted;

/* A make above would hand its flags and job slots on to kbuild, which would warn of them. */
static void forget_make(void)
{
	unsetenv("MAKEFLAGS");
	unsetenv("MFLAGS");
	unsetenv("MAKELEVEL");
}

/* Without a text the program that failed has said why itself. */
static enum vb_exit complain(const struct vb_err *err)
{
	if (err->text[0])
		fprintf(stderr, "vb-matrix: %s\n", err->text);
	return err->code;
}

static int known_driver(const struct drivers *drivers, const char *name)
{
	size_t i;

	for (i = 0; i < drivers->n; i++)
		if (strcmp(drivers->names[i], name) == 0)
			return 1;
	return 0;
}

static int columns(struct grid *grid, const struct options *o, const struct config *config,
		   struct vb_err *err)
{
	struct drivers all;
	size_t i;
	int rc = 0;

	drivers_find(&all, DRIVERS_FOLDER);
	for (i = 0; rc == 0 && i < o->drivers.n; i++)
		if (!known_driver(&all, o->drivers.word[i]))
			rc = vb_fail(err, VB_USAGE,
				     "there is no driver '%s'; vb-matrix --list names them",
				     o->drivers.word[i]);
	if (rc == 0 && o->drivers.n)
		rc = grid_items(grid, config->columns, o->drivers.word, o->drivers.n, o->items.word,
				o->items.n, err);
	else if (rc == 0)
		rc = grid_items(grid, config->columns, all.names, all.n, o->items.word, o->items.n,
				err);
	drivers_free(&all);
	return rc;
}

static int rows(struct grid *grid, const struct options *o, const struct config *config,
		struct vb_err *err)
{
	char *source = o->source ? paths_of_user(o->source) : NULL;
	size_t i;

	for (i = 0; i < o->kernels.n; i++) {
		char *path = strchr(o->kernels.word[i], '/') ? paths_of_user(o->kernels.word[i])
							     : alloc_string(o->kernels.word[i]);
		int rc = resolve_named(grid, config->rows, path, source, err);

		free(path);
		if (rc) {
			free(source);
			return -1;
		}
	}
	free(source);
	for (i = 0; !o->kernels.n && i < config->rows->kernels_count; i++)
		if (resolve_configured(grid, &config->rows->kernels[i], err))
			return -1;
	return 0;
}

static void show_kernels(const struct grid *grid)
{
	size_t i;

	printf("%-12s %-28s %-18s %s\n", "kernel", "release", "suite", "package version");
	for (i = 0; i < grid->kernels_n; i++) {
		const struct grid_kernel *k = &grid->kernels[i];

		if (k->release)
			printf("%-12s %-28s %-18s %s\n", k->name, k->release, k->suite, k->version);
		else
			printf("%-12s %s\n", k->name, k->trouble);
	}
}

static void show_items(const struct grid *grid)
{
	size_t i;

	for (i = 0; i < grid->items_n; i++)
		printf("%-20s %s\n", grid->items[i].name, grid->items[i].about);
}

/* The table, the page and what changed. Its own failure is said by itself, and is not the matrix's.
 */
static void report(const struct options *o, const char *run)
{
	char *argv[] = {REPORT, "--results", (char *)o->results, (char *)run, NULL};
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = 1,
				    .stderr_fd = 2,
				    .cpu = PROCESS_ANY_CPU};
	struct vb_err err = {0};
	int status;
	pid_t pid = process_start(&spec, &err);

	if (pid < 0)
		complain(&err);
	else if (process_wait(pid, REPORT_LIMIT_MS, &status) != 1)
		process_end(pid, 0);
}

/* A new run with all that its options want of it. */
static int begin(struct store *st, struct rows_run *run, struct grid *grid, const struct options *o,
		 const char *selection, const char *source, struct vb_err *err)
{
	struct provenance where;

	provenance_collect(&where, NULL);
	grid_cells(grid);
	if (rows_begin(st, run, grid, selection, source, &where, err) ||
	    figures_store(st, run, err))
		return -1;
	if (!o->again)
		return 0;
	if (take_over(st, run, grid, err))
		return -1;
	fprintf(stderr, "took over %zu cells that passed before; %zu are left\n",
		grid_count(grid, CELL_OK), grid_count(grid, CELL_PENDING));
	return 0;
}

/* Goes on with an unfinished run, or begins one: its kernels are known afterwards. */
static int take_up(struct store *st, struct rows_run *run, struct grid *grid,
		   const struct options *o, const struct config *config, struct vb_err *err)
{
	char *selection = options_selection(o);
	char source[160];
	int rc = source_identity(source, sizeof(source), err);

	if (rc == 0 && !o->fresh)
		rc = rows_unfinished(st, run, grid, selection, source, err);
	if (rc == 1) {
		grid_cells(grid);
		rc = rows_resume(st, run, grid, err);
		fprintf(stderr,
			"going on with %s, of which %zu cells are left; --fresh starts anew\n",
			run->name, grid_count(grid, CELL_PENDING));
	} else if (rc == 0) {
		rc = rows(grid, o, config, err);
		if (rc == 0)
			rc = begin(st, run, grid, o, selection, source, err);
	}
	free(selection);
	return rc;
}

static enum vb_exit run(struct grid *grid, const struct options *o, const struct config *config)
{
	char *path = alloc_printf("%s/store.sqlite", o->results);
	struct rows_run matrix = {0};
	struct vb_err err = {0};
	struct store st = {0};
	struct work work = {.grid = grid,
			    .store = &st,
			    .run = &matrix,
			    .results = o->results,
			    .jobs = o->jobs,
			    .interrupted = &interrupted};
	int rc = disk_make_folder(o->results, &err);

	if (rc == 0)
		rc = disk_need(o->results, NEEDED_BYTES, &err);
	if (rc == 0)
		rc = store_open(&st, path, &err);
	free(path);
	if (rc == 0)
		rc = rows_prepare(&st, &err);
	if (rc == 0)
		rc = take_up(&st, &matrix, grid, o, config, &err);
	if (rc == 0) {
		rc = work_off(&work, &err);
		if (rows_finish(&st, &matrix, rc ? "interrupted" : "complete", rc ? NULL : &err))
			rc = -1;
		report(o, matrix.name);
	}
	store_close(&st);
	if (rc)
		return complain(&err);
	return grid_count(grid, CELL_FAILED) ? VB_FAILED : VB_OK;
}

int main(int argc, char **argv)
{
	struct grid grid = {0};
	struct config config = {0};
	struct vb_err err = {0};
	struct options o;
	enum vb_exit status = VB_OK;

	options_parse(&o, argc, argv);
	interrupt_catch(&interrupted);
	forget_make();
	if (paths_enter_tree(&err) || config_load(&config, KERNELS_FILE, ITEMS_FILE, &err) ||
	    columns(&grid, &o, &config, &err))
		status = complain(&err);
	else if (o.list)
		show_items(&grid);
	else if (o.show_kernels && rows(&grid, &o, &config, &err))
		status = complain(&err);
	else if (o.show_kernels)
		show_kernels(&grid);
	else
		status = run(&grid, &o, &config);
	grid_free(&grid);
	config_free(&config);
	options_free(&o);
	return status;
}
