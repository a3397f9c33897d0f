/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Xen machine under QEMU: the hypervisor, and dom0 with netmap.ko, the toolstack and the agent.
 * Xen and dom0 share one console, so that either's last words are in the log.
 */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "place.h"
#include "qemu_guest.h"

#define MIN_DOM0_MIB 384

static int check(const struct platform_config *cfg, struct platform_facts *facts,
		 struct vb_err *err)
{
	memset(facts, 0, sizeof(*facts));
	if (cfg->accel == ACCEL_NONE)
		return vb_fail(err, VB_USAGE,
			       "the platform xen needs an accelerator: auto, kvm or tcg");
	if (cfg->n_cards)
		return vb_fail(err, VB_USAGE,
			       "the platform xen has no network cards; use PLATFORM=qemu");
	if (cfg->memory_mib < MIN_DOM0_MIB)
		return vb_fail(err, VB_USAGE, "dom0 needs at least %d MiB, not %u", MIN_DOM0_MIB,
			       cfg->memory_mib);
	return qemu_guest_check(cfg, facts, err);
}

/* KVM is tried with a plain Linux guest: one that hangs there hangs under Xen as well. */
static int choose_accelerator(const struct platform_config *cfg, struct platform_facts *facts,
			      struct vb_err *err)
{
	struct guest_image plain;

	return qemu_guest_choose(cfg, guest_image_find(cfg, &plain) ? &plain : NULL, facts, err);
}

static bool hypervisor_is_there(const struct platform_config *cfg)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/xen/4.17/manifest", cfg->cache_dir);
	return access(path, R_OK) == 0;
}

static int xen_probe(const struct platform_config *cfg, struct platform_facts *facts,
		     struct vb_err *err)
{
	if (check(cfg, facts, err))
		return -1;
	facts->cold = !hypervisor_is_there(cfg);
	return choose_accelerator(cfg, facts, err);
}

static int xen_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	struct guest_image image;

	return guest_image_prepare(&guest_maker_xen, cfg, &image, err);
}

static struct platform *xen_start(const struct platform_config *cfg, struct platform_facts *facts,
				  struct vb_err *err)
{
	struct guest_image image;
	enum qemu_machine machine;

	if (check(cfg, facts, err) || guest_image_prepare(&guest_maker_xen, cfg, &image, err) ||
	    choose_accelerator(cfg, facts, err))
		return NULL;
	if (!image.hypervisor[0]) {
		vb_fail(err, VB_MISSING,
			"the guest's manifest names no hypervisor; make it with %s",
			guest_maker_xen.script);
		return NULL;
	}
	machine = strcmp(facts->accelerator, "kvm") == 0 ? QEMU_KVM : QEMU_TCG;
	return qemu_guest_start(cfg, &image, machine, facts, err);
}

const struct platform_ops platform_xen = {
	.name = "xen",
	.summary = "a Xen machine under QEMU, whose dom0 has netmap.ko",
	.probe = xen_probe,
	.prepare = xen_prepare,
	.start = xen_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = qemu_guest_stop,
	.excerpt = place_op_excerpt,
};
