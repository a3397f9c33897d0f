/* SPDX-License-Identifier: BSD-2-Clause */
/* The netmap device of the running kernel behind the five calls of gen/nmdev.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nmdev.h"

#define DEFAULT_DEVICE "/dev/netmap"

/* A handle is the descriptor plus one, so that descriptor 0 is not NULL. */
static void *handle_of(int fd)
{
	return (void *)((intptr_t)fd + 1);
}

static int fd_of(void *handle)
{
	return (int)((intptr_t)handle - 1);
}

/* Turns a result that came with errno into one that carries it, and puts the caller's errno back.
 */
static int result(int ret, int saved_errno)
{
	if (ret < 0)
		ret = -errno;
	errno = saved_errno;
	return ret;
}

static int kernel_open(void **handle)
{
	const char *path = getenv("NETMAP_DEV");
	int saved = errno;
	int fd = open(path ? path : DEFAULT_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		*handle = handle_of(fd);
	return result(fd < 0 ? fd : 0, saved);
}

static int kernel_ioctl(void *handle, unsigned long cmd, void *arg)
{
	int saved = errno;

	return result(ioctl(fd_of(handle), cmd, arg), saved);
}

static int kernel_mmap(void *handle, size_t bytes, void **base)
{
	int saved = errno;
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_of(handle), 0);

	if (p != MAP_FAILED)
		*base = p;
	return result(p == MAP_FAILED ? -1 : 0, saved);
}

static int kernel_munmap(void *handle, void *base, size_t bytes)
{
	int saved = errno;

	(void)handle;
	return result(munmap(base, bytes), saved);
}

static int kernel_poll(void *handle, short events, short *revents, int timeout_ms)
{
	struct pollfd pfd = {.fd = fd_of(handle), .events = events};
	int saved = errno;
	int ret = poll(&pfd, 1, timeout_ms);

	if (ret >= 0)
		*revents = pfd.revents;
	return result(ret, saved);
}

static int kernel_wait(struct nmdev_wait *set, unsigned n, int timeout_ms)
{
	struct pollfd pfd[NMDEV_WAIT_MAX];
	int saved = errno, ret;
	unsigned i;

	if (n > NMDEV_WAIT_MAX)
		return -EINVAL;
	for (i = 0; i < n; i++) {
		pfd[i].fd = fd_of(set[i].handle);
		pfd[i].events = set[i].events;
	}
	ret = poll(pfd, n, timeout_ms);
	for (i = 0; i < n; i++)
		set[i].revents = ret > 0 ? pfd[i].revents : 0;
	return result(ret, saved);
}

static void kernel_close(void *handle)
{
	int saved = errno;

	close(fd_of(handle));
	errno = saved;
}

const struct nmdev_ops nmdev_kernel = {
	.name = "netmap",
	.open = kernel_open,
	.ioctl = kernel_ioctl,
	.mmap = kernel_mmap,
	.munmap = kernel_munmap,
	.poll = kernel_poll,
	.close = kernel_close,
	.wait = kernel_wait,
	.fd = fd_of,
};
