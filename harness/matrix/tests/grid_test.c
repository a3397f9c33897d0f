/* SPDX-License-Identifier: BSD-2-Clause */
/* The two files, the columns that they give, and what a log says of a failure. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "drivers.h"
#include "grid.h"
#include "reason.h"
#include "suite.h"

#define KERNEL		 "kernels:\n  - {name: k, package: linux-image-amd64, suites: [sid]}\n"
#define ITEM(name, rest) "  - {name: '" name "', about: a, run: 'true', limit_s: 5" rest "}\n"

static char *file_of(const char *text)
{
	char *path = strdup("/tmp/vb-matrix-test-XXXXXX");
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
	return path;
}

static int load(struct config *config, const char *kernels, const char *items, struct vb_err *err)
{
	char *k = file_of(kernels), *i = file_of(items);
	int rc = config_load(config, k, i, err);

	unlink(k);
	unlink(i);
	free(k);
	free(i);
	return rc;
}

static void our_own_files_are_good(void)
{
	struct vb_err err = {0};
	struct config config;

	CU_ASSERT_EQUAL(config_load(&config, "ci/kernels.yaml", "ci/matrix.yaml", &err), 0);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	config_free(&config);
}

static void bad_files_are_refused(void)
{
	static const struct {
		const char *kernels, *items, *why;
	} cases[] = {
		{"kernels:\n  - {name: k}\n", "items:\n" ITEM("a", ""), "package"},
		{"kernels:\n  - {name: k, package: linux-image-amd64, suites: [sid], x: y}\n",
		 "items:\n" ITEM("a", ""), "x"},
		{"kernels:\n  - {name: k, package: gcc, suites: [sid]}\n", "items:\n" ITEM("a", ""),
		 ":2: 'gcc' is not a package of kernels"},
		{KERNEL "  - {name: k, package: linux-image-amd64, suites: [sid]}\n",
		 "items:\n" ITEM("a", ""), ":3: the kernel 'k' is there twice"},
		{KERNEL, "items:\n" ITEM("a", "") ITEM("a", ""), ":3: the item 'a' is there twice"},
		{KERNEL, "items:\n" ITEM("a", ", needs: [b]") ITEM("b", ""), ":2: 'a' needs 'b'"},
		{KERNEL, "items:\n" ITEM("a", ", each: moon"), "moon"},
		{KERNEL, "items:\n  - {name: a, about: a, run: x, limit_s: -1}\n", "limit_s"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vb_err err = {0};
		struct config config;

		CU_ASSERT_EQUAL(load(&config, cases[i].kernels, cases[i].items, &err), -1);
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
		if (!strstr(err.text, cases[i].why))
			printf("\n    case %zu says: %s\n", i, err.text);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].why));
	}
}

static void a_missing_file_is_named(void)
{
	struct vb_err err = {0};
	struct config config;

	CU_ASSERT_EQUAL(config_load(&config, "/nowhere.yaml", "ci/matrix.yaml", &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/nowhere.yaml"));
}

static void make_grid(struct grid *grid, char *const *patterns, size_t n)
{
	static char *const drivers[] = {"e1000", "igb"};
	struct vb_err err = {0};
	struct config config;

	if (load(&config, KERNEL,
		 "items:\n" ITEM("core", "") ITEM("boot", ", needs: [core]") ITEM(
			 "build {driver}", ", each: driver, needs: [core]")
			 ITEM("native {driver}", ", each: driver, needs: [boot, 'build {driver}']"),
		 &err))
		abort();
	grid_items(grid, config.columns, drivers, 2, patterns, n, &err);
	config_free(&config);
}

static void drivers_are_columns(void)
{
	static const char *const expected[] = {"core",	    "boot",	    "build e1000",
					       "build igb", "native e1000", "native igb"};
	struct grid grid = {0};
	size_t i;

	make_grid(&grid, NULL, 0);
	CU_ASSERT_EQUAL_FATAL(grid.items_n, 6);
	for (i = 0; i < 6; i++)
		CU_ASSERT_STRING_EQUAL(grid.items[i].name, expected[i]);
	CU_ASSERT_EQUAL(grid.items[5].needs_n, 2);
	CU_ASSERT_EQUAL(grid.items[5].needs[1], 3);
	grid_free(&grid);
}

static void what_is_needed_is_kept(void)
{
	static char *const patterns[] = {"native i*"};
	struct grid grid = {0};

	make_grid(&grid, patterns, 1);
	CU_ASSERT_EQUAL_FATAL(grid.items_n, 4);
	CU_ASSERT_STRING_EQUAL(grid.items[2].name, "build igb");
	CU_ASSERT_EQUAL(grid.items[3].needs[0], 1);
	CU_ASSERT_EQUAL(grid.items[3].needs[1], 2);
	grid_free(&grid);
}

static void a_cell_waits_for_its_needs(void)
{
	struct grid grid = {0};

	make_grid(&grid, NULL, 0);
	grid_kernel(&grid, "k", "sid", "amd64");
	grid_cells(&grid);
	CU_ASSERT_EQUAL(grid_blocked(&grid, 0, 0), -1);
	CU_ASSERT_EQUAL(grid_blocked(&grid, 0, 1), 0);
	grid_settle(grid_cell(&grid, 0, 0), CELL_OK, NULL, NULL, 1);
	CU_ASSERT_EQUAL(grid_blocked(&grid, 0, 1), -1);
	grid_settle(grid_cell(&grid, 0, 1), CELL_FAILED, "why", "log", 1);
	grid_settle(grid_cell(&grid, 0, 2), CELL_OK, NULL, NULL, 1);
	CU_ASSERT_EQUAL(grid_blocked(&grid, 0, 4), 1);
	CU_ASSERT_EQUAL(grid_count(&grid, CELL_FAILED), 1);
	grid_free(&grid);
}

static void commands_are_filled_in(void)
{
	struct grid_kernel kernel = {.suite = "sid", .flavour = "amd64", .release = "7.2-amd64"};
	struct grid_item item = {.run = "x {release} {suite} {release} {flavour} {other}"};
	char *command = grid_command(&item, &kernel);

	CU_ASSERT_STRING_EQUAL(command, "x 7.2-amd64 sid 7.2-amd64 amd64 {other}");
	free(command);
}

static void logs_say_why(void)
{
	static const struct {
		const char *log, *reason;
	} cases[] = {
		{"", ""},
		{"one\ntwo\n\n  \n", "two"},
		{"ok a\nFAILED  load/x (status 1)\nok b\n1 failed\n", "load/x (status 1)"},
		{"FAILED: why\n", "why"},
		{"a\ttab\x1b[31m", "a tab [31m"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = file_of(cases[i].log), reason[64];

		reason_of_log(path, reason, sizeof(reason));
		CU_ASSERT_STRING_EQUAL(reason, cases[i].reason);
		unlink(path);
		free(path);
	}
}

static void drivers_list_themselves(void)
{
	char root[] = "/tmp/vb-matrix-test-XXXXXX", command[256];
	struct drivers found;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	snprintf(command, sizeof(command),
		 "cd %s && mkdir b a no && touch a/hooks b/hooks no/README hooks", root);
	CU_ASSERT_EQUAL(system(command), 0);
	drivers_find(&found, root);
	CU_ASSERT_EQUAL_FATAL(found.n, 2);
	CU_ASSERT_STRING_EQUAL(found.names[0], "a");
	CU_ASSERT_STRING_EQUAL(found.names[1], "b");
	drivers_free(&found);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	CU_ASSERT_EQUAL(system(command), 0);
	drivers_find(&found, root);
	CU_ASSERT_EQUAL(found.n, 0);
	drivers_free(&found);
}

static const struct suite_test tests[] = {
	{"our own files are good", our_own_files_are_good},
	{"bad files are refused", bad_files_are_refused},
	{"a missing file is named", a_missing_file_is_named},
	{"drivers are columns", drivers_are_columns},
	{"what is needed is kept", what_is_needed_is_kept},
	{"a cell waits for its needs", a_cell_waits_for_its_needs},
	{"commands are filled in", commands_are_filled_in},
	{"logs say why", logs_say_why},
	{"drivers list themselves", drivers_list_themselves},
};

SUITE_MAIN("matrix_grid", tests)
