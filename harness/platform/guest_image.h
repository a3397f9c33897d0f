/* SPDX-License-Identifier: BSD-2-Clause */
/* What a folder of vm-images makes: a kernel and an initramfs to boot, described by a manifest. */
#ifndef VB_GUEST_IMAGE_H
#define VB_GUEST_IMAGE_H

#include <stdbool.h>

#include "platform.h"

/*
 * Set in the environment: the manifest of a guest that is taken as it is instead of being prepared.
 */
#define GUEST_IMAGE_ENV "VB_GUEST_MANIFEST"

struct guest_image {
	char kernel[96]; /* release */
	char vmlinuz[512];
	char initramfs[512];
	char hypervisor[512]; /* that boots first, then vmlinuz as its dom0; empty: none */
	char guest_initramfs[512]; /* of that one's guests, which boot vmlinuz as well; empty: none */
};

/* Who makes the guests of one kind. */
struct guest_maker {
	const char *script;
	bool kernels; /* it takes --kernel and --flavour */
};

extern const struct guest_maker guest_maker_linux, guest_maker_uml, guest_maker_xen;

/* The scripts of vm-images take their folders from the environment; ours may be others than theirs
 * by default. 0, or -1 with err. */
int guest_image_folders(const struct platform_config *cfg, struct vb_err *err);

/*
 * Fetches and builds what is missing (minutes when cold, a moment when warm), then reads the
 * manifest.
 */
int guest_image_prepare(const struct guest_maker *maker, const struct platform_config *cfg,
			struct guest_image *image, struct vb_err *err);

/* Is one there already, of any kernel? Does nothing that takes time. */
bool guest_image_find(const struct platform_config *cfg, struct guest_image *image);

/* Reads one manifest and checks that its files are there. */
int guest_image_read(const char *manifest, struct guest_image *image, struct vb_err *err);

#endif
