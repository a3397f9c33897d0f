/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events (eventfds), and one task's sleep on several of them and on wait queues. */
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "compat.h"
#include "os.h"

#define JIFFIES_FROM_US                                                                            \
	50000 /* shorter sleeps take a timer of their own, and are not cut short by a kill */

struct source {
	wait_queue_entry_t entry;
	wait_queue_head_t *on;
	struct os_waiter *waiter;
	struct file *file; /* NULL: a queue of the core */
};

struct os_waiter {
	wait_queue_head_t sleeper;
	unsigned int fired;
	unsigned int used;
	struct source sources[];
};

static struct eventfd_ctx *ctx_of(struct os_event *event)
{
	return (struct eventfd_ctx *)event;
}

int os_event_get(int fd, struct os_event **out)
{
	struct eventfd_ctx *ctx = eventfd_ctx_fdget(fd);

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	*out = (struct os_event *)ctx;
	return 0;
}

void os_event_put(struct os_event *event)
{
	eventfd_ctx_put(ctx_of(event));
}

void os_event_signal(struct os_event *event)
{
	compat_eventfd_signal(ctx_of(event));
}

struct os_waiter *os_waiter_create(unsigned int sources)
{
	struct os_waiter *w = os_alloc(struct_size(w, sources, sources));

	if (w)
		init_waitqueue_head(&w->sleeper);
	return w;
}

void os_waiter_destroy(struct os_waiter *w)
{
	while (w->used) {
		struct source *s = &w->sources[--w->used];

		remove_wait_queue(s->on, &s->entry);
		if (s->file)
			fput(s->file);
	}
	os_free(w);
}

void os_waiter_kick(struct os_waiter *w)
{
	WRITE_ONCE(w->fired, 1);
	wake_up(&w->sleeper);
}

/* Called with the lock of the source's queue held. */
static int source_wake(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	struct source *s = container_of(entry, struct source, entry);
	__poll_t what = key_to_poll(key);

	if (!what || what & EPOLLIN)
		os_waiter_kick(s->waiter);
	return 0;
}

static struct source *source_add(struct os_waiter *w, wait_queue_head_t *on)
{
	struct source *s = &w->sources[w->used++];

	s->waiter = w;
	s->on = on;
	init_waitqueue_func_entry(&s->entry, source_wake);
	add_wait_queue(on, &s->entry);
	return s;
}

struct event_poll {
	poll_table table;
	struct os_waiter *waiter;
	struct source *source;
};

static void event_queue(struct file *file, wait_queue_head_t *on, poll_table *table)
{
	struct event_poll *p = container_of(table, struct event_poll, table);

	p->source = source_add(p->waiter, on);
}

int os_waiter_add_event(struct os_waiter *w, int fd)
{
	struct file *file = eventfd_fget(fd);
	struct event_poll p = {.waiter = w};

	if (IS_ERR(file))
		return PTR_ERR(file);
	init_poll_funcptr(&p.table, event_queue);
	if (vfs_poll(file, &p.table) & EPOLLIN)
		os_waiter_kick(w);
	p.source->file = file;
	return 0;
}

void os_waiter_add_queue(struct os_waiter *w, struct os_waitq *q)
{
	source_add(w, &q->impl);
}

void os_waiter_wait(struct os_waiter *w, unsigned int timeout_us)
{
	if (timeout_us < JIFFIES_FROM_US)
		wait_event_hrtimeout(w->sleeper, READ_ONCE(w->fired),
				     ns_to_ktime((u64)timeout_us * NSEC_PER_USEC));
	else
		(void)wait_event_killable_timeout(w->sleeper, READ_ONCE(w->fired),
						  usecs_to_jiffies(timeout_us));
	/* Before the caller looks at what it was woken for. */
	smp_store_mb(w->fired, 0);
}

const void *os_task_owner(void)
{
	return current->files;
}

bool os_task_killed(void)
{
	return fatal_signal_pending(current);
}
