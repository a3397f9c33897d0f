/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu_program.h"

#include <stdlib.h>
#include <string.h>

#include "guest_image.h"
#include "process.h"
#include "qemu_cards.h"

#define NEWER	       "vm-images/linux/newer-qemu"
#define VERSION_MS     5000
#define NEWER_LIMIT_MS (20 * 60 * 1000)

int qemu_program_version(char *version, size_t bytes, struct vb_err *err)
{
	char *argv[] = {QEMU_PROGRAM, "--version", NULL};
	static const char before[] = "version ";
	char output[256], *at;

	if (process_capture(argv, VERSION_MS, output, sizeof(output), err)) {
		if (err && err->code == VB_MISSING)
			vb_fail(err, VB_MISSING,
				"%s is not installed; install the package qemu-system-x86",
				QEMU_PROGRAM);
		return -1;
	}
	at = strstr(output, before);
	at = at ? at + strlen(before) : output;
	snprintf(version, bytes, "%.*s", (int)strcspn(at, "\n"), at);
	return 0;
}

bool qemu_program_suits(const char *version, const struct platform_config *cfg)
{
	unsigned long major = strtoul(version, NULL, 10);

	for (unsigned i = 0; i < cfg->n_cards; i++)
		if (qemu_cards_since(cfg->cards[i].driver) > major)
			return false;
	return true;
}

/* kernel: the one that it must be able to run; NULL: a newer one whatever the machine has. */
static int ask_for_newer(const struct platform_config *cfg, const char *kernel, char *path,
			 size_t bytes, struct vb_err *err)
{
	char *argv[] = {NEWER, kernel ? "--for" : NULL, (char *)kernel, NULL}, output[4096];

	if (guest_image_folders(cfg, err) ||
	    process_capture(argv, NEWER_LIMIT_MS, output, sizeof(output), err))
		return -1;
	output[strcspn(output, "\n")] = '\0';
	if ((size_t)snprintf(path, bytes, "%s", output) >= bytes)
		return vb_fail(err, VB_FAILED, "the path that %s prints is too long", NEWER);
	return 0;
}

int qemu_program_for(const struct platform_config *cfg, const char *kernel, char *path,
		     size_t bytes, struct vb_err *err)
{
	char version[96];

	if (qemu_program_version(version, sizeof(version), err))
		return -1;
	if (!qemu_program_suits(version, cfg))
		return ask_for_newer(cfg, NULL, path, bytes, err);
	if (kernel)
		return ask_for_newer(cfg, kernel, path, bytes, err);
	snprintf(path, bytes, "%s", QEMU_PROGRAM);
	return 0;
}
