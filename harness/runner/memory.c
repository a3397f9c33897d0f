/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include <stdio.h>
#include <string.h>

#include "command.h"

#define LIMIT_MS 15000

static const struct {
	const char *name;
	int sign;
} fields[] = {{"MemTotal", 1}, {"MemFree", -1},	   {"Buffers", -1},
	      {"Cached", -1},  {"SwapCached", -1}, {"AnonPages", -1}};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

struct sum {
	int64_t kib;
	unsigned seen;
};

static void on_line(void *ctx, const char *line)
{
	struct sum *sum = ctx;
	long long kib;
	char name[32];
	size_t i;

	if (sscanf(line, "%31[^:]: %lld kB", name, &kib) != 2)
		return;
	for (i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0) {
			sum->kib += fields[i].sign * kib;
			sum->seen++;
		}
}

int memory_kernel_bytes(struct session *s, int64_t *bytes, struct vb_err *err)
{
	const struct params none = {0};
	struct sum sum = {0};

	if (command_run(s, "cat /proc/meminfo", &none, LIMIT_MS, on_line, &sum, err))
		return -1;
	if (sum.seen != FIELDS)
		return vb_fail(err, VB_FAILED, "/proc/meminfo of the platform lacks a field");
	*bytes = sum.kib * 1024;
	return 0;
}
