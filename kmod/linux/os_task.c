/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Sleeping, waking, time and the log, for the core. */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "os.h"

#define LOG_LINES_PER_SECOND 5
#define MSLEEP_FROM_US	     20000 /* below it, usleep_range is the exact one */

void os_waitq_init(struct os_waitq *q)
{
	init_waitqueue_head(&q->impl);
}

void os_waitq_destroy(struct os_waitq *q)
{
	WARN_ON_ONCE(waitqueue_active(&q->impl));
}

/* wq_has_sleeper orders the published state before the look at the queue; see os_poll_wait. */
void os_wake(struct os_waitq *q)
{
	if (wq_has_sleeper(&q->impl))
		wake_up_interruptible(&q->impl);
}

/* The barrier pairs with wq_has_sleeper: what is read after this call is newer than our place. */
void os_poll_wait(struct os_poll *poll, struct os_waitq *q)
{
	poll_wait(poll->file, &q->impl, poll->table);
	smp_mb();
}

void os_relax(void)
{
	cond_resched();
}

void os_yield(void)
{
	yield();
}

void os_sleep_us(unsigned us)
{
	if (us < MSLEEP_FROM_US)
		usleep_range(us, us + us / 8 + 1);
	else
		msleep(DIV_ROUND_UP(us, USEC_PER_MSEC));
}

void os_wall_clock(struct os_timeval *tv)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	tv->sec = now.tv_sec;
	tv->usec = now.tv_nsec / NSEC_PER_USEC;
}

static void log_line(enum os_log_level level, struct va_format *line)
{
	switch (level) {
	case OS_LOG_ERR:
		printk(KERN_ERR "netmap: %pV\n", line);
		break;
	case OS_LOG_INFO:
		printk(KERN_INFO "netmap: %pV\n", line);
		break;
	case OS_LOG_DEBUG:
		printk(KERN_DEBUG "netmap: %pV\n", line);
		break;
	}
}

void os_log(enum os_log_level level, const char *fmt, ...)
{
	struct va_format line = {.fmt = fmt};
	va_list args;

	va_start(args, fmt);
	line.va = &args;
	log_line(level, &line);
	va_end(args);
}

void os_log_limited(enum os_log_level level, const char *fmt, ...)
{
	static DEFINE_RATELIMIT_STATE(limit, HZ, LOG_LINES_PER_SECOND);
	struct va_format line = {.fmt = fmt};
	va_list args;

	if (!__ratelimit(&limit))
		return;
	va_start(args, fmt);
	line.va = &args;
	log_line(level, &line);
	va_end(args);
}
