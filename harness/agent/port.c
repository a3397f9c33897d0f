/* SPDX-License-Identifier: BSD-2-Clause */
#include "port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"

#define PORTS	   "/sys/class/virtio-ports"
#define RETRY_MS   5
#define PATH_BYTES 320
#define NAME_BYTES 64

static bool port_is_named(const char *port, const char *name)
{
	char path[PATH_BYTES], text[NAME_BYTES] = "";
	FILE *f;

	snprintf(path, sizeof(path), PORTS "/%s/name", port);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, name) == 0;
}

/* The device node of the port, opened; -1 while there is none. */
static int try_open(const char *name)
{
	DIR *ports = opendir(PORTS);
	struct dirent *entry;
	char path[PATH_BYTES];
	int fd = -1;

	if (!ports)
		return -1;
	while (fd < 0 && (entry = readdir(ports))) {
		if (entry->d_name[0] == '.' || !port_is_named(entry->d_name, name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	}
	closedir(ports);
	return fd;
}

static bool peer_is_there(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) >= 0 && !(p.revents & POLLHUP);
}

int port_open(const char *name, unsigned timeout_ms, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;
	int fd = -1;

	do {
		if (fd < 0)
			fd = try_open(name);
		if (fd >= 0 && peer_is_there(fd))
			return fd;
		poll(NULL, 0, RETRY_MS);
	} while (vb_left_ms(deadline));
	vb_fail(err, VB_TIMEOUT,
		fd < 0 ? "no virtio-serial port %s appeared within %u ms"
		       : "nobody opened the other side of port %s within %u ms",
		name, timeout_ms);
	if (fd >= 0)
		close(fd);
	return -1;
}

int port_open_serial(const char *name, struct vb_err *err)
{
	char path[PATH_BYTES];
	struct termios line;
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || tcgetattr(fd, &line)) {
		vb_fail(err, VB_MISSING, "cannot open the serial line %s: %s", path,
			strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	cfmakeraw(&line);
	line.c_cflag |= CLOCAL | CREAD;
	tcsetattr(fd, TCSANOW, &line);
	return fd;
}
