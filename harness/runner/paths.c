/* SPDX-License-Identifier: BSD-2-Clause */
#include "paths.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

static char user_folder[PATH_MAX];

static int is_tree(void)
{
	return access("scenarios", R_OK) == 0 && access("results/schema.sql", R_OK) == 0;
}

int paths_enter_tree(struct vb_err *err)
{
	char program[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;
	int up;

	if (is_tree())
		return 0;
	if (!getcwd(user_folder, sizeof(user_folder)))
		user_folder[0] = '\0';
	for (up = 0; n > 0 && up < 3 && (slash = strrchr(program, '/')); up++)
		*slash = '\0';
	if (n > 0 && chdir(program) == 0 && is_tree())
		return 0;
	return vb_fail(err, VB_MISSING,
		       "looking for the source tree: neither here nor above the "
		       "program is a scenarios folder; run it from the top of the tree");
}

char *paths_of_user(const char *path)
{
	if (path[0] == '/' || !user_folder[0])
		return alloc_string(path);
	return alloc_printf("%s/%s", user_folder, path);
}

char *paths_of_scenario(const char *scenario)
{
	size_t n = strlen(scenario);

	if (strchr(scenario, '/') || (n > 5 && strcmp(scenario + n - 5, ".yaml") == 0))
		return paths_of_user(scenario);
	return alloc_printf("scenarios/%s.yaml", scenario);
}
