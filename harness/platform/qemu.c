/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "place.h"
#include "qemu_guest.h"

static int check_accel(const struct platform_config *cfg, struct vb_err *err)
{
	if (cfg->accel == ACCEL_NONE)
		return vb_fail(err, VB_USAGE,
			       "the platform qemu needs an accelerator: auto, kvm or tcg");
	return 0;
}

static int qemu_probe(const struct platform_config *cfg, struct platform_facts *facts,
		      struct vb_err *err)
{
	struct guest_image image;
	bool found;

	memset(facts, 0, sizeof(*facts));
	if (check_accel(cfg, err) || qemu_guest_check(cfg, facts, err))
		return -1;
	found = guest_image_find(cfg, &image);
	return qemu_guest_choose(cfg, found ? &image : NULL, facts, err);
}

static struct platform *qemu_start(const struct platform_config *cfg, struct platform_facts *facts,
				   struct vb_err *err)
{
	struct guest_image image;
	enum qemu_machine machine;

	memset(facts, 0, sizeof(*facts));
	if (check_accel(cfg, err) || qemu_guest_check(cfg, facts, err) ||
	    guest_image_prepare(&guest_maker_linux, cfg, &image, err) ||
	    qemu_guest_choose(cfg, &image, facts, err))
		return NULL;
	machine = strcmp(facts->accelerator, "kvm") == 0 ? QEMU_KVM : QEMU_TCG;
	return qemu_guest_start(cfg, &image, machine, facts, err);
}

const struct platform_ops platform_qemu = {
	.name = "qemu",
	.summary = "a Linux guest with netmap.ko under QEMU (KVM where it works, else TCG)",
	.probe = qemu_probe,
	.prepare = qemu_guest_prepare,
	.start = qemu_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = qemu_guest_stop,
	.excerpt = place_op_excerpt,
};
