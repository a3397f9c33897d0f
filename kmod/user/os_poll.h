/* SPDX-License-Identifier: BSD-2-Clause */
/* One poll call in progress: registered with the queues it sleeps on, until it ends. */
#ifndef NM_USER_OS_POLL_H
#define NM_USER_OS_POLL_H

#include <time.h>

#include "os.h"

#define OS_POLL_QUEUES 2 /* a descriptor has one a direction */

struct os_poll_node {
	struct os_poll *poll;
	struct os_waitq *q;
	struct os_poll_node *next;
};

struct os_poll {
	uint32_t fired;		/* futex word: 1 after a wake-up */
	int64_t fired_ns;	/* CLOCK_MONOTONIC time of the last wake-up */
	struct os_poll *leader; /* whose word is fired: of polls that wait together, the first */
	int fd;			/* an eventfd that is raised in place of the word, or negative */
	unsigned nodes;
	struct os_poll_node node[OS_POLL_QUEUES];
};

void os_poll_begin(struct os_poll *poll, struct os_poll *leader);
void os_poll_end(struct os_poll *poll);
int64_t os_poll_now_ns(void); /* CLOCK_MONOTONIC */
/* Wakes one sleeping poll, from any thread. */
void os_poll_fire(struct os_poll *poll);
/*
 * Sleeps until fired, or until the CLOCK_MONOTONIC time (NULL: without limit). False: the time was
 * reached.
 */
bool os_poll_sleep(struct os_poll *poll, const struct timespec *until);

#endif
