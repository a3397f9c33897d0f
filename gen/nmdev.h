/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few calls by which a program reaches a netmap device, so that pkt-gen and vale-ctl run
 * unchanged over /dev/netmap and over the in-process switch (kmod/user). Every call returns >= 0 or
 * -errno, and never sets errno.
 */
#ifndef VB_NMDEV_H
#define VB_NMDEV_H

#include <stddef.h>
#include <stdint.h>

struct nmdev_wait {
	void *handle;
	short events, revents; /* POLL* bits */
};

struct nmdev_ops {
	const char *name;	    /* "netmap" or "inproc" */
	int (*open)(void **handle); /* one descriptor */
	int (*ioctl)(void *handle, unsigned long cmd, void *arg);
	int (*mmap)(void *handle, size_t bytes, void **base);
	int (*munmap)(void *handle, void *base, size_t bytes);
	/* events and *revents are POLL* bits; timeout_ms < 0 waits without limit. > 0 ready, 0
	 * timeout, -EINTR on a signal (in-process: after nm_user_interrupt()). */
	int (*poll)(void *handle, short events, short *revents, int timeout_ms);
	void (*close)(void *handle);
	/* poll on n handles at once; at most NMDEV_WAIT_MAX, else -EINVAL. */
	int (*wait)(struct nmdev_wait *set, unsigned n, int timeout_ms);
	int (*fd)(void *handle); /* what poll(2) takes; NULL: there is no such descriptor */
};

#define NMDEV_WAIT_MAX 1024

extern const struct nmdev_ops
	nmdev_kernel; /* gen/nmdev_kernel.c: /dev/netmap (or the path in NETMAP_DEV) */
extern const struct nmdev_ops
	nmdev_inproc; /* kmod/user/nmdev_inproc.c: the switch in this process */

#endif
