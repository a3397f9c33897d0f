/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "keeper.h"

#define BACKLOG 64

const char *keeper_folder(void)
{
	const char *given = getenv(KEEPER_FOLDER_VARIABLE);

	return given && given[0] ? given : KEEPER_FOLDER;
}

void keeper_path(const char *name, const char *file, char path[KEEPER_PATH_BYTES])
{
	snprintf(path, KEEPER_PATH_BYTES, "%s/%s/%s", keeper_folder(), name, file);
}

static int open_socket(const char *name, struct sockaddr_un *address, struct vb_err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return vb_fail(err, VB_FAILED, "no socket for domain %s: %s", name,
			       strerror(errno));
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	keeper_path(name, "socket", address->sun_path);
	return fd;
}

int keeper_listen(const char *name, struct vb_err *err)
{
	struct sockaddr_un address;
	int fd = open_socket(name, &address, err);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, BACKLOG)) {
		vb_fail(err, VB_FAILED, "cannot listen at %s: %s", address.sun_path,
			strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

int keeper_connect(const char *name, struct vb_err *err)
{
	struct sockaddr_un address;
	int fd = open_socket(name, &address, err);

	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		vb_fail(err, VB_MISSING,
			"there is no domain %s; start it with: vb-domain start %s (%s)", name, name,
			strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}
