/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs find in their environment when a scenario runs on this machine itself. */
#ifndef VB_HOST_ENV_H
#define VB_HOST_ENV_H

#include "platform.h"

/*
 * Builds netmap.ko for the running kernel unless it is there, and sets PATH, VB_NETMAP (the
 * module), VB_NATIVE (folder of native drivers), VB_NICS (PCI addresses) and VB_HOST_STATE. 0, or
 * -1 with err.
 */
int host_env_set(const struct platform_config *cfg, const char *state, struct vb_err *err);

#endif
