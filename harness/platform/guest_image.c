/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest_image.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

#define PREPARE_LIMIT_MS (30 * 60 * 1000)
#define OUTPUT_BYTES	 4096
#define CARDS_FLAVOUR	 "amd64" /* the usual one, cloud-amd64, has drivers for virtual cards only */

const struct guest_maker guest_maker_linux = {"vm-images/linux/prepare", true};
const struct guest_maker guest_maker_uml = {"vm-images/uml/prepare", false};
const struct guest_maker guest_maker_xen = {"vm-images/xen/prepare", true};

static int copy_path(char *to, size_t bytes, const char *from, const char *manifest,
		     struct vb_err *err)
{
	if (snprintf(to, bytes, "%s", from) >= (int)bytes)
		return vb_fail(err, VB_FAILED, "a path in %s is too long", manifest);
	if (access(to, R_OK))
		return vb_fail(err, VB_MISSING,
			       "the guest file %s cannot be read: %s; make the guest again", to,
			       strerror(errno));
	return 0;
}

static const char *text_of(const json_t *root, const char *key, const char *manifest,
			   struct vb_err *err)
{
	const char *text = json_string_value(json_object_get(root, key));

	if (!text)
		vb_fail(err, VB_FAILED,
			"the guest's manifest %s has no text '%s'; make the guest again", manifest,
			key);
	return text;
}

static int take(const json_t *root, struct guest_image *image, const char *manifest,
		struct vb_err *err)
{
	const char *hypervisor = json_string_value(json_object_get(root, "hypervisor"));
	const char *guests = json_string_value(json_object_get(root, "guest_initramfs"));
	const char *kernel = text_of(root, "kernel", manifest, err);
	const char *vmlinuz = kernel ? text_of(root, "vmlinuz", manifest, err) : NULL;
	const char *initramfs = vmlinuz ? text_of(root, "initramfs", manifest, err) : NULL;

	if (!initramfs)
		return -1;
	image->hypervisor[0] = image->guest_initramfs[0] = '\0';
	if (hypervisor &&
	    copy_path(image->hypervisor, sizeof(image->hypervisor), hypervisor, manifest, err))
		return -1;
	if (guests && copy_path(image->guest_initramfs, sizeof(image->guest_initramfs), guests,
				manifest, err))
		return -1;
	snprintf(image->kernel, sizeof(image->kernel), "%s", kernel);
	if (copy_path(image->vmlinuz, sizeof(image->vmlinuz), vmlinuz, manifest, err))
		return -1;
	return copy_path(image->initramfs, sizeof(image->initramfs), initramfs, manifest, err);
}

int guest_image_read(const char *manifest, struct guest_image *image, struct vb_err *err)
{
	json_error_t why;
	json_t *root = json_load_file(manifest, 0, &why);
	int rc;

	if (!root)
		return vb_fail(err, VB_MISSING, "cannot read the guest's manifest %s: %s", manifest,
			       why.text);
	rc = take(root, image, manifest, err);
	json_decref(root);
	return rc;
}

int guest_image_folders(const struct platform_config *cfg, struct vb_err *err)
{
	const struct {
		const char *name, *path;
	} folders[] = {{"VB_BUILD_DIR", cfg->build_dir}, {"VB_CACHE_DIR", cfg->cache_dir}};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char here[PATH_MAX / 2], whole[PATH_MAX];

		if (folders[i].path[0] == '/') {
			setenv(folders[i].name, folders[i].path, 1);
			continue;
		}
		if (!getcwd(here, sizeof(here)))
			return vb_fail(err, VB_FAILED, "cannot tell the current folder: %s",
				       strerror(errno));
		snprintf(whole, sizeof(whole), "%s/%s", here, folders[i].path);
		setenv(folders[i].name, whole, 1);
	}
	return 0;
}

static const char *last_line(char *text)
{
	char *line;

	while (text[0] && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

int guest_image_prepare(const struct guest_maker *maker, const struct platform_config *cfg,
			struct guest_image *image, struct vb_err *err)
{
	const char *given = getenv(GUEST_IMAGE_ENV);
	char script[PATH_MAX], *argv[6] = {script}, output[OUTPUT_BYTES];
	size_t n = 1;

	snprintf(script, sizeof(script), "%s%s%s", cfg->source_dir ? cfg->source_dir : "",
		 cfg->source_dir ? "/" : "", maker->script);
	if (cfg->kernel && !maker->kernels)
		return vb_fail(err, VB_USAGE,
			       "the kernel of this platform cannot be chosen; leave KERNEL away");
	if (cfg->kernel) {
		argv[n++] = "--kernel";
		argv[n++] = (char *)cfg->kernel;
	}
	if (cfg->n_cards && maker->kernels) {
		argv[n++] = "--flavour";
		argv[n++] = CARDS_FLAVOUR;
	}
	if (given && given[0])
		return guest_image_read(given, image, err);
	if (access(script, X_OK))
		return vb_fail(err, VB_MISSING,
			       "cannot find %s; run from the top of the source tree", script);
	if (guest_image_folders(cfg, err) ||
	    process_capture(argv, PREPARE_LIMIT_MS, output, sizeof(output), err))
		return -1;
	return guest_image_read(last_line(output), image, err);
}

bool guest_image_find(const struct platform_config *cfg, struct guest_image *image)
{
	const char *given = getenv(GUEST_IMAGE_ENV);
	char pattern[PATH_MAX];
	bool found = false;
	glob_t matches;

	if (given && given[0])
		return guest_image_read(given, image, NULL) == 0;
	snprintf(pattern, sizeof(pattern), "%s/guest/*/manifest.json", cfg->build_dir);
	if (glob(pattern, 0, NULL, &matches))
		return false;
	for (size_t i = 0; !found && i < matches.gl_pathc; i++)
		found = guest_image_read(matches.gl_pathv[i], image, NULL) == 0;
	globfree(&matches);
	return found;
}
