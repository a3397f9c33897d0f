/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "disk.h"
#include "provenance.h"

#define DISK_BYTES_WANTED   (2ll << 30)
#define MEMORY_BYTES_WANTED (2ll << 30)

struct tool {
	const char *path; /* a program looked up in PATH, or a path of this tree */
	const char *why, *how;
};

static const struct tool tools[] = {
	{"git", "provenance of results", "apt-get install git"},
	{"gnuplot", "graphs", "apt-get install gnuplot-nox"},
	{"/usr/bin/python3", "reports", "apt-get install python3 python3-scipy"},
	{"qemu-system-x86_64", "guests", "apt-get install qemu-system-x86"},
	{"busybox", "the guest's userland", "apt-get install busybox-static"},
	{"cpio", "the guest's initramfs", "apt-get install cpio"},
	{"depmod", "the guest's modules", "apt-get install kmod"},
	{"build/bin/pkt-gen", "traffic", "make all"},
	{"build/bin/vale-ctl", "counters", "make all"},
	{"build/bin/vb-copyloop", "calibration", "make all"},
};

static int in_path(const char *name)
{
	char *path = alloc_printf("%s:/usr/sbin:/sbin", getenv("PATH") ? getenv("PATH") : "");
	char *rest = path, *folder, *full;
	int found = 0;

	while (!found && (folder = strsep(&rest, ":"))) {
		full = alloc_printf("%s/%s", folder, name);
		found = access(full, X_OK) == 0;
		free(full);
	}
	free(path);
	return found;
}

static int say(FILE *out, int ok, const char *what, const char *detail)
{
	fprintf(out, "%-4s %-20s %s\n", ok ? "ok" : "no", what, detail);
	return ok ? 0 : 1;
}

static int check_tools(FILE *out)
{
	char text[200];
	size_t i;
	int missing = 0, ok;

	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		ok = strchr(tools[i].path, '/') ? access(tools[i].path, X_OK) == 0
						: in_path(tools[i].path);
		snprintf(text, sizeof(text), ok ? "needed for %s" : "needed for %s: %s",
			 tools[i].why, tools[i].how);
		missing += say(out, ok, tools[i].path, text);
	}
	return missing;
}

static int check_room(FILE *out, const char *results)
{
	int64_t disk = disk_free_bytes(access(results, F_OK) ? "." : results);
	struct provenance host;
	char text[400];
	int missing;

	provenance_collect(&host, NULL);
	snprintf(text, sizeof(text), "%s, %d CPUs, kernel %s, load %.2f", host.cpu_model, host.cpus,
		 host.host_kernel, provenance_load());
	say(out, 1, "host", text);
	snprintf(text, sizeof(text), "%.1f GiB; guests and tests want %lld",
		 host.memory_bytes / 1073741824.0, MEMORY_BYTES_WANTED >> 30);
	missing = say(out, host.memory_bytes >= MEMORY_BYTES_WANTED, "memory", text);
	snprintf(text, sizeof(text), "%.1f GiB free; kernels, builds and results want %lld",
		 disk / 1073741824.0, DISK_BYTES_WANTED >> 30);
	return missing + say(out, disk >= DISK_BYTES_WANTED, "disk", text);
}

static int check_platform(FILE *out, const struct platform_ops *ops)
{
	const struct platform_config cfg = {.build_dir = "build",
					    .cache_dir = platform_cache_dir(),
					    .cpus = 2,
					    .memory_mib = 1024,
					    .boot_timeout_ms = 120000,
					    .silence_timeout_ms = 20000};
	struct platform_facts facts = {0};
	struct vb_err err = {0};
	char text[1024];
	int ok = ops->probe(&cfg, &facts, &err) == 0;

	if (ok)
		snprintf(text, sizeof(text), "%s; accelerator %s%s%s", ops->summary,
			 facts.accelerator[0] ? facts.accelerator : "none",
			 facts.accelerator_reason[0] ? ": " : "", facts.accelerator_reason);
	else
		snprintf(text, sizeof(text), "%s", err.text);
	snprintf(facts.kernel, sizeof(facts.kernel), "platform %s", ops->name);
	if (!ok && err.code == VB_USAGE) {
		/* Nothing is missing: it has to be asked for in more words. */
		fprintf(out, "%-4s %-20s %s\n", "--", facts.kernel, text);
		return 0;
	}
	return say(out, ok, facts.kernel, text);
}

enum vb_exit doctor(FILE *out, const struct platform_ops *const *platforms, const char *results)
{
	int missing = check_room(out, results) + check_tools(out);

	for (; *platforms; platforms++)
		missing += check_platform(out, *platforms);
	if (missing)
		fprintf(out, "%d of these are missing; what needs them cannot run\n", missing);
	else
		fprintf(out, "this machine can run everything\n");
	return missing ? VB_MISSING : VB_OK;
}
