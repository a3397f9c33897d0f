/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Seam 1: what the switch core asks of its host. kmod/linux and kmod/user each supply an <os_impl.h> that
 * defines the types and inline operations named here; nothing else in the core mentions an operating system.
 *
 * os_impl.h defines:
 *   fixed-width integers, bool, size_t, NULL, errno values, likely()/unlikely(), noinline, offsetof,
 *   memcpy/memset/memcmp/strlen/strcmp/strncmp/strchr/strrchr/snprintf and __user (empty where it means nothing);
 *   POLLIN, POLLOUT, POLLERR, POLLRDNORM, POLLWRNORM;
 *
 *   struct os_mutex                 sleepable mutual exclusion
 *   struct os_rwsem                 sleepable, shared or exclusive
 *   struct os_spin                  short critical sections, never held while sleeping, or while more than some KiB are copied
 *   struct os_waitq                 sleepers of poll
 *   struct os_poll                  one poll call in progress (opaque to the core)
 *   struct os_ifnet                 a network device made by NEWIF (opaque to the core)
 */
#ifndef NM_OS_H
#define NM_OS_H

#include <os_impl.h>

struct os_poll;
struct os_ifnet;

/* Memory. Zeroed; NULL when there is none. Every allocation is counted by the host: os_live_bytes() must be 0 at exit. */
void *os_alloc(size_t bytes);
void os_free(void *p);
/* A page-aligned, virtually contiguous, zeroed block that the host can map into tasks. */
void *os_block_alloc(size_t bytes);
void os_block_free(void *p, size_t bytes);
/* The same where nothing may sleep. False: it cannot be freed there, and stays. */
void *os_block_alloc_now(size_t bytes);
bool os_block_free_now(void *p, size_t bytes);
/*
 * Where tasks live in the host's own address space, a region must be contiguous there too. Such a host defines OS_HAS_SPANS:
 * a span is reserved address space (whole pages), and blocks are backed at their offset in it. Elsewhere blocks lie anywhere.
 */
#ifdef OS_HAS_SPANS
int os_span_reserve(void **span, size_t bytes); /* 0 or -ENOMEM */
void os_span_release(void *span, size_t bytes);
void *os_span_block_alloc(void *span, size_t offset, size_t bytes);
static inline void *os_span_block_alloc_now(void *span, size_t offset, size_t bytes)
{
	return os_span_block_alloc(span, offset, bytes); /* which waits for nobody */
}
void os_span_block_free(void *p, size_t bytes);
static inline bool os_span_block_free_now(void *p, size_t bytes)
{
	os_span_block_free(p, bytes);
	return true;
}
#else
static inline int os_span_reserve(void **span, size_t bytes)
{
	*span = NULL;
	return 0;
}
static inline void os_span_release(void *span, size_t bytes)
{
}
static inline void *os_span_block_alloc(void *span, size_t offset, size_t bytes)
{
	return os_block_alloc(bytes);
}
static inline void *os_span_block_alloc_now(void *span, size_t offset, size_t bytes)
{
	return os_block_alloc_now(bytes);
}
static inline void os_span_block_free(void *p, size_t bytes)
{
	os_block_free(p, bytes);
}
static inline bool os_span_block_free_now(void *p, size_t bytes)
{
	return os_block_free_now(p, bytes);
}
#endif
size_t os_page_size(void);
uint64_t os_live_bytes(void);

/* Locks (os_impl.h may make these inline; then it defines OS_LOCKS_INLINE). */
#ifndef OS_LOCKS_INLINE
void os_mutex_init(struct os_mutex *m);
void os_mutex_destroy(struct os_mutex *m);
void os_mutex_lock(struct os_mutex *m);
void os_mutex_unlock(struct os_mutex *m);
void os_rwsem_init(struct os_rwsem *s);
void os_rwsem_destroy(struct os_rwsem *s);
void os_read_lock(struct os_rwsem *s);
bool os_read_trylock(struct os_rwsem *s);
void os_read_unlock(struct os_rwsem *s);
void os_write_lock(struct os_rwsem *s);
void os_write_unlock(struct os_rwsem *s);
void os_spin_init(struct os_spin *l);
void os_spin_destroy(struct os_spin *l);
void os_spin_lock(struct os_spin *l);
void os_spin_unlock(struct os_spin *l);
bool os_spin_trylock(struct os_spin *l); /* several may be held so */
void os_spin_unlock_tried(struct os_spin *l);
#endif

/*
 * Shared words. The peer may be hostile user memory, so each is read exactly once.
 *   OS_READ_ONCE(x), OS_WRITE_ONCE(x, v), os_load_acquire(p), os_store_release(p, v), os_mb(),
 *   os_test_and_set(uint32_t *p) -> old value with acquire, os_clear(uint32_t *p) with release,
 *   os_prefetch(p), os_prefetch_write(p), os_cpu_pause() (in a loop that waits for another CPU),
 *   os_cycles() -> uint64_t, a clock of any unit that costs next to nothing to read; it may stand still, jump, and differ
 *   between CPUs, so that no more than speed may depend on it
 * are macros or inlines of os_impl.h.
 */

/* Sleeping and waking. os_wake is called after the state that the sleeper looks at was published; it is cheap without sleepers. */
void os_waitq_init(struct os_waitq *q);
void os_waitq_destroy(struct os_waitq *q);
void os_wake(struct os_waitq *q);
/*
 * bool os_waitq_active(const struct os_waitq *q), of os_impl.h: does anybody sleep there? After one os_mb() behind what was
 * published, any number of queues may be asked.
 */
void os_poll_wait(struct os_poll *poll, struct os_waitq *q); /* registers before the state is looked at */
void os_relax(void);		 /* give others the CPU if they need it; may sleep */
void os_yield(void);		 /* whoever waits for this CPU goes first; does nothing when nobody does */
void os_sleep_us(unsigned us);

/*
 * Counters that a task shares with the kernel (eventfd). get: 0, -EBADF or -EINVAL (no such counter).
 * signal adds one and wakes who waits; task context.
 */
struct os_event;
int os_event_get(int fd, struct os_event **out);
void os_event_put(struct os_event *event);
void os_event_signal(struct os_event *event);

/*
 * One thread's sleep on several things at once. A wake-up that comes while nobody sleeps ends the
 * next wait.
 */
struct os_waiter;
struct os_waiter *os_waiter_create(unsigned sources); /* at most so many are added; NULL: no memory */
void os_waiter_destroy(struct os_waiter *w);
int os_waiter_add_event(struct os_waiter *w, int fd); /* as os_event_get; or -ENOMEM */
void os_waiter_add_queue(struct os_waiter *w, struct os_waitq *q);
void os_waiter_kick(struct os_waiter *w);
void os_waiter_wait(struct os_waiter *w, unsigned timeout_us);
/* Is the calling task about to be ended, so that it must come back soon? */
bool os_task_killed(void);
/* The same for all threads that share their descriptors, and for no others. */
const void *os_task_owner(void);

/* The namespace in which the calling task looks names up. */
struct nm_ns;
struct nm_ns *os_current_ns(void);

/*
 * Whole pages of the calling task that stay where they are, as one range of our own: 0, -EFAULT
 * (cannot be pinned, or not written to) or -ENOMEM. May take as long as the task's pages do.
 */
struct os_pin;
int os_pin(uint64_t address, size_t bytes, struct os_pin **out);
void os_unpin(struct os_pin *pin);
void *os_pin_base(const struct os_pin *pin);
/* The same pages in the same order? */
bool os_pin_same(const struct os_pin *a, const struct os_pin *b);

/* Memory of the calling task: 0, or -EFAULT. May sleep. */
int os_copy_from_user(void *dst, const void __user *src, size_t bytes);
int os_copy_to_user(void __user *dst, const void *src, size_t bytes);
/*
 * For those whom others wait for: os_user_touch() brings pages in, as far as that is possible, and
 * may take as long as the task likes; os_copy_if_present() does not wait, -EFAULT when a page is not
 * there.
 */
void os_user_touch(const void __user *src, size_t bytes);
int os_copy_if_present(void *dst, const void __user *src, size_t bytes);

struct os_timeval {
	int64_t sec;
	int64_t usec;
};
void os_wall_clock(struct os_timeval *tv);

enum os_log_level { OS_LOG_ERR, OS_LOG_INFO, OS_LOG_DEBUG };
__attribute__((format(printf, 2, 3))) void os_log(enum os_log_level level, const char *fmt, ...);
/* At most a few lines a second from one place: anything a task can cause at will is logged through this. */
__attribute__((format(printf, 2, 3))) void os_log_limited(enum os_log_level level, const char *fmt, ...);

/*
 * Network devices, named inside a namespace of the host (host_ns is what nm_ns_create was given).
 * os_ifnet_create: 0 and *out, or -EEXIST (name taken), -ENOMEM, -EINVAL. Transmissions of the host's stack into it are discarded.
 */
bool os_ifnet_exists(void *host_ns, const char *name);
int os_ifnet_create(void *host_ns, const char *name, struct os_ifnet **out);
void os_ifnet_destroy(struct os_ifnet *ifnet);

#endif
