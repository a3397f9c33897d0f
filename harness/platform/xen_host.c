/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * This machine is a dom0 of Xen itself: the agent runs here, and scenarios have guests as they have
 * them in an emulated dom0. Guests end with the runner, however that ends.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "guest_image.h"
#include "local.h"
#include "process.h"

#define AGENT	     "vb-agent-host"
#define FACTS	     "this machine is a dom0 of Xen"
#define CAPABILITIES "/proc/xen/capabilities"
#define BUILD	     "kmod/xen/build"
#define DOM0	     "vm-images/xen/dom0"
#define BUILD_MS     (30 * 60 * 1000)
#define LEAVE_MS     20000

struct platform {
	struct place place;
};

static bool controls_domains(void)
{
	FILE *f = fopen(CAPABILITIES, "re");
	char line[64] = "";
	bool yes = f && fgets(line, sizeof(line), f) && strstr(line, "control_d");

	if (f)
		fclose(f);
	return yes;
}

static bool has_toolstack(void)
{
	char *argv[] = {"sh", "-c", "command -v xl >/dev/null", NULL}, out[16];

	return process_capture(argv, 5000, out, sizeof(out), NULL) == 0;
}

static int check(const struct platform_config *cfg, struct vb_err *err)
{
	if (cfg->accel == ACCEL_KVM || cfg->accel == ACCEL_TCG)
		return vb_fail(err, VB_USAGE,
			       "the platform xen-host has no accelerator; use ACCEL=auto");
	if (cfg->n_cards)
		return vb_fail(err, VB_USAGE,
			       "the platform xen-host has no network cards; use PLATFORM=host");
	if (!controls_domains())
		return vb_fail(err, VB_USAGE,
			       "this machine is not a dom0 of Xen (%s does not say control_d); use "
			       "PLATFORM=xen",
			       CAPABILITIES);
	if (!has_toolstack())
		return vb_fail(err, VB_MISSING, "no xl here; install the package xen-utils-common");
	if (geteuid())
		return vb_fail(err, VB_MISSING, "the platform xen-host needs root");
	return 0;
}

static int host_probe(const struct platform_config *cfg, struct platform_facts *facts,
		      struct vb_err *err)
{
	local_facts(facts, FACTS);
	return check(cfg, err);
}

static int need_modules(const char *build, const char *release, struct vb_err *err)
{
	char netback[PATH_MAX + 256], output[4096];
	char *argv[] = {BUILD, "--kernel", (char *)release, NULL};

	snprintf(netback, sizeof(netback), "%s/kmod/%s/xen/xen-netback.ko", build, release);
	if (access(netback, R_OK) == 0)
		return 0;
	return process_capture(argv, BUILD_MS, output, sizeof(output), err);
}

static int set_all(const char *const (*pairs)[2], size_t n, struct vb_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (setenv(pairs[i][0], pairs[i][1], 1))
			return vb_fail(err, VB_NO_SPACE, "no memory for the environment");
	return 0;
}

/* Guests are those of the emulated machine, unless the environment names others. */
static int choose_guests(const struct platform_config *cfg, struct vb_err *err)
{
	struct guest_image image;
	const char *kernel = getenv("VB_DOMAIN_KERNEL");

	if (kernel && kernel[0])
		return 0;
	if (guest_image_prepare(&guest_maker_xen, cfg, &image, err))
		return -1;
	if (!image.guest_initramfs[0])
		return vb_fail(err, VB_MISSING, "the manifest of %s names no initramfs for guests",
			       guest_maker_xen.script);
	return set_all((const char *const[][2]){{"VB_DOMAIN_KERNEL", image.vmlinuz},
						{"VB_DOMAIN_RAMDISK", image.guest_initramfs}},
		       2, err);
}

/* What vb-xen and vb-domain find in their environment. */
static int host_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	const char *old = getenv("PATH");
	char build[PATH_MAX], scripts[PATH_MAX], owner[16], agent[LOCAL_PATH_BYTES];
	char netmap[PATH_MAX + 256], drivers[PATH_MAX + 256], path[3 * PATH_MAX];
	struct utsname name;

	if (local_agent(cfg, AGENT, agent, err))
		return -1;
	if (uname(&name) || !realpath(cfg->build_dir, build) || !realpath(DOM0, scripts))
		return vb_fail(err, VB_FAILED,
			       "cannot tell where %s and %s are: %s; run from the top of the "
			       "source tree",
			       cfg->build_dir, DOM0, strerror(errno));
	if (guest_image_folders(cfg, err) || need_modules(build, name.release, err) ||
	    choose_guests(cfg, err))
		return -1;
	snprintf(netmap, sizeof(netmap), "%s/kmod/%s/netmap.ko", build, name.release);
	snprintf(drivers, sizeof(drivers), "%s/kmod/%s/xen", build, name.release);
	snprintf(owner, sizeof(owner), "%d", (int)getpid());
	snprintf(path, sizeof(path), "%s/bin:%s:%s", build, scripts,
		 old ? old : "/usr/sbin:/usr/bin:/sbin:/bin");
	return set_all((const char *const[][2]){{"PATH", path},
						{"VB_NETMAP", netmap},
						{"VB_XEN_MODULES", drivers},
						{"VB_XEN_SCRIPTS", scripts},
						{"VB_DOMAIN_OWNER", owner}},
		       5, err);
}

static void why(struct place *place, bool silent, char *buf, size_t bytes)
{
	char how[64];

	process_describe(place->exit_status, how, sizeof(how));
	if (place->exited)
		snprintf(buf, bytes, "dom0's agent ended with %s", how);
	else
		snprintf(buf, bytes, "dom0's agent is there but does not speak");
}

static void host_stop(struct platform *p)
{
	if (p->place.pid > 0)
		place_leave(&p->place, LEAVE_MS);
	place_free(&p->place);
	free(p);
}

static struct platform *host_start(const struct platform_config *cfg, struct platform_facts *facts,
				   struct vb_err *err)
{
	struct platform *p = calloc(1, sizeof(*p));
	uint64_t before = vb_now_ms();
	json_t *hello = NULL;

	local_facts(facts, FACTS);
	if (!p) {
		vb_fail(err, VB_NO_SPACE, "no memory to start dom0's agent");
		return NULL;
	}
	p->place.why = why;
	if (place_init(&p->place, cfg, "agent.log", err) || check(cfg, err) ||
	    host_prepare(cfg, err) || local_launch(&p->place, cfg, AGENT, err) ||
	    place_wait_hello(&p->place, cfg, &hello, err)) {
		host_stop(p);
		return NULL;
	}
	json_decref(hello);
	facts->boot_ms = vb_now_ms() - before;
	return p;
}

const struct platform_ops platform_xen_host = {
	.name = "xen-host",
	.summary = "guests of this machine, which is a dom0 of Xen",
	.probe = host_probe,
	.prepare = host_prepare,
	.start = host_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = host_stop,
	.excerpt = place_op_excerpt,
};
