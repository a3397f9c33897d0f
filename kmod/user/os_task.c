/* SPDX-License-Identifier: BSD-2-Clause */
/* Time, log, and the memory of the calling task, which here is our own. */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "core.h"
#include "nm_user.h"

#define LOG_LINES_PER_SECOND 5

void os_relax(void)
{
	sched_yield();
}

static uint64_t yields;

uint64_t nm_user_yields(void)
{
	return __atomic_load_n(&yields, __ATOMIC_RELAXED);
}

void os_yield(void)
{
	__atomic_add_fetch(&yields, 1, __ATOMIC_RELAXED);
	sched_yield();
}

static uint64_t slept_us;

uint64_t nm_user_slept_us(void)
{
	return __atomic_load_n(&slept_us, __ATOMIC_RELAXED);
}

void os_sleep_us(unsigned us)
{
	struct timespec ts = {us / 1000000, us % 1000000 * 1000L};

	__atomic_add_fetch(&slept_us, us, __ATOMIC_RELAXED);
	nanosleep(&ts, NULL);
}

static void read_clock(struct os_timeval *tv)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	tv->sec = ts.tv_sec;
	tv->usec = ts.tv_nsec / 1000;
}

#if defined(__x86_64__)
#define TICKS_OF_US 1000 /* a microsecond at the least: no processor's counter is slower */

/*
 * Asked for at every look at a ring, and a clock is read in 25 ns, the counter behind it in
 * eight. Within a microsecond it is what it was.
 */
void os_wall_clock(struct os_timeval *tv)
{
	static __thread struct os_timeval last;
	static __thread uint64_t read_at;
	uint64_t now = __builtin_ia32_rdtsc();

	if (unlikely(now - read_at >= TICKS_OF_US || !read_at)) {
		read_clock(&last);
		read_at = now;
	}
	*tv = last;
}
#else
void os_wall_clock(struct os_timeval *tv)
{
	read_clock(tv);
}
#endif

/* The kernel is asked to copy, because it survives bad addresses. */
static int copy_checked(const struct iovec *ours, const struct iovec *theirs, bool to_them)
{
	ssize_t n = to_them ? process_vm_writev(getpid(), ours, 1, theirs, 1, 0)
			    : process_vm_readv(getpid(), ours, 1, theirs, 1, 0);

	return n == (ssize_t)ours->iov_len ? 0 : -EFAULT;
}

int os_copy_from_user(void *dst, const void __user *src, size_t bytes)
{
	struct iovec ours = {dst, bytes}, theirs = {(void *)src, bytes};

	return bytes ? copy_checked(&ours, &theirs, false) : 0;
}

void os_user_touch(const void __user *src, size_t bytes)
{
}

int os_copy_if_present(void *dst, const void __user *src, size_t bytes)
{
	return os_copy_from_user(dst, src, bytes);
}

int os_copy_to_user(void __user *dst, const void *src, size_t bytes)
{
	struct iovec ours = {(void *)src, bytes}, theirs = {dst, bytes};

	return bytes ? copy_checked(&ours, &theirs, true) : 0;
}

static void log_line(enum os_log_level level, const char *fmt, va_list ap)
{
	char line[256];

	if (level == OS_LOG_DEBUG && !nm_params.verbose)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	fprintf(stderr, "netmap: %s\n", line);
}

void os_log(enum os_log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(level, fmt, ap);
	va_end(ap);
}

static bool log_allowed(void)
{
	static int64_t second;
	static int lines;
	struct os_timeval now;

	os_wall_clock(&now);
	if (__atomic_exchange_n(&second, now.sec, __ATOMIC_RELAXED) != now.sec)
		__atomic_store_n(&lines, 0, __ATOMIC_RELAXED);
	return __atomic_fetch_add(&lines, 1, __ATOMIC_RELAXED) < LOG_LINES_PER_SECOND;
}

void os_log_limited(enum os_log_level level, const char *fmt, ...)
{
	va_list ap;

	if (!log_allowed())
		return;
	va_start(ap, fmt);
	log_line(level, fmt, ap);
	va_end(ap);
}
