/* SPDX-License-Identifier: BSD-2-Clause */
#include "disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "alloc.h"

static int make_one(const char *path, struct vb_err *err)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	return vb_fail(err, errno == ENOSPC || errno == EDQUOT ? VB_NO_SPACE : VB_MISSING,
		       "making the folder %s: %s", path, strerror(errno));
}

int disk_make_folder(const char *path, struct vb_err *err)
{
	char *copy = alloc_string(path), *slash;
	int rc = 0;

	for (slash = copy + 1; rc == 0 && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		rc = make_one(copy, err);
		*slash = '/';
	}
	if (rc == 0)
		rc = make_one(copy, err);
	free(copy);
	return rc;
}

int64_t disk_free_bytes(const char *path)
{
	struct statvfs fs;

	if (statvfs(path, &fs))
		return -1;
	return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

int disk_need(const char *path, int64_t bytes, struct vb_err *err)
{
	int64_t have = disk_free_bytes(path);

	if (have < 0 || have >= bytes)
		return 0;
	return vb_fail(err, VB_NO_SPACE,
		       "storing results in %s: %lld MiB are free, %lld are needed; "
		       "free some space",
		       path, (long long)(have >> 20), (long long)(bytes >> 20));
}
