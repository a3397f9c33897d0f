/* SPDX-License-Identifier: BSD-2-Clause */
#include "provenance.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "machine_class.h"
#include "process.h"

#define GIT_LIMIT_MS 10000
/* Not measured: the first of several new baselines must not make the others those of a tree with
 * changes. */
#define BUT_BASELINES ":(top,exclude)results/baselines"

static void collect_git(struct provenance *p, char *tree)
{
	char *const head[] = {"git", "-C", tree, "rev-parse", "HEAD", NULL};
	char *const status[] = {
		"git", "-C",	 tree,		"status", "--porcelain", "--untracked-files=no",
		"--",  ":(top)", BUT_BASELINES, NULL};
	char *const inside[] = {"sh", "-c",
				"git -C \"$0\" rev-parse --is-inside-work-tree 2>&1 || true", tree,
				NULL};
	struct vb_err err;
	char out[128] = "";

	p->dirty = -1;
	if (process_capture(inside, GIT_LIMIT_MS, out, sizeof(out), &err) ||
	    strncmp(out, "true", 4))
		return;
	if (process_capture(head, GIT_LIMIT_MS, out, sizeof(out), &err))
		return;
	out[strcspn(out, "\n")] = '\0';
	snprintf(p->commit, sizeof(p->commit), "%.64s", out);
	if (process_capture(status, GIT_LIMIT_MS, out, sizeof(out), &err) == 0)
		p->dirty = out[0] != '\0';
}

static void collect_cpu(struct provenance *p)
{
	FILE *in = fopen("/proc/cpuinfo", "re");
	char line[256], *value;

	snprintf(p->cpu_model, sizeof(p->cpu_model), "unknown");
	while (in && fgets(line, sizeof(line), in)) {
		if (strncmp(line, "model name", 10) || !(value = strchr(line, ':')))
			continue;
		value[strcspn(value, "\n")] = '\0';
		snprintf(p->cpu_model, sizeof(p->cpu_model), "%.120s", value + 2);
		break;
	}
	if (in)
		fclose(in);
}

void provenance_collect(struct provenance *p, const char *tree)
{
	struct utsname host;
	char *class;

	*p = (struct provenance){0};
	collect_git(p, (char *)(tree ? tree : "."));
	collect_cpu(p);
	uname(&host);
	snprintf(p->host_kernel, sizeof(p->host_kernel), "%s", host.release);
	p->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	class = machine_class(p->cpu_model, p->cpus);
	snprintf(p->machine_class, sizeof(p->machine_class), "%s", class);
	free(class);
	p->memory_bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
}

double provenance_load(void)
{
	double load;

	return getloadavg(&load, 1) == 1 ? load : -1;
}

void provenance_sha256(const void *data, size_t bytes, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	size_t i;

	sha256_init(&ctx);
	sha256_update(&ctx, bytes, data);
	sha256_digest(&ctx, sizeof(digest), digest);
	for (i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

void provenance_now(char *buf, size_t bytes)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(buf, bytes, "%Y-%m-%dT%H:%M:%SZ", &tm);
}
