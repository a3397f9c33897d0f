/* SPDX-License-Identifier: BSD-2-Clause */
#include "uml_cpus.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS_MAX 64

static int by_id(const void *a, const void *b)
{
	const pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* The process's threads, oldest first; how many, at most THREADS_MAX. */
static unsigned list_threads(pid_t pid, pid_t threads[THREADS_MAX])
{
	struct dirent *entry;
	char path[32];
	unsigned n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while (n < THREADS_MAX && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			threads[n++] = (pid_t)atoi(entry->d_name);
	closedir(dir);
	qsort(threads, n, sizeof(*threads), by_id);
	return n;
}

/* The first processor of `allowed` after `last`. */
static int next_cpu(const cpu_set_t *allowed, int last)
{
	do
		last++;
	while (!CPU_ISSET(last, allowed));
	return last;
}

unsigned uml_place_cpus(pid_t pid, unsigned cpus)
{
	pid_t threads[THREADS_MAX];
	cpu_set_t allowed, one;
	unsigned k;
	int cpu = -1;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) ||
	    (unsigned)CPU_COUNT(&allowed) < cpus || list_threads(pid, threads) != cpus)
		return 0;
	for (k = 0; k < cpus; k++) {
		cpu = next_cpu(&allowed, cpu);
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(threads[k], sizeof(one), &one))
			return 0;
	}
	return cpus;
}
