/* SPDX-License-Identifier: BSD-2-Clause */
#include "identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static bool read_line(const char *path, char *buf, int bytes)
{
	FILE *in = fopen(path, "re");
	bool ok;

	if (!in)
		return false;
	ok = fgets(buf, bytes, in) != NULL;
	fclose(in);
	buf[strcspn(buf, "\n")] = '\0';
	return ok;
}

/* Field 22 of proc_pid_stat(5); field 2, the name, may itself hold blanks and brackets. */
static unsigned long long start_ticks(const char *stat)
{
	const char *at = strrchr(stat, ')');
	int field;

	for (field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}

char *identity_of(int64_t pid)
{
	char path[64], boot[64], stat[1024];

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	if (!read_line("/proc/sys/kernel/random/boot_id", boot, sizeof(boot)) ||
	    !read_line(path, stat, sizeof(stat)))
		return NULL;
	return alloc_printf("%s/%llu", boot, start_ticks(stat));
}

bool identity_lives(int64_t pid, const char *identity)
{
	char *now = identity_of(pid);
	bool same = now && identity && strcmp(now, identity) == 0;

	free(now);
	return same;
}
