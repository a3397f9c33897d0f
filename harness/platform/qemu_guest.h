/* SPDX-License-Identifier: BSD-2-Clause */
/* A Linux guest under QEMU: what all platforms that have one share. */
#ifndef VB_QEMU_GUEST_H
#define VB_QEMU_GUEST_H

#include "guest_image.h"
#include "platform.h"
#include "qemu_args.h"

/*
 * Is QEMU there, and is the guest's size one that can work? Fills facts->qemu. 0, or -1 with err.
 */
int qemu_guest_check(const struct platform_config *cfg, struct platform_facts *facts,
		     struct vb_err *err);

void qemu_guest_accelerator(struct platform_facts *facts, const char *name, const char *reason);

/*
 * Decides between KVM and TCG and says why in facts. image: a Linux guest to try KVM with; NULL:
 * none is there yet. 0, or -1 with err when KVM was asked for and does not work.
 */
int qemu_guest_choose(const struct platform_config *cfg, const struct guest_image *image,
		      struct platform_facts *facts, struct vb_err *err);

/* Boots the image on that machine and waits for the agent's hello; fills the rest of facts. */
struct platform *qemu_guest_start(const struct platform_config *cfg,
				  const struct guest_image *image, enum qemu_machine machine,
				  struct platform_facts *facts, struct vb_err *err);

/* platform_ops of the same names. */
int qemu_guest_prepare(const struct platform_config *cfg, struct vb_err *err);
void qemu_guest_stop(struct platform *p);

#endif
