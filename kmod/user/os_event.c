/* SPDX-License-Identifier: BSD-2-Clause */
/* Events (plain eventfds), and one thread's sleep on several of them and on wait queues. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "os_poll.h"

#define US_PER_MS 1000

struct os_event {
	int fd;
};

struct os_waiter {
	struct os_poll poll;
	int wake; /* raised by kicks and queues */
	int epoll;
};

/* A descriptor of our own, so that the task may close its. */
static int event_dup(int fd)
{
	static const char kind[] = "anon_inode:[eventfd]";
	char path[32], target[sizeof(kind)];
	int copy = dup(fd);
	ssize_t n;

	if (copy < 0)
		return -EBADF;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", copy);
	n = readlink(path, target, sizeof(target));
	if (n == sizeof(kind) - 1 && memcmp(target, kind, n) == 0)
		return copy;
	close(copy);
	return -EINVAL;
}

int os_event_get(int fd, struct os_event **out)
{
	struct os_event *event;
	int copy = event_dup(fd);

	if (copy < 0)
		return copy;
	event = os_alloc(sizeof(*event));
	if (!event) {
		close(copy);
		return -ENOMEM;
	}
	event->fd = copy;
	*out = event;
	return 0;
}

void os_event_put(struct os_event *event)
{
	close(event->fd);
	os_free(event);
}

/* A counter that is full stays so: the task has been told often enough. */
void os_event_signal(struct os_event *event)
{
	struct pollfd room = {.fd = event->fd, .events = POLLOUT};

	if (poll(&room, 1, 0) == 1 && (room.revents & POLLOUT))
		eventfd_write(event->fd, 1);
}

/* Edges only: counters belong to the task, and reading them would be its business. */
static int watch(struct os_waiter *w, int fd)
{
	struct epoll_event edge = {.events = EPOLLIN | EPOLLET};

	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &edge) && errno != EEXIST ? -ENOMEM : 0;
}

struct os_waiter *os_waiter_create(unsigned sources)
{
	struct os_waiter *w = os_alloc(sizeof(*w));

	if (!w)
		return NULL;
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	os_poll_begin(&w->poll, &w->poll);
	w->poll.fd = w->wake;
	if (w->wake >= 0 && w->epoll >= 0 && !watch(w, w->wake))
		return w;
	os_waiter_destroy(w);
	return NULL;
}

void os_waiter_destroy(struct os_waiter *w)
{
	os_poll_end(&w->poll);
	if (w->epoll >= 0)
		close(w->epoll);
	if (w->wake >= 0)
		close(w->wake);
	os_free(w);
}

int os_waiter_add_event(struct os_waiter *w, int fd)
{
	int copy = event_dup(fd);

	if (copy < 0)
		return copy;
	close(copy);
	return watch(w, fd);
}

void os_waiter_add_queue(struct os_waiter *w, struct os_waitq *q)
{
	os_poll_wait(&w->poll, q);
}

void os_waiter_kick(struct os_waiter *w)
{
	os_poll_fire(&w->poll);
}

void os_waiter_wait(struct os_waiter *w, unsigned timeout_us)
{
	struct epoll_event event;

	if (timeout_us < US_PER_MS && !os_load_acquire(&w->poll.fired))
		os_sleep_us(timeout_us);
	epoll_wait(w->epoll, &event, 1, timeout_us / US_PER_MS);
	__atomic_store_n(&w->poll.fired, 0, __ATOMIC_SEQ_CST);
}

const void *os_task_owner(void)
{
	return NULL;
}

bool os_task_killed(void)
{
	return false;
}
