/* SPDX-License-Identifier: BSD-2-Clause */
#include "selftest_device.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <net/if.h>
#include <linux/if_tun.h>

enum { WIRE_LIMIT_MS = 2000 };

static int tap = -1;

static int set_up(void)
{
	struct ifreq ifr = {.ifr_name = ST_DEVICE};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), ret = 0;

	if (fd < 0)
		return errno;
	if (ioctl(fd, SIOCGIFFLAGS, &ifr))
		ret = errno;
	ifr.ifr_flags |= IFF_UP;
	if (!ret && ioctl(fd, SIOCSIFFLAGS, &ifr))
		ret = errno;
	close(fd);
	return ret;
}

int st_device(void)
{
	struct ifreq ifr = {.ifr_name = ST_DEVICE, .ifr_flags = IFF_TAP | IFF_NO_PI};

	st_device_end();
	tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tap < 0 || ioctl(tap, TUNSETIFF, &ifr))
		return errno;
	return set_up();
}

void st_device_end(void)
{
	if (tap >= 0)
		close(tap);
	tap = -1;
}

int st_wire_send(const void *frame, size_t bytes)
{
	return write(tap, frame, bytes) == (ssize_t)bytes;
}

size_t st_wire_receive(void *frame, size_t room)
{
	struct pollfd pfd = {.fd = tap, .events = POLLIN};
	ssize_t n = poll(&pfd, 1, WIRE_LIMIT_MS) == 1 ? read(tap, frame, room) : 0;

	return n > 0 ? (size_t)n : 0;
}
