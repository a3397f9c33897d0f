/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "vport.h"

#define PAGE	       4096
#define WAKE_LIMIT_MS  3000
#define SEND_AFTER_US  100000
#define COMPAT_IOCTL   54 /* the number of ioctl in the 32-bit table */
#define TERMINAL_IOCTL 0x5401

static int open_device(void)
{
	return open("/dev/netmap", O_RDWR | O_CLOEXEC);
}

bool check_ioctl_unknown(void)
{
	static const unsigned long commands[] = {_IO('i', 99), _IO('i', 147), TERMINAL_IOCTL};
	int fd = open_device();
	bool ok = expect(fd >= 0, "to open the device: %s", strerror(errno));
	size_t i;

	for (i = 0; ok && i < sizeof(commands) / sizeof(commands[0]); i++) {
		errno = 0;
		ok = expect(ioctl(fd, commands[i], NULL) < 0 && errno == EOPNOTSUPP,
			    "EOPNOTSUPP from ioctl %#lx, not %s", commands[i], strerror(errno));
	}
	close(fd);
	return ok;
}

/* int 0x80 enters the kernel as a 32-bit task would. */
static int ioctl32(int fd, unsigned long cmd, void *arg)
{
	int rc;

	asm volatile("int $0x80"
		     : "=a"(rc)
		     : "a"(COMPAT_IOCTL), "b"(fd), "c"((unsigned)cmd), "d"((unsigned)(uintptr_t)arg)
		     : "memory", "r8", "r9", "r10", "r11");
	return rc;
}

bool check_ioctl_compat(void)
{
	void *low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int fd = open_device(), rc;
	struct nmreq_port_info_get *info = low;
	struct nmreq_header *hdr = low + PAGE / 2;
	bool ok;

	if (!expect(fd >= 0 && low != MAP_FAILED, "a descriptor and a page below 4 GiB"))
		return false;
	info->nr_mem_id = 1;
	hdr->nr_version = NETMAP_API;
	hdr->nr_reqtype = NETMAP_REQ_PORT_INFO_GET;
	hdr->nr_body = (uintptr_t)info;
	rc = ioctl32(fd, NIOCCTRL, hdr);
	ok = expect(rc == 0, "a 32-bit NIOCCTRL to work: %s", strerror(-rc)) &
	     expect(info->nr_memsize > 0, "the size of region 1");
	rc = ioctl32(fd, _IO('i', 99), low);
	ok &= expect(rc == -EOPNOTSUPP, "EOPNOTSUPP from an unknown 32-bit ioctl, not %d", rc);
	munmap(low, PAGE);
	close(fd);
	return ok;
}

bool check_unbound(void)
{
	int fd = open_device();
	struct pollfd pfd = {.fd = fd, .events = POLLIN | POLLOUT};
	void *mem;
	bool ok;

	if (!expect(fd >= 0, "to open the device: %s", strerror(errno)))
		return false;
	ok = expect(poll(&pfd, 1, 0) == 1 && pfd.revents & POLLERR,
		    "POLLERR of an unbound descriptor");
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ok &= expect(mem == MAP_FAILED && errno == EINVAL, "EINVAL from mmap before binding");
	close(fd);
	return ok;
}

static bool refuses_map(const struct vport *p, size_t bytes, int prot, int flags, off_t offset)
{
	void *mem = mmap(NULL, bytes, prot, flags, p->fd, offset);

	if (mem == MAP_FAILED)
		return errno == EINVAL;
	munmap(mem, bytes);
	return false;
}

static bool private_stays_readonly(const struct vport *p)
{
	void *mem = mmap(NULL, p->bytes, PROT_READ, MAP_PRIVATE, p->fd, 0);
	bool ok;

	if (!expect(mem != MAP_FAILED, "a private mapping for reading: %s", strerror(errno)))
		return false;
	ok = expect(mprotect(mem, p->bytes, PROT_READ | PROT_WRITE) < 0 && errno == EACCES,
		    "EACCES from making it writable");
	munmap(mem, p->bytes);
	return ok;
}

bool check_mmap_rules(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	struct vport p;
	int rc = vport_open_mapped(&p, "vale0:rules");
	bool ok;

	if (!expect(!rc, "to open a port: %s", strerror(-rc)))
		return false;
	ok = expect(p.nifp->ni_tx_rings == 1 && p.nifp->ni_rx_rings == 1, "one ring each way") &
	     expect(refuses_map(&p, p.bytes + PAGE, rw, MAP_SHARED, 0), "EINVAL past the end") &
	     expect(refuses_map(&p, p.bytes, rw, MAP_SHARED, PAGE), "EINVAL past the end") &
	     expect(!refuses_map(&p, PAGE, rw, MAP_SHARED, PAGE), "a part to be mapped") &
	     expect(refuses_map(&p, p.bytes, rw, MAP_PRIVATE, 0), "EINVAL for a private writer") &
	     private_stays_readonly(&p);
	vport_close(&p);
	return ok;
}

bool check_mmap_unbacked(void)
{
	struct vport p;
	int rc = vport_open_mapped(&p, "vale0:lazy"), status;
	bool ok;
	pid_t child;

	if (!expect(!rc, "to open a port: %s", strerror(-rc)))
		return false;
	child = fork();
	if (child == 0) {
		volatile char *last = (char *)p.mem + p.bytes - PAGE;

		_exit(*last);
	}
	ok = expect(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
			    WTERMSIG(status) == SIGBUS,
		    "SIGBUS from a page that nothing backs, not status %#x", status);
	vport_close(&p);
	return ok;
}

bool check_mmap_keeps_port(void)
{
	static const char name[] = "vale0:kept";
	struct vport p;
	int rc = vport_open_mapped(&p, name);
	bool ok;

	if (!expect(!rc, "to open a port: %s", strerror(-rc)))
		return false;
	vport_close_fd(&p);
	ok = expect(vport_exists(name), "the port to live while it is mapped") &
	     expect(NETMAP_TXRING(p.nifp, 0)->num_slots == 1024, "its ring to be readable");
	vport_unmap(&p);
	return ok & expect(!vport_exists(name), "the port to go with its last mapping");
}

bool check_mmap_in_child(void)
{
	static const char name[] = "vale0:child";
	int hold[2], rc, status;
	struct vport p;
	pid_t child;
	bool ok;

	rc = vport_open_mapped(&p, name);
	if (!expect(!rc && !pipe(hold), "a port and a pipe: %s", strerror(-rc)))
		return false;
	child = fork();
	if (child == 0) {
		char byte;

		close(hold[1]);
		_exit(read(hold[0], &byte, 1) < 0);
	}
	vport_close(&p);
	ok = expect(vport_exists(name), "the port to live while a child has it");
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(hold[0]);
	close(hold[1]);
	return ok & expect(!vport_exists(name), "the port to go with the killed child");
}

static int wait_poll(int fd, int timeout_ms)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	return poll(&pfd, 1, timeout_ms) == 1 && pfd.revents == POLLIN;
}

static int wait_select(int fd, int timeout_ms)
{
	struct timeval tv = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &tv) == 1;
}

static int wait_epoll(int fd, int timeout_ms)
{
	struct epoll_event event = {.events = EPOLLIN};
	int ep = epoll_create1(EPOLL_CLOEXEC), n = -1;

	if (ep >= 0 && !epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event))
		n = epoll_wait(ep, &event, 1, timeout_ms);
	close(ep);
	return n == 1 && event.events == EPOLLIN;
}

/* A sender in another task wakes a sleeper here, long before the sleeper would have given up. */
static bool wakes(int (*wait)(int fd, int timeout_ms))
{
	struct vport from, to;
	int rc = vport_open_mapped(&from, "vale0:from"), status = -1;
	struct timespec start, end;
	pid_t child;
	bool ok;

	if (!rc)
		rc = vport_open_mapped(&to, "vale0:to");
	if (!expect(!rc, "to open two ports: %s", strerror(-rc)))
		return false;
	ok = expect(!wait(to.fd, 0), "nothing to read yet");
	child = fork();
	if (child == 0) {
		usleep(SEND_AFTER_US);
		_exit(vport_send(&from) ? 1 : 0);
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	ok &= expect(wait(to.fd, WAKE_LIMIT_MS), "to be woken by a frame");
	clock_gettime(CLOCK_MONOTONIC, &end);
	ok &= expect((end.tv_sec - start.tv_sec) * 1000 < WAKE_LIMIT_MS, "to be woken in time") &
	      expect(waitpid(child, &status, 0) == child && status == 0, "the sender to succeed") &
	      expect(vport_drain(&to) == 1, "exactly one frame") &
	      expect(!wait(to.fd, 0), "nothing more to read");
	vport_close(&from);
	vport_close(&to);
	return ok;
}

bool check_wake_poll(void)
{
	return wakes(wait_poll);
}

bool check_wake_select(void)
{
	return wakes(wait_select);
}

bool check_wake_epoll(void)
{
	return wakes(wait_epoll);
}
