/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolve.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "alloc.h"
#include "process.h"

#define FETCH		 "vm-images/linux/fetch-kernel"
#define IMPORT		 "vm-images/linux/import-kernel"
#define PACKAGE		 "linux-image-"
#define LOCAL_SUITE	 "local"
#define RESOLVE_LIMIT_MS (10 * 60 * 1000)
#define OUTPUT_BYTES	 4096

/* "RELEASE VERSION [SUITE]" of the last line; false when there is no word. */
static bool take_answer(struct grid_kernel *kernel, char *output)
{
	size_t n = strlen(output);
	char *line, *release, *version, *suite;

	while (n && output[n - 1] == '\n')
		output[--n] = '\0';
	line = strrchr(output, '\n') ? strrchr(output, '\n') + 1 : output;
	release = strsep(&line, " ");
	version = strsep(&line, " ");
	suite = strsep(&line, " ");
	if (!release[0])
		return false;
	kernel->release = alloc_string(release);
	kernel->version = alloc_string(version ? version : "");
	if (suite) {
		free(kernel->suite);
		kernel->suite = alloc_string(suite);
	}
	return true;
}

/* A script that ends by itself has said why: err then has no text. */
static int ask(struct grid_kernel *kernel, char *const *argv, struct vb_err *err)
{
	char output[OUTPUT_BYTES] = "", how[64];
	int status;

	if (process_capture_status(argv, RESOLVE_LIMIT_MS, output, sizeof(output), &status, err))
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		return vb_fail(err, (enum vb_exit)WEXITSTATUS(status), "%s", "");
	if (status == 0 && take_answer(kernel, output))
		return 0;
	process_describe(status, how, sizeof(how));
	return vb_fail(err, VB_FAILED, "%s ended with %s and without an answer", argv[0], how);
}

static int ask_suite(struct grid_kernel *kernel, const char *suite, const char *spec,
		     struct vb_err *err)
{
	char *argv[] = {FETCH,
			"--resolve",
			"--suite",
			(char *)suite,
			"--flavour",
			kernel->flavour,
			spec ? "--kernel" : NULL,
			(char *)spec,
			NULL};

	return ask(kernel, argv, err);
}

/* The first suite that has it. */
static int ask_suites(struct grid_kernel *kernel, char *const *suites, size_t n, const char *spec,
		      struct vb_err *err)
{
	char *asked = alloc_string("");
	size_t i;

	for (i = 0; i < n; i++) {
		char *before = asked;
		int rc = ask_suite(kernel, suites[i], spec, err);

		if (rc == 0 || err->code == VB_INTERRUPTED) {
			free(asked);
			return rc;
		}
		asked = alloc_printf("%s%s%s", before, i ? ", " : "", suites[i]);
		free(before);
	}
	kernel->trouble = alloc_printf("none of its suites carries it today: %s", asked);
	free(asked);
	return 0;
}

int resolve_configured(struct grid *grid, const struct config_kernel *kernel, struct vb_err *err)
{
	struct grid_kernel *row = grid_kernel(grid, kernel->name, kernel->suites[0],
					      kernel->package + strlen(PACKAGE));

	return ask_suites(row, kernel->suites, kernel->suites_count, kernel->series, err);
}

static int import(struct grid *grid, const char *path, const char *source, struct vb_err *err)
{
	char *plain[] = {IMPORT, (char *)path, NULL};
	char *sourced[] = {IMPORT, "--source", (char *)source, (char *)path, NULL};
	struct grid_kernel *row = grid_kernel(grid, path, LOCAL_SUITE, "amd64");

	if (ask(row, source ? sourced : plain, err))
		return -1;
	free(row->name);
	row->name = alloc_string(row->release);
	return 0;
}

/* What follows the version in a release: 6.1.0-56-cloud-amd64 is of the flavour cloud-amd64. */
static const char *flavour_of(const char *release)
{
	const char *at = strchr(release, '-');

	while (at && at[1] >= '0' && at[1] <= '9')
		at = strchr(at + 1, '-');
	return at ? at + 1 : "amd64";
}

/* fetch-kernel itself asks each suite of the configuration. */
static int find_release(struct grid *grid, const char *release, struct vb_err *err)
{
	struct grid_kernel *row = grid_kernel(grid, release, "", flavour_of(release));
	char *argv[] = {FETCH,	    "--resolve",     "--flavour", row->flavour,
			"--kernel", (char *)release, NULL};

	return ask(row, argv, err);
}

static const char *release_of(const char *name)
{
	return strncmp(name, PACKAGE, strlen(PACKAGE)) ? name : name + strlen(PACKAGE);
}

int resolve_named(struct grid *grid, const struct config_kernels *all, const char *name,
		  const char *source, struct vb_err *err)
{
	unsigned i;

	for (i = 0; i < all->kernels_count; i++)
		if (strcmp(all->kernels[i].name, name) == 0)
			return resolve_configured(grid, &all->kernels[i], err);
	if (strchr(name, '/'))
		return import(grid, name, source, err);
	if (isdigit((unsigned char)release_of(name)[0]))
		return find_release(grid, release_of(name), err);
	return vb_fail(err, VB_USAGE,
		       "the kernel '%s' is no entry of ci/kernels.yaml, no package or release, and "
		       "no path; `make kernels` shows the entries",
		       name);
}
