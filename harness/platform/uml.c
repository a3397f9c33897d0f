/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real netmap.ko at native speed on any machine: a Linux kernel that is an ordinary process of
 * this one. Its agent speaks over a serial line that is a socket of ours, which nothing in the
 * guest's log can forge.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "clock.h"
#include "guest_image.h"
#include "klog.h"
#include "local.h"
#include "place.h"
#include "process.h"
#include "uml_cpus.h"

#define POWEROFF_MS    4000
#define MIN_MEMORY_MIB 64
#define MAX_CPUS       8 /* CONFIG_NR_CPUS of vm-images/uml/kernel.config */
#define MIB	       (1024 * 1024)
#define MEMORY_FOLDER  "/dev/shm"

struct platform {
	struct place place;
};

static void why(struct place *place, bool silent, char *buf, size_t bytes)
{
	char how[64], line[160];
	enum klog_kind said = place_verdict(place, line, sizeof(line));
	size_t used;

	if (said == KLOG_PANIC) {
		snprintf(buf, bytes, "the guest's kernel panicked: %s", line);
		return;
	}
	process_describe(place->exit_status, how, sizeof(how));
	if (!place->exited)
		snprintf(buf, bytes, "the guest's process is there but %s",
			 silent ? "does not speak" : "has closed the agent's line");
	else if (place->exit_status)
		snprintf(buf, bytes, "the guest's process ended with %s", how);
	else
		snprintf(buf, bytes, "the guest powered off early");
	used = strlen(buf);
	if (said != KLOG_NONE)
		snprintf(buf + used, bytes - used, "; its kernel said: %s", line);
}

/* The guest's memory is a file there; what the folder cannot hold ends the guest with SIGBUS when
 * it is touched. */
static int check_memory(const struct platform_config *cfg, struct vb_err *err)
{
	const char *given = getenv("TMPDIR"), *folder = given && given[0] ? given : MEMORY_FOLDER;
	struct statvfs fs;
	unsigned long long free_mib;

	if (statvfs(folder, &fs))
		return vb_fail(err, VB_MISSING,
			       "the guest's memory cannot be a file in %s: %s; set TMPDIR to "
			       "another folder",
			       folder, strerror(errno));
	free_mib = (unsigned long long)fs.f_bavail * fs.f_frsize / MIB;
	if (free_mib < cfg->memory_mib)
		return vb_fail(err, VB_NO_SPACE,
			       "the guest's memory needs %u MiB in %s but %llu MiB are free; set "
			       "TMPDIR to another folder",
			       cfg->memory_mib, folder, free_mib);
	return 0;
}

static int check(const struct platform_config *cfg, struct platform_facts *facts,
		 struct vb_err *err)
{
	memset(facts, 0, sizeof(*facts));
	snprintf(facts->accelerator, sizeof(facts->accelerator), "none");
	snprintf(facts->accelerator_reason, sizeof(facts->accelerator_reason),
		 "the guest's kernel is a process of this machine");
	if (cfg->accel == ACCEL_KVM || cfg->accel == ACCEL_TCG)
		return vb_fail(err, VB_USAGE,
			       "the platform uml needs no accelerator; use ACCEL=auto");
	if (cfg->kernel)
		return vb_fail(
			err, VB_USAGE,
			"the kernel of the platform uml cannot be chosen; use PLATFORM=qemu");
	if (cfg->n_cards)
		return vb_fail(err, VB_USAGE,
			       "the platform uml has no network cards; use PLATFORM=qemu");
	if (!cfg->cpus || cfg->cpus > MAX_CPUS || cfg->memory_mib < MIN_MEMORY_MIB)
		return vb_fail(err, VB_USAGE,
			       "a guest of this platform has 1 to %d CPUs and at least %d MiB, not "
			       "%u and %u",
			       MAX_CPUS, MIN_MEMORY_MIB, cfg->cpus, cfg->memory_mib);
	return check_memory(cfg, err);
}

static bool kernel_is_there(const struct platform_config *cfg)
{
	char pattern[PATH_MAX];
	glob_t matches;
	bool there;

	snprintf(pattern, sizeof(pattern), "%s/kernels/*-uml/manifest", cfg->cache_dir);
	there = glob(pattern, 0, NULL, &matches) == 0;
	if (there)
		globfree(&matches);
	return there;
}

static int uml_probe(const struct platform_config *cfg, struct platform_facts *facts,
		     struct vb_err *err)
{
	if (check(cfg, facts, err))
		return -1;
	facts->cold = !kernel_is_there(cfg);
	return 0;
}

static int uml_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	struct guest_image image;

	return guest_image_prepare(&guest_maker_uml, cfg, &image, err);
}

static int launch(struct platform *p, const struct platform_config *cfg,
		  const struct guest_image *image, struct vb_err *err)
{
	char memory[32], cpus[32], initrd[600];
	char *argv[] = {(char *)image->vmlinuz,
			memory,
			cpus,
			"seccomp=on",
			initrd,
			"con=null",
			"con0=null,fd:1",
			"ssl=null",
			"ssl0=fd:3",
			"vb.port=ttyS0",
			"panic=-1",
			"loglevel=7",
			NULL};

	snprintf(memory, sizeof(memory), "mem=%uM", cfg->memory_mib);
	snprintf(cpus, sizeof(cpus), "ncpus=%u", cfg->cpus);
	snprintf(initrd, sizeof(initrd), "initrd=%s", image->initramfs);
	return local_start(&p->place, cfg, argv, err);
}

static int boot(struct platform *p, const struct platform_config *cfg,
		const struct guest_image *image, struct platform_facts *facts, struct vb_err *err)
{
	uint64_t before = vb_now_ms();
	json_t *hello;

	if (launch(p, cfg, image, err) || place_wait_hello(&p->place, cfg, &hello, err))
		return -1;
	facts->boot_ms = vb_now_ms() - before;
	uml_place_cpus(p->place.pid, cfg->cpus);
	snprintf(facts->kernel, sizeof(facts->kernel), "%s", image->kernel);
	json_decref(hello);
	return 0;
}

static void release(struct platform *p)
{
	place_free(&p->place);
	free(p);
}

static struct platform *uml_start(const struct platform_config *cfg, struct platform_facts *facts,
				  struct vb_err *err)
{
	struct guest_image image;
	struct platform *p;

	if (check(cfg, facts, err) || guest_image_prepare(&guest_maker_uml, cfg, &image, err))
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p) {
		vb_fail(err, VB_NO_SPACE, "no memory to start a guest");
		return NULL;
	}
	p->place.why = why;
	if (place_init(&p->place, cfg, "console.log", err) || boot(p, cfg, &image, facts, err)) {
		release(p);
		return NULL;
	}
	return p;
}

static void uml_stop(struct platform *p)
{
	if (p->place.pid > 0)
		place_leave(&p->place, POWEROFF_MS);
	release(p);
}

const struct platform_ops platform_uml = {
	.name = "uml",
	.summary = "a Linux guest with netmap.ko as a process of this machine, at native speed "
		   "without KVM",
	.probe = uml_probe,
	.prepare = uml_prepare,
	.start = uml_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = uml_stop,
	.excerpt = place_op_excerpt,
};
