/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers.h"

#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

static char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return alloc_string(slash ? slash + 1 : path);
}

static bool has_hooks(const char *folder)
{
	char *path = alloc_printf("%s/hooks", folder);
	bool there = access(path, R_OK) == 0;

	free(path);
	return there;
}

void drivers_find(struct drivers *drivers, const char *folder)
{
	char *pattern = alloc_printf("%s/*", folder);
	glob_t found = {0};
	size_t i;

	*drivers = (struct drivers){0};
	if (glob(pattern, GLOB_ONLYDIR, NULL, &found) == 0) {
		drivers->names = alloc_zero(found.gl_pathc, sizeof(*drivers->names));
		for (i = 0; i < found.gl_pathc; i++) {
			char *name = base_name(found.gl_pathv[i]);

			if (has_hooks(found.gl_pathv[i]))
				drivers->names[drivers->n++] = name;
			else
				free(name);
		}
	}
	globfree(&found);
	free(pattern);
}

void drivers_free(struct drivers *drivers)
{
	size_t i;

	for (i = 0; i < drivers->n; i++)
		free(drivers->names[i]);
	free(drivers->names);
	*drivers = (struct drivers){0};
}
