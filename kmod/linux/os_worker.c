/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Kernel threads that the core kicks. */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "os_dev.h"

struct os_worker {
	struct task_struct *task;
	u32 kicked;
	long nap; /* jiffies */
	bool (*fn)(void *arg);
	void *arg;
};

/* TASK_IDLE: waiting for frames is neither load nor a hung task. */
static int worker_main(void *arg)
{
	struct os_worker *w = arg;
	bool again = false;

	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (!again && !xchg(&w->kicked, 0) && schedule_timeout(w->nap))
			continue;
		__set_current_state(TASK_RUNNING);
		w->nap = MAX_SCHEDULE_TIMEOUT;
		again = w->fn(w->arg);
		cond_resched();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

unsigned os_cpus(void)
{
	return num_possible_cpus();
}

int os_worker_create(const char *name, int cpu, bool (*fn)(void *arg), void *arg,
		     struct os_worker **out)
{
	struct os_worker *w;

	if (cpu != OS_ANY_CPU && !cpu_online(cpu))
		return -EINVAL;
	w = os_alloc(sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fn = fn;
	w->arg = arg;
	w->nap = MAX_SCHEDULE_TIMEOUT;
	w->task = kthread_create(worker_main, w, "%s", name);
	if (IS_ERR(w->task)) {
		os_free(w);
		return -ENOMEM;
	}
	if (cpu != OS_ANY_CPU)
		kthread_bind(w->task, cpu);
	wake_up_process(w->task);
	*out = w;
	return 0;
}

void os_worker_kick(struct os_worker *w)
{
	if (!xchg(&w->kicked, 1))
		wake_up_process(w->task);
}

void os_worker_nap(struct os_worker *w, unsigned ms)
{
	w->nap = msecs_to_jiffies(ms);
}

void os_worker_destroy(struct os_worker *w)
{
	kthread_stop(w->task);
	os_free(w);
}
