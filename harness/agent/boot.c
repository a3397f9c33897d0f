/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process.h"
#include "script.h"

#define MODULE_LIST   "/lib/modules/load-order"
#define PATH_BYTES    512
#define CMDLINE_BYTES 4096
#define START_MS      60000

static const struct mount_point {
	const char *type, *path, *options;
} mount_points[] = {
	{"proc", "/proc", NULL},       {"sysfs", "/sys", NULL},
	{"devtmpfs", "/dev", NULL},    {"devpts", "/dev/pts", "mode=620"},
	{"tmpfs", "/run", "mode=755"}, {"tmpfs", "/tmp", "mode=1777"},
};

/*
 * Hang detectors at the shortest times that a busy emulated machine does not reach when it is
 * healthy.
 */
static const struct setting {
	const char *path, *value;
} settings[] = {
	{"/proc/sys/kernel/panic_on_oops", "0"},
	{"/proc/sys/kernel/softlockup_panic", "0"},
	{"/proc/sys/kernel/hung_task_panic", "0"},
	{"/proc/sys/kernel/watchdog_thresh", "10"},
	{"/proc/sys/kernel/hung_task_timeout_secs", "20"},
	{"/proc/sys/kernel/hung_task_check_interval_secs", "5"},
	{"/proc/sys/kernel/hung_task_warnings", "10"},
	{"/proc/self/oom_score_adj", "-1000"},
};

void boot_mounts(void)
{
	for (size_t i = 0; i < sizeof(mount_points) / sizeof(mount_points[0]); i++) {
		const struct mount_point *m = &mount_points[i];

		mkdir(m->path, 0755);
		/* EBUSY: the kernel has mounted it already (CONFIG_DEVTMPFS_MOUNT). */
		if (mount(m->type, m->path, m->type, MS_NOSUID, m->options) && errno != EBUSY)
			fprintf(stderr, "vb-agent: cannot mount %s on %s: %s\n", m->type, m->path,
				strerror(errno));
	}
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	long rc = fd < 0 ? -1 : syscall(SYS_finit_module, fd, "", 0);

	if (rc && errno != EEXIST)
		fprintf(stderr, "vb-agent: cannot load %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

void boot_modules(void)
{
	FILE *list = fopen(MODULE_LIST, "re");
	char path[PATH_BYTES];

	if (!list) {
		fprintf(stderr, "vb-agent: cannot read %s: %s\n", MODULE_LIST, strerror(errno));
		return;
	}
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		if (path[0])
			load_module(path);
	}
	fclose(list);
}

void boot_settings(void)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];
		int fd = open(s->path, O_WRONLY | O_CLOEXEC);

		/* A kernel built without this detector has no such file. */
		if (fd < 0)
			continue;
		if (write(fd, s->value, strlen(s->value)) < 0)
			fprintf(stderr, "vb-agent: cannot set %s to %s: %s\n", s->path, s->value,
				strerror(errno));
		close(fd);
	}
	mlockall(MCL_CURRENT);
}

void boot_start(const char *path)
{
	pid_t pid = script_start(path);
	int status = 0, rc;
	char how[64];

	if (pid < 0)
		return;
	rc = process_wait(pid, START_MS, &status);
	if (rc == 0) {
		fprintf(stderr, "vb-agent: %s did not end within %d ms\n", path, START_MS);
		process_end(pid, 0);
	} else if (status) {
		process_describe(status, how, sizeof(how));
		fprintf(stderr, "vb-agent: %s ended with %s\n", path, how);
	}
}

const char *boot_parameter(const char *key, char *buf, size_t bytes)
{
	char line[CMDLINE_BYTES], *rest = line, *word;
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return NULL;
	line[n] = '\0';
	while ((word = strsep(&rest, " \n"))) {
		size_t length = strlen(key);

		if (strncmp(word, key, length) == 0 && word[length] == '=') {
			snprintf(buf, bytes, "%s", word + length + 1);
			return buf;
		}
	}
	return NULL;
}

void boot_power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	fprintf(stderr, "vb-agent: cannot power off: %s\n", strerror(errno));
	for (;;)
		pause();
}
