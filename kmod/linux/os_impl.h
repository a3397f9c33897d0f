/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The Linux side of core/os.h: types and everything that is worth inlining. */
#ifndef NM_OS_IMPL_H
#define NM_OS_IMPL_H

#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/prefetch.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <asm/processor.h>

#define OS_LOCKS_INLINE

struct os_mutex {
	struct mutex impl;
};

struct os_rwsem {
	struct rw_semaphore impl;
};

struct os_spin {
	spinlock_t impl;
};

struct os_waitq {
	wait_queue_head_t impl;
};

struct os_ifnet;

struct os_poll {
	struct file *file;
	poll_table *table;
};

/* Macros where lockdep wants a class for each place that initialises a lock. */
#define os_mutex_init(m) mutex_init(&(m)->impl)
#define os_rwsem_init(s) init_rwsem(&(s)->impl)
#define os_spin_init(l)	 spin_lock_init(&(l)->impl)

static inline void os_mutex_destroy(struct os_mutex *m)
{
	mutex_destroy(&m->impl);
}

static inline void os_mutex_lock(struct os_mutex *m)
{
	mutex_lock(&m->impl);
}

static inline void os_mutex_unlock(struct os_mutex *m)
{
	mutex_unlock(&m->impl);
}

static inline void os_rwsem_destroy(struct os_rwsem *s)
{
}

static inline void os_read_lock(struct os_rwsem *s)
{
	down_read(&s->impl);
}

static inline bool os_read_trylock(struct os_rwsem *s)
{
	return down_read_trylock(&s->impl);
}

static inline void os_read_unlock(struct os_rwsem *s)
{
	up_read(&s->impl);
}

static inline void os_write_lock(struct os_rwsem *s)
{
	down_write(&s->impl);
}

static inline void os_write_unlock(struct os_rwsem *s)
{
	up_write(&s->impl);
}

static inline bool os_waitq_active(const struct os_waitq *q)
{
	return waitqueue_active((wait_queue_head_t *)&q->impl);
}

static inline void os_spin_destroy(struct os_spin *l)
{
}

/* The switch runs in task context only: neither interrupts nor bottom halves contend for these. */
static inline void os_spin_lock(struct os_spin *l)
{
	spin_lock(&l->impl);
}

static inline void os_spin_unlock(struct os_spin *l)
{
	spin_unlock(&l->impl);
}

/* sparse cannot count how many locks a loop holds, so it is told of none. */
static inline bool os_spin_trylock(struct os_spin *l)
{
	if (!spin_trylock(&l->impl))
		return false;
	__release(&l->impl);
	return true;
}

static inline void os_spin_unlock_tried(struct os_spin *l)
{
	__acquire(&l->impl);
	spin_unlock(&l->impl);
}

#define OS_READ_ONCE(x)	       READ_ONCE(x)
#define OS_WRITE_ONCE(x, v)    WRITE_ONCE(x, v)
#define os_load_acquire(p)     smp_load_acquire(p)
#define os_store_release(p, v) smp_store_release(p, v)
#define os_mb()		       smp_mb()
#define os_test_and_set(p)     xchg_acquire(p, 1)
#define os_clear(p)	       smp_store_release(p, 0)
#define os_prefetch(p)	       prefetch(p)
#define os_prefetch_write(p)   prefetchw(p)
#define os_cpu_pause()	       cpu_relax()
#define os_cycles()	       ((uint64_t)get_cycles())

#endif
