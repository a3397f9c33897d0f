/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the host's processors spent their time, from /proc/stat. */
#ifndef VB_CPU_TIMES_H
#define VB_CPU_TIMES_H

#include <stdbool.h>
#include <stdint.h>

/* In ticks since the host started, summed over its processors. */
struct cpu_times {
	uint64_t busy, idle, steal; /* steal: wanted, but another guest of the same machine ran */
};

/* Of the text of /proc/stat. False when there is no line of the sum. */
bool cpu_times_parse(struct cpu_times *t, const char *text);
bool cpu_times_read(struct cpu_times *t);

/* Shares of the time between two readings, 0..1; 0 when no tick passed. */
double cpu_times_busy(const struct cpu_times *from, const struct cpu_times *to);
double cpu_times_steal(const struct cpu_times *from, const struct cpu_times *to);

#endif
