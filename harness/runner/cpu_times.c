/* SPDX-License-Identifier: BSD-2-Clause */
#include "cpu_times.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool cpu_times_parse(struct cpu_times *t, const char *text)
{
	uint64_t user, nice, system, idle, iowait, irq, softirq, steal;

	if (strncmp(text, "cpu ", 4) ||
	    sscanf(text + 4,
		   "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %" SCNu64,
		   &user, &nice, &system, &idle, &iowait, &irq, &softirq, &steal) != 8)
		return false;
	*t = (struct cpu_times){.busy = user + nice + system + irq + softirq,
				.idle = idle + iowait,
				.steal = steal};
	return true;
}

bool cpu_times_read(struct cpu_times *t)
{
	FILE *in = fopen("/proc/stat", "re");
	char line[256];
	bool read;

	if (!in)
		return false;
	read = fgets(line, sizeof(line), in) && cpu_times_parse(t, line);
	fclose(in);
	return read;
}

static double share(uint64_t part, const struct cpu_times *from, const struct cpu_times *to)
{
	uint64_t all = to->busy + to->idle + to->steal - from->busy - from->idle - from->steal;

	return all ? (double)part / all : 0;
}

double cpu_times_busy(const struct cpu_times *from, const struct cpu_times *to)
{
	return share(to->busy - from->busy, from, to);
}

double cpu_times_steal(const struct cpu_times *from, const struct cpu_times *to)
{
	return share(to->steal - from->steal, from, to);
}
