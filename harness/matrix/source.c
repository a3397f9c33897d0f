/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <string.h>

#include "process.h"

#define LIMIT_MS 60000

int source_identity(char *buf, size_t bytes, struct vb_err *err)
{
	static char script[] =
		"commit=$(git rev-parse HEAD 2>/dev/null) || { echo outside-git; exit; }\n"
		"digest=$({ git diff HEAD; git ls-files -z -o --exclude-standard |"
		" xargs -0 -r sha256sum 2>/dev/null; } | sha256sum)\n"
		"echo \"$commit-${digest%% *}\"";
	char *argv[] = {"/bin/sh", "-c", script, NULL};

	if (process_capture(argv, LIMIT_MS, buf, bytes, err))
		return -1;
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}
