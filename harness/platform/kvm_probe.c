/* SPDX-License-Identifier: BSD-2-Clause */
#include "kvm_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "lines.h"
#include "process.h"

#define FIRST_MESSAGE "Linux version"
#define BOOT_ID_BYTES 64
#define PATH_BYTES    600

static bool device_answers(const struct kvm_probe *probe, struct kvm_verdict *v)
{
	int fd = open(probe->device, O_RDWR | O_CLOEXEC);
	int version;

	if (fd < 0) {
		snprintf(v->reason, sizeof(v->reason), "%s cannot be opened: %s", probe->device,
			 strerror(errno));
		return false;
	}
	version = ioctl(fd, KVM_GET_API_VERSION, 0);
	close(fd);
	if (version != KVM_API_VERSION)
		snprintf(v->reason, sizeof(v->reason),
			 "%s does not speak KVM's interface version %d", probe->device,
			 KVM_API_VERSION);
	return version == KVM_API_VERSION;
}

const struct kvm_probe kvm_probe_default = {
	.device_answers = device_answers,
	.device = "/dev/kvm",
	.qemu = "qemu-system-x86_64",
	.boot_id_path = "/proc/sys/kernel/random/boot_id",
	.limit_ms = KVM_PROBE_LIMIT_MS,
};

static void boot_id(const struct kvm_probe *probe, char *buf, size_t bytes)
{
	FILE *f = fopen(probe->boot_id_path, "re");

	buf[0] = '\0';
	if (f && !fgets(buf, (int)bytes, f))
		buf[0] = '\0';
	if (f)
		fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
}

static void cache_path(const struct kvm_probe *probe, const struct guest_image *image, char *buf,
		       size_t bytes)
{
	snprintf(buf, bytes, "%s/kvm-probe-%s.json", probe->cache_dir, image->kernel);
}

static bool read_cache(const char *path, const char *id, struct kvm_verdict *v)
{
	json_t *root = json_load_file(path, 0, NULL);
	const char *cached_id, *reason;
	int works;
	bool valid;

	valid = root && !json_unpack(root, "{s:s,s:b,s:s}", "boot_id", &cached_id, "works", &works,
				     "reason", &reason);
	valid = valid && id[0] && strcmp(id, cached_id) == 0;
	if (valid) {
		v->works = works;
		snprintf(v->reason, sizeof(v->reason), "%s", reason);
	}
	json_decref(root);
	return valid;
}

/* A verdict that cannot be kept costs the next run a few seconds, no more; so nothing is said. */
static void write_cache(const struct kvm_probe *probe, const char *path, const char *id,
			const struct kvm_verdict *v)
{
	char aside[PATH_BYTES + 32];
	json_t *root =
		json_pack("{s:s,s:b,s:s}", "boot_id", id, "works", v->works, "reason", v->reason);

	mkdir(probe->cache_dir, 0777);
	snprintf(aside, sizeof(aside), "%s.%d", path, (int)getpid());
	if (json_dump_file(root, aside, JSON_INDENT(1)) || rename(aside, path))
		unlink(aside);
	json_decref(root);
}

enum outcome { BOOTED, ENDED, SILENT, INTERRUPTED };

/* Reads lines until one holds the kernel's first message; last is the last line read. */
static enum outcome hear_kernel(int fd, uint64_t deadline, char *last, size_t bytes)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	enum outcome outcome = SILENT;
	struct lines lines;
	size_t length;
	char *line;
	bool cut;
	int ready;

	lines_init(&lines, PATH_BYTES);
	while (outcome == SILENT && (ready = poll(&p, 1, vb_left_ms(deadline)))) {
		if (ready < 0)
			outcome = INTERRUPTED;
		else if (lines_fill(&lines, fd) <= 0)
			outcome = ENDED;
		while (outcome != BOOTED && (line = lines_next(&lines, &length, &cut))) {
			snprintf(last, bytes, "%s", line);
			if (strstr(line, FIRST_MESSAGE))
				outcome = BOOTED;
		}
	}
	lines_free(&lines);
	return outcome;
}

static pid_t start_guest(const struct kvm_probe *probe, const struct guest_image *image, int out,
			 struct vb_err *err)
{
	char *argv[] = {(char *)probe->qemu,
			"-nodefaults",
			"-no-user-config",
			"-no-reboot",
			"-display",
			"none",
			"-accel",
			"kvm",
			"-cpu",
			"host",
			"-m",
			"256",
			"-serial",
			"stdio",
			"-kernel",
			(char *)image->vmlinuz,
			"-append",
			"console=ttyS0 earlyprintk=ttyS0 panic=-1",
			NULL};
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = out,
				    .stderr_fd = out,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};

	return process_start(&spec, err);
}

static void judge(enum outcome outcome, const char *last, unsigned ms, struct kvm_verdict *v)
{
	v->works = outcome == BOOTED;
	switch (outcome) {
	case BOOTED:
		snprintf(v->reason, sizeof(v->reason), "a probe guest booted within %u ms", ms);
		break;
	case ENDED:
		snprintf(v->reason, sizeof(v->reason), "a probe guest ended at once: %.140s", last);
		break;
	case SILENT:
		snprintf(v->reason, sizeof(v->reason),
			 "a probe guest showed no sign of life within %u ms", ms);
		break;
	case INTERRUPTED:
		snprintf(v->reason, sizeof(v->reason), "its probe was interrupted");
		break;
	}
}

/* True when the verdict says something about KVM, so that it is worth keeping. */
static bool boot_guest(const struct kvm_probe *probe, const struct guest_image *image,
		       struct kvm_verdict *v)
{
	uint64_t before = vb_now_ms();
	struct vb_err err = {0};
	enum outcome outcome;
	char last[160] = "";
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC)) {
		snprintf(v->reason, sizeof(v->reason), "no pipe for a probe guest: %s",
			 strerror(errno));
		return false;
	}
	pid = start_guest(probe, image, fds[1], &err);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		snprintf(v->reason, sizeof(v->reason), "a probe guest cannot be started: %.150s",
			 err.text);
		return false;
	}
	outcome = hear_kernel(fds[0], before + probe->limit_ms, last, sizeof(last));
	judge(outcome, last, (unsigned)(vb_now_ms() - before), v);
	process_end(pid, 0);
	close(fds[0]);
	return outcome != INTERRUPTED;
}

void kvm_probe_ask(const struct kvm_probe *probe, const struct guest_image *image,
		   struct kvm_verdict *v)
{
	char path[PATH_BYTES], id[BOOT_ID_BYTES];

	memset(v, 0, sizeof(*v));
	if (!probe->device_answers(probe, v))
		return;
	cache_path(probe, image, path, sizeof(path));
	boot_id(probe, id, sizeof(id));
	if (read_cache(path, id, v))
		return;
	fprintf(stderr,
		"asking a probe guest whether KVM works (at most %u ms, once per start of this "
		"machine)\n",
		probe->limit_ms);
	if (boot_guest(probe, image, v))
		write_cache(probe, path, id, v);
}
