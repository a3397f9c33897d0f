/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "kvm_probe.h"
#include "qemu_guest.h"

static int check_accel(const struct platform_config *cfg, struct vb_err *err)
{
	if (cfg->accel == ACCEL_NONE)
		return vb_fail(err, VB_USAGE,
			       "the platform qemu needs an accelerator: auto, kvm or tcg");
	return 0;
}

/*
 * Decides between KVM and TCG and says why in facts. image NULL: none is there yet to ask KVM with.
 */
static int choose_accelerator(const struct platform_config *cfg, const struct guest_image *image,
			      struct platform_facts *facts, struct vb_err *err)
{
	struct kvm_probe probe = kvm_probe_default;
	struct kvm_verdict verdict;
	char reason[sizeof(facts->accelerator_reason)];

	if (cfg->accel == ACCEL_TCG) {
		qemu_guest_accelerator(facts, "tcg", "asked for");
		return 0;
	}
	if (!image) {
		qemu_guest_accelerator(facts, "",
				       "not known before a guest kernel is there to try KVM with");
		return 0;
	}
	probe.cache_dir = cfg->cache_dir;
	kvm_probe_ask(&probe, image, &verdict);
	if (verdict.works) {
		qemu_guest_accelerator(facts, "kvm", verdict.reason);
		return 0;
	}
	if (cfg->accel == ACCEL_KVM)
		return vb_fail(err, VB_MISSING,
			       "KVM was asked for but does not work here: %s; use ACCEL=tcg",
			       verdict.reason);
	snprintf(reason, sizeof(reason), "KVM does not work here: %s", verdict.reason);
	qemu_guest_accelerator(facts, "tcg", reason);
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
	return choose_accelerator(cfg, found ? &image : NULL, facts, err);
}

static struct platform *qemu_start(const struct platform_config *cfg, struct platform_facts *facts,
				   struct vb_err *err)
{
	struct guest_image image;
	enum qemu_machine machine;

	memset(facts, 0, sizeof(*facts));
	if (check_accel(cfg, err) || qemu_guest_check(cfg, facts, err) ||
	    guest_image_prepare(&guest_maker_linux, cfg, &image, err) ||
	    choose_accelerator(cfg, &image, facts, err))
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
	.exec = qemu_guest_exec,
	.collect = qemu_guest_collect,
	.stop = qemu_guest_stop,
	.excerpt = qemu_guest_excerpt,
};
