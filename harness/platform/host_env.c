/* SPDX-License-Identifier: BSD-2-Clause */
#include "host_env.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "guest_image.h"
#include "process.h"

#define FETCH	 "vm-images/linux/fetch-kernel"
#define BUILD	 "vm-images/linux/build-module"
#define LIMIT_MS (30 * 60 * 1000)

static int run(char *const *argv, struct vb_err *err)
{
	char output[4096];

	return process_capture(argv, LIMIT_MS, output, sizeof(output), err);
}

static int need_module(const struct platform_config *cfg, const char *path, char *release,
		       struct vb_err *err)
{
	char *fetch[] = {FETCH, "--kernel", release, NULL}, *build[] = {BUILD, release, NULL};

	if (access(path, R_OK) == 0)
		return 0;
	if (guest_image_folders(cfg, err) || run(fetch, err) || run(build, err))
		return -1;
	if (access(path, R_OK) == 0)
		return 0;
	return vb_fail(err, VB_MISSING, "%s was not built for this machine's kernel: %s", path,
		       strerror(errno));
}

static int join_nics(const struct platform_config *cfg, char *text, size_t bytes)
{
	size_t used = 0;
	unsigned i;

	text[0] = '\0';
	for (i = 0; i < cfg->n_nics && used < bytes; i++)
		used += snprintf(text + used, bytes - used, "%s%s", i ? " " : "", cfg->nics[i]);
	return used < bytes ? 0 : -1;
}

int host_env_set(const struct platform_config *cfg, const char *state, struct vb_err *err)
{
	const char *old = getenv("PATH");
	char build[PATH_MAX], here[PATH_MAX], nics[PLATFORM_NICS_MAX * 16];
	char netmap[PATH_MAX + 256], native[PATH_MAX + 256], path[3 * PATH_MAX];
	struct utsname name;

	if (uname(&name) || !realpath(cfg->build_dir, build) || !realpath(".", here) ||
	    join_nics(cfg, nics, sizeof(nics)))
		return vb_fail(err, VB_FAILED, "cannot tell where %s is: %s", cfg->build_dir,
			       strerror(errno));
	snprintf(netmap, sizeof(netmap), "%s/kmod/%s/netmap.ko", build, name.release);
	snprintf(native, sizeof(native), "%s/drivers/%s", build, name.release);
	snprintf(path, sizeof(path), "%s/bin:%s/harness/agent:%s", build, here,
		 old ? old : "/usr/sbin:/usr/bin:/sbin:/bin");
	if (need_module(cfg, netmap, name.release, err))
		return -1;
	if (setenv("PATH", path, 1) || setenv("VB_NETMAP", netmap, 1) ||
	    setenv("VB_NATIVE", native, 1) || setenv("VB_NICS", nics, 1) ||
	    setenv("VB_HOST_STATE", state, 1))
		return vb_fail(err, VB_NO_SPACE, "no memory for the environment");
	return 0;
}
