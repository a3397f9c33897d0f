/* SPDX-License-Identifier: BSD-2-Clause */
#include "placed.h"

#include <glob.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Folder and name of this program's file. -1: the system does not tell. */
static int find_self(char path[PATH_MAX], char **name)
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n <= 0)
		return -1;
	path[n] = '\0';
	*name = strrchr(path, '/');
	if (!*name)
		return -1;
	*(*name)++ = '\0';
	return 0;
}

void placed_draw(char **argv)
{
	char folder[PATH_MAX], pattern[PATH_MAX + NAME_MAX], *name;
	uint32_t chance;
	glob_t links;

	if (find_self(folder, &name))
		return;
	snprintf(pattern, sizeof(pattern), "%s/" PLACED_FOLDER "/%s-*", folder, name);
	if (glob(pattern, 0, NULL, &links))
		return;
	if (getrandom(&chance, sizeof(chance), 0) == sizeof(chance))
		execv(links.gl_pathv[chance % links.gl_pathc], argv);
	globfree(&links);
}

unsigned placed_number(void)
{
	char folder[PATH_MAX], *name, *last, *number;

	if (find_self(folder, &name))
		return 0;
	last = strrchr(folder, '/');
	number = strrchr(name, '-');
	if (!last || strcmp(last + 1, PLACED_FOLDER) != 0 || !number)
		return 0;
	return (unsigned)strtoul(number + 1, NULL, 10);
}
