/* SPDX-License-Identifier: BSD-2-Clause */
#include "os_poll.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

void os_waitq_init(struct os_waitq *q)
{
	os_spin_init(&q->lock);
	q->nodes = NULL;
	q->sleepers = 0;
}

void os_waitq_destroy(struct os_waitq *q)
{
	os_spin_destroy(&q->lock);
}

void os_wake(struct os_waitq *q)
{
	struct os_poll_node *n;

	/*
	 * Pairs with the one in os_poll_wait(): either we see the sleeper, or it sees what we
	 * published.
	 */
	os_mb();
	if (likely(!OS_READ_ONCE(q->sleepers)))
		return;
	os_spin_lock(&q->lock);
	for (n = q->nodes; n; n = n->next)
		os_poll_fire(n->poll);
	os_spin_unlock(&q->lock);
}

int64_t os_poll_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

void os_poll_begin(struct os_poll *poll, struct os_poll *leader)
{
	poll->fired = 0;
	poll->leader = leader;
	poll->fd = -1;
	poll->nodes = 0;
}

void os_poll_wait(struct os_poll *poll, struct os_waitq *q)
{
	struct os_poll_node *n = &poll->node[poll->nodes++];

	n->poll = poll;
	n->q = q;
	os_spin_lock(&q->lock);
	n->next = q->nodes;
	q->nodes = n;
	OS_WRITE_ONCE(q->sleepers, q->sleepers + 1);
	os_spin_unlock(&q->lock);
	os_mb();
}

void os_poll_end(struct os_poll *poll)
{
	while (poll->nodes) {
		struct os_poll_node *n = &poll->node[--poll->nodes];
		struct os_poll_node **link = &n->q->nodes;

		os_spin_lock(&n->q->lock);
		while (*link != n)
			link = &(*link)->next;
		*link = n->next;
		OS_WRITE_ONCE(n->q->sleepers, n->q->sleepers - 1);
		os_spin_unlock(&n->q->lock);
	}
}

void os_poll_fire(struct os_poll *poll)
{
	struct os_poll *leader = poll->leader;

	if (OS_READ_ONCE(leader->fired))
		return;
	OS_WRITE_ONCE(leader->fired_ns, os_poll_now_ns());
	if (__atomic_exchange_n(&leader->fired, 1, __ATOMIC_RELEASE))
		return;
	if (leader->fd >= 0)
		eventfd_write(leader->fd, 1);
	else
		syscall(SYS_futex, &leader->fired, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

bool os_poll_sleep(struct os_poll *poll, const struct timespec *until)
{
	while (!os_load_acquire(&poll->fired)) {
		long rc = syscall(SYS_futex, &poll->fired, FUTEX_WAIT_BITSET_PRIVATE, 0, until,
				  NULL, FUTEX_BITSET_MATCH_ANY);

		if (rc < 0 && errno == ETIMEDOUT)
			return os_load_acquire(&poll->fired);
	}
	__atomic_store_n(&poll->fired, 0, __ATOMIC_RELAXED);
	return true;
}
