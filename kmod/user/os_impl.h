/* SPDX-License-Identifier: BSD-2-Clause */
/* The user-space host's types and inline operations; see kmod/core/os.h. */
#ifndef NM_USER_OS_IMPL_H
#define NM_USER_OS_IMPL_H

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define OS_HAS_SPANS
#define OS_LOCKS_INLINE

#define __user
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define noinline    __attribute__((noinline))

#define OS_READ_ONCE(x)	    (*(const volatile __typeof__(x) *)&(x))
#define OS_WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#define os_load_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define os_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define os_mb()		       __atomic_thread_fence(__ATOMIC_SEQ_CST)

#define os_prefetch(p) __builtin_prefetch(p, 0, 3)

/* The compiler's own brings a line only to be read, for processors that it takes to be old. */
static inline void os_prefetch_write(const void *p)
{
#if defined(__x86_64__)
	__asm__ volatile("prefetchw %0" : : "m"(*(const char *)p));
#else
	__builtin_prefetch(p, 1, 3);
#endif
}

static inline uint32_t os_test_and_set(uint32_t *p)
{
	return __atomic_exchange_n(p, 1, __ATOMIC_ACQUIRE);
}

static inline void os_clear(uint32_t *p)
{
	__atomic_store_n(p, 0, __ATOMIC_RELEASE);
}

static inline void os_cpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

static inline uint64_t os_cycles(void)
{
#if defined(__x86_64__) || defined(__i386__)
	return __builtin_ia32_rdtsc();
#else
	return 0;
#endif
}

struct os_mutex {
	pthread_mutex_t m;
};

struct os_rwsem {
	pthread_rwlock_t l;
};

struct os_spin {
	uint32_t taken;
};

struct os_poll_node;

struct os_waitq {
	struct os_spin lock; /* small, so that a ring is no longer than its lines */
	struct os_poll_node *nodes;
	uint32_t sleepers;
};

static inline void os_mutex_init(struct os_mutex *m)
{
	pthread_mutex_init(&m->m, NULL);
}

static inline void os_mutex_destroy(struct os_mutex *m)
{
	pthread_mutex_destroy(&m->m);
}

static inline void os_mutex_lock(struct os_mutex *m)
{
	pthread_mutex_lock(&m->m);
}

static inline void os_mutex_unlock(struct os_mutex *m)
{
	pthread_mutex_unlock(&m->m);
}

/* Writers first: senders that overlap all the time must not keep a port from leaving. */
static inline void os_rwsem_init(struct os_rwsem *s)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&s->l, &attr);
	pthread_rwlockattr_destroy(&attr);
}

static inline void os_rwsem_destroy(struct os_rwsem *s)
{
	pthread_rwlock_destroy(&s->l);
}

static inline void os_read_lock(struct os_rwsem *s)
{
	pthread_rwlock_rdlock(&s->l);
}

static inline bool os_read_trylock(struct os_rwsem *s)
{
	return pthread_rwlock_tryrdlock(&s->l) == 0;
}

static inline void os_read_unlock(struct os_rwsem *s)
{
	pthread_rwlock_unlock(&s->l);
}

static inline void os_write_lock(struct os_rwsem *s)
{
	pthread_rwlock_wrlock(&s->l);
}

static inline void os_write_unlock(struct os_rwsem *s)
{
	pthread_rwlock_unlock(&s->l);
}

static inline bool os_waitq_active(const struct os_waitq *q)
{
	return OS_READ_ONCE(q->sleepers);
}

static inline void os_spin_init(struct os_spin *l)
{
	l->taken = 0;
}

static inline void os_spin_destroy(struct os_spin *l)
{
}

#define OS_SPIN_TRIES 200 /* then the holder probably lost its CPU to us */

static inline void os_spin_lock(struct os_spin *l)
{
	unsigned tries = 0;

	while (os_test_and_set(&l->taken)) {
		while (OS_READ_ONCE(l->taken)) {
			os_cpu_pause();
			if (++tries % OS_SPIN_TRIES == 0)
				sched_yield();
		}
	}
}

static inline void os_spin_unlock(struct os_spin *l)
{
	os_clear(&l->taken);
}

static inline bool os_spin_trylock(struct os_spin *l)
{
	return !OS_READ_ONCE(l->taken) && !os_test_and_set(&l->taken);
}

static inline void os_spin_unlock_tried(struct os_spin *l)
{
	os_spin_unlock(l);
}

#endif
