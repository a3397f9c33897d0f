/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lets nm-selftest run over the switch in this process: the linker's --wrap sends its system calls
 * here, and those that concern /dev/netmap go on to nmdev_inproc. A descriptor of /dev/null lends
 * its number.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>

#include "gen/nmdev.h"

enum { MAX_FD = 1024, MAX_MAPS = 1024 };

static void *handle_of[MAX_FD];
static struct {
	void *base;
	void *handle;
} maps[MAX_MAPS];

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
int __real_ioctl(int fd, unsigned long cmd, ...);
void *__real_mmap(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *base, size_t bytes);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout_ms);

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_ioctl(int fd, unsigned long cmd, ...);
void *__wrap_mmap(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *base, size_t bytes);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms);

static int result(int ret)
{
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

static void *handle(int fd)
{
	return fd >= 0 && fd < MAX_FD ? handle_of[fd] : NULL;
}

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;
	int fd, ret;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	if (strcmp(path, "/dev/netmap") != 0)
		return __real_open(path, flags, mode);
	fd = __real_open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0 || fd >= MAX_FD)
		return result(-EMFILE);
	ret = nmdev_inproc.open(&handle_of[fd]);
	if (ret >= 0)
		return fd;
	handle_of[fd] = NULL;
	__real_close(fd);
	return result(ret);
}

int __wrap_close(int fd)
{
	if (handle(fd)) {
		nmdev_inproc.close(handle_of[fd]);
		handle_of[fd] = NULL;
	}
	return __real_close(fd);
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (handle(fd))
		return result(nmdev_inproc.ioctl(handle(fd), cmd, arg));
	return __real_ioctl(fd, cmd, arg);
}

void *__wrap_mmap(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset)
{
	size_t i;
	int ret;

	if (!handle(fd))
		return __real_mmap(addr, bytes, prot, flags, fd, offset);
	for (i = 0; i < MAX_MAPS && maps[i].base; i++)
		;
	ret = i < MAX_MAPS ? nmdev_inproc.mmap(handle(fd), bytes, &maps[i].base) : -ENOMEM;
	if (ret < 0) {
		result(ret);
		return MAP_FAILED;
	}
	maps[i].handle = handle(fd);
	return maps[i].base;
}

int __wrap_munmap(void *base, size_t bytes)
{
	size_t i;

	for (i = 0; i < MAX_MAPS; i++)
		if (maps[i].base == base && base) {
			maps[i].base = NULL;
			return result(nmdev_inproc.munmap(maps[i].handle, base, bytes));
		}
	return __real_munmap(base, bytes);
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	if (n == 1 && handle(fds->fd))
		return result(
			nmdev_inproc.poll(handle(fds->fd), fds->events, &fds->revents, timeout_ms));
	return __real_poll(fds, n, timeout_ms);
}
