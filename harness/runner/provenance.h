/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a figure comes from: source tree, host, scenario. */
#ifndef VB_PROVENANCE_H
#define VB_PROVENANCE_H

#include <stddef.h>
#include <stdint.h>

#define VALEBENCH_VERSION "0.1.0"

/* The runner is built together with what it measures. */
#define PROVENANCE_COMPILER __VERSION__

struct provenance {
	char commit[65]; /* empty outside git */
	int dirty;	 /* 1 when the tree differs from the commit, 0 when not, -1 outside git */
	char host_kernel[96];
	char cpu_model[128];
	char machine_class[160];
	int cpus;
	int64_t memory_bytes;
};

/* tree: the source tree; NULL the current folder. */
void provenance_collect(struct provenance *p, const char *tree);

/* Host load average over one minute; -1 when it cannot be read. */
double provenance_load(void);

/* SHA-256 as 64 hexadecimal digits. */
void provenance_sha256(const void *data, size_t bytes, char hex[65]);

/* Now, ISO 8601 UTC: "2026-11-22T17:15:00Z". */
void provenance_now(char *buf, size_t bytes);

#endif
